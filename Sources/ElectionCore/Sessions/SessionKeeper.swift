import Synchronization

/// The shell of an instance's ``Sessions``: feeds them under a lock, and does what they say after unlocking.
final class SessionKeeper: Sendable {
    private struct Shell {
        var sessions: Sessions
        /// The earliest deadline that the alarm has.
        var armed: Timestamp?
    }

    private let store: any LeaseStore
    private let arm: @Sendable (Timestamp) -> Void
    private let shell: Mutex<Shell>

    init(settings: ElectionSettings, store: any LeaseStore, arm: @escaping @Sendable (Timestamp) -> Void) {
        self.store = store
        self.arm = arm
        shell = Mutex(Shell(sessions: Sessions(settings: settings, seed: .random(in: .min ... .max))))
    }

    /// - Returns: what the machines of the roles are to be told.
    func apply(_ input: (inout Sessions, Timestamp) -> [Sessions.Action]) -> [Sessions.Action] {
        let (actions, armAt) = shell.withLock { shell in
            let now = Timestamp.now()
            if let armed = shell.armed, armed <= now { shell.armed = nil }
            let actions = input(&shell.sessions, now)
            return (actions, rearm(&shell))
        }
        if let armAt { arm(armAt) }
        for action in actions {
            switch action {
            case .write(let id, let write): store.write(write, session: id)
            case .read(let id): store.readSession(id)
            case .stands, .ended, .over, .report: break
            }
        }
        return actions
    }

    func ask<Answer: Sendable>(_ question: (inout Sessions, Timestamp) -> Answer) -> Answer {
        let (answer, armAt) = shell.withLock { shell in
            let answer = question(&shell.sessions, .now())
            return (answer, rearm(&shell))
        }
        if let armAt { arm(armAt) }
        return answer
    }

    private func rearm(_ shell: inout Shell) -> Timestamp? {
        guard let deadline = shell.sessions.nextDeadline, shell.armed.map({ deadline < $0 }) ?? true else { return nil }
        shell.armed = deadline
        return deadline
    }
}
