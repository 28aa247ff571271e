import ArgumentParser
import ElectionCore
import Measurement
import Simulation

/// A search, and what it prints.
struct SearchRun: Sendable {
    let seeds: ClosedRange<UInt64>
    let size: WorldDraw.Size
    let reduction: Reduction
    let threads: Int
    let isTraced: Bool
    let isQuiet: Bool

    /// - Returns: the process's exit code.
    func carryOut() async -> ExitCode {
        if seeds.count == 1 { return repeatOne() }
        let began = Timestamp.now()
        let search = Search(seeds: seeds, size: size)
        let computation = Computation(
            isQuiet: isQuiet,
            progress: { "\(search.progress.worlds) of \(seeds.count) worlds, none breaks a promise" },
            interrupt: { search.cancel() },
            onKill: ""
        )
        let isInterrupted = await computation.carryOut { search.run(threads: threads) }.isInterrupted
        let spent = Double((Timestamp.now() - began).nanoseconds) / 1e9
        let outcome = search.finding == nil ? "; none breaks a promise" : ""
        StandardOutput.line(summary(search.progress, seconds: spent) + outcome)
        guard let finding = search.finding else { return isInterrupted ? ExitCode(105) : .success }
        show(finding.seed, finding.violation)
        return ExitCode(1)
    }

    private func summary(_ progress: Search.Progress, seconds: Double) -> String {
        let virtual = Double(progress.virtual) / 1e9
        let speed = Int(virtual / max(seconds, 0.001))
        let hours = Numbers.fixed(virtual / 3600, digits: 1)
        return "\(progress.worlds) worlds, \(progress.events) events, \(hours) h of virtual time in "
            + "\(Int(seconds.rounded())) s: \(speed) times as fast as real time"
    }

    private func repeatOne() -> ExitCode {
        let draw = WorldDraw(seed: seeds.lowerBound, size: size).reduced(by: reduction)
        let world = draw.run(isTraced: isTraced)
        for line in world.trace { StandardOutput.line(line) }
        guard let violation = world.violation else {
            StandardOutput.line("seed \(seeds.lowerBound): every promise held in \(world.eventCount) events")
            return .success
        }
        if reduction == Reduction() { show(seeds.lowerBound, violation) } else { tell(draw, violation) }
        return ExitCode(1)
    }

    private func show(_ seed: UInt64, _ violation: BrokenPromise) {
        StandardOutput.line("✘ seed \(seed) breaks a promise: \(violation)")
        let draw = WorldDraw(seed: seed, size: size)
        var shrinking = Shrinking(draw, breaking: violation)
        shrinking.run()
        tell(draw.reduced(by: shrinking.reduction), shrinking.violation)
        let words = repeatWords(seed) + ["--reduced", shrinking.reduction.description]
        StandardOutput.line("Repeat: \(ShellQuoting.line(words))")
        StandardOutput.line("Whole:  \(ShellQuoting.line(repeatWords(seed)))")
    }

    /// What is left of a world, and what it breaks.
    private func tell(_ draw: WorldDraw, _ violation: BrokenPromise) {
        let (instances, roles) = (draw.plan.hosts.count, draw.plan.roles.count)
        StandardOutput.line("The smallest world that does: \(instances) instances, \(roles) roles, \(violation)")
        for fault in draw.plan.faults { StandardOutput.line("  \(fault)") }
    }

    private func repeatWords(_ seed: UInt64) -> [String] {
        var words = ["electbench", "simulate", "--seeds", "\(seed)"]
        if let instances = size.instances { words += ["--instances", "\(instances)"] }
        if let roles = size.roles { words += ["--roles", "\(roles)"] }
        if let duration = size.duration { words += ["--duration", Durations.text(duration)] }
        return words
    }
}
