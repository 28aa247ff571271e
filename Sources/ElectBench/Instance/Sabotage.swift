import ArgumentParser
import ElectionCore

/// How an instance is built to misbehave, so that a run shows whether its checkers find it.
enum Sabotage: String, CaseIterable, Sendable, ExpressibleByArgument {
    /// The answer doesn't look at the clock: it stays true over the lease's end, until the store shows another holder.
    case noLeaseCheck = "no-lease-check"
    /// Nothing is compared: its writes are taken whatever the key holds, and who has written a role's record believes in it
    /// whatever others write. All try at once: two that find a role vacant at the same moment both lead it.
    case noCAS = "no-cas"
    /// The answer stays true from the promotion on until the process ends.
    case ignoreDemotion = "ignore-demotion"
    /// The answer stays true for a while after each demotion.
    case lateDemotion = "late-demotion"
    /// It is safe, but takes over late from leaders that died: what a comparison with a baseline has to find.
    case slow

    /// How long the answer stays true after a late demotion: long against an orderly handover, and against what a successor
    /// waits once the lease has ended.
    static func lateness(_ timing: LeaseTiming) -> Duration { .milliseconds(300) + timing.driftGuard }

    /// How long the process lives after its roles are released, so that its answer is still heard when a successor leads.
    func lingering(_ timing: LeaseTiming) -> Duration {
        switch self {
        case .noLeaseCheck, .noCAS, .slow: .zero
        case .ignoreDemotion, .lateDemotion: Self.lateness(timing)
        }
    }
}
