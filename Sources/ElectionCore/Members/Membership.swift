import Synchronization

/// The shell of an instance's ``Roster``: feeds it under a lock, and does what it says after unlocking.
final class Membership: Sendable {
    /// Where the roster's actions go.
    struct Outlets: Sendable {
        var store: any LeaseStore
        var arm: @Sendable (Timestamp) -> Void
        /// Has a role's leadership given to a member.
        var give: @Sendable (Int, Member, DemotionReason) -> Void
    }

    private struct Shell {
        var roster: Roster
        /// The earliest deadline that the alarm has.
        var armed: Timestamp?
    }

    private let outlets: Outlets
    private let shell: Mutex<Shell>

    /// - Returns: nil where the elections need to know of no members.
    init?(settings: ElectionSettings, roles: [Role], outlets: Outlets) {
        guard Roster.isNeeded(settings) else { return nil }
        self.outlets = outlets
        shell = Mutex(
            Shell(roster: Roster(settings: settings, roles: roles, isHearingLosses: outlets.store.hearsLosses))
        )
    }

    func apply<Result: Sendable>(_ input: (inout Roster, Timestamp) -> (Result, [Roster.Action])) -> Result {
        let (result, actions, armAt) = shell.withLock { shell in
            let now = Timestamp.now()
            if let armed = shell.armed, armed <= now { shell.armed = nil }
            let (result, actions) = input(&shell.roster, now)
            return (result, actions, rearm(&shell))
        }
        if let armAt { outlets.arm(armAt) }
        for action in actions {
            switch action {
            case .announce(let record, let id): outlets.store.announce(record, id: id)
            case .probe(let member):
                outlets.store.probe(member.connection, of: member.id, incarnation: member.incarnation)
            case .give(let role, let member, let reason): outlets.give(role, member, reason)
            }
        }
        return result
    }

    private func rearm(_ shell: inout Shell) -> Timestamp? {
        guard let deadline = shell.roster.nextDeadline, shell.armed.map({ deadline < $0 }) ?? true else { return nil }
        shell.armed = deadline
        return deadline
    }
}
