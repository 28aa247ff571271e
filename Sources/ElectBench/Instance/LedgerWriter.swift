import Chaos
import ElectionCore

/// Does what a service does that trusts its leadership: while it leads a role it writes, at an interval, to a place that
/// doesn't ask who leads, the ledger. A reader of the ledger sees whether a write came after one of a later term.
///
/// The roles' turns are spread over the interval. A role's answer is asked for just before its write and not again: a pause
/// between the two, or a link that holds the write back, makes it stale.
final class LedgerWriter: @unchecked Sendable {
    // Unchecked: `isStopped` is touched inside `monitor` alone.
    private let monitor = Monitor()
    private var isStopped = false
    private let turns: LedgerTurns
    private let settings: ElectionSettings
    private let write: @Sendable (Role, LeadershipRecord) -> Void

    /// The bucket that is the ledger of the elections in another one.
    static func bucket(of elections: String) -> String { "\(elections)-ledger" }

    /// - Parameter write: must return at once; the record's server is left for it to fill in.
    init(turns: LedgerTurns, settings: ElectionSettings, write: @escaping @Sendable (Role, LeadershipRecord) -> Void) {
        self.turns = turns
        self.settings = settings
        self.write = write
    }

    /// Starts the thread; the returned function ends it.
    func start(_ beliefs: Beliefs) -> @Sendable () -> Void {
        let thread = WorkerThread { self.writeUntilStopped(beliefs) }
        return {
            self.monitor.locked {
                self.isStopped = true
                self.monitor.signal()
            }
            thread.join()
        }
    }

    private func writeUntilStopped(_ beliefs: Beliefs) {
        // Dozens of instances tick on one machine, and nobody waits for an entry.
        TimerSlack.allow(turns.step / 5)
        var due = Timestamp.now()
        var number = 0
        repeat {
            for role in turns.roles(of: number) { writeIfLed(role, beliefs) }
            number += 1
            due = max(due + turns.step, .now())
        } while !isStopped(by: due)
    }

    private func writeIfLed(_ role: Role, _ beliefs: Beliefs) {
        // Before the question, so that an entry never claims a belief for longer than it lasted.
        let sent = Timestamp.now()
        guard let term = beliefs.term(of: role) else { return }
        let meta = LeadershipRecord.Meta(
            incarnation: settings.incarnation,
            ttl: settings.timing.ttl,
            sent: sent,
            connection: ConnectionID(server: "", client: 0)
        )
        write(role, LeadershipRecord(id: settings.instance.name, token: String(term), meta: meta))
    }

    /// Waits until then, or until it is stopped.
    private func isStopped(by due: Timestamp) -> Bool {
        monitor.locked {
            while !isStopped, .now() < due { monitor.wait(until: due) }
            return isStopped
        }
    }
}

/// Whose turn it is when, so that each role has one in each interval.
struct LedgerTurns: Hashable, Sendable {
    /// Few wake-ups, and still no burst: an instance leads some roles of many.
    static let mostSteps = 20

    let roles: [Role]
    /// The time between two steps.
    let step: Duration
    private let count: Int

    /// - Parameter roles: at least one.
    init(roles: [Role], interval: Duration) {
        self.roles = roles
        count = min(roles.count, Self.mostSteps)
        step = interval / count
    }

    /// The roles whose turn the step is; steps count from 0.
    func roles(of number: Int) -> some Sequence<Role> {
        stride(from: number % count, to: roles.count, by: count).lazy.map { roles[$0] }
    }
}
