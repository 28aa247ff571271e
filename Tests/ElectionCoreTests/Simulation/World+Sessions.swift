import ElectionCore

/// The shell around what each process knows of sessions: it does what `SessionKeeper` and `InstanceShell` do.
extension World {
    mutating func sessions(
        _ process: Int,
        at instant: Timestamp,
        _ input: (inout Sessions, Timestamp) -> [Sessions.Action]
    ) {
        let actions = input(&processes[process].sessions, instant)
        for action in actions {
            trace { "  \(process): \($0.text(action))" }
            follow(action, process)
        }
        scheduleWake(process)
    }

    private func text(_ action: Sessions.Action) -> String {
        switch action {
        case .write(let id, let write): "writes session \(id): \(text(write))"
        case .read(let id): "reads session \(id)"
        case .stands(let own, let led):
            "session \(own.ref.number) \(own.ref.token.prefix(4)) stands until \(own.leaseEnd.nanoseconds) for \(led ?? [-1])"
        case .ended(let ref, let reason): "its session \(ref.number) \(ref.token.prefix(4)) is over: \(reason)"
        case .over(let ref, let roles):
            "session \(ref.number) \(ref.token.prefix(4)) of \(ref.instance) is over for \(roles)"
        case .report(let operation, let outcome, _, _, let revision):
            "session \(operation) \(outcome) \(revision ?? 0)"
        }
    }

    private mutating func follow(_ action: Sessions.Action, _ process: Int) {
        switch action {
        case .write(let id, let write):
            if processes[process].isConnected {
                send(.writeSession(id, write), from: process)
            } else {
                let answer = Message.sessionWritten(id: id, write: write.id, .notSent)
                queue.add(.processes(answer, process, stamp: nil), at: now + 1000)
            }
        case .read(let id): if processes[process].isConnected { send(.readSession(id), from: process) }
        case .stands(let session, let led):
            for role in led ?? Array(mix.roles.indices) {
                input(process, role, at: localNow(process)) { machine, now in machine.sessionStands(session, at: now) }
            }
        case .ended(let ref, let reason):
            everyRole(process) { machine, now in machine.sessionEnded(ref, reason, at: now) }
            sessions(process, at: localNow(process)) { sessions, now in sessions.told(at: now) }
        case .over(let ref, let roles):
            members(process) { roster, now in roster.vacated(roles, by: ref, at: now) }
            for role in roles {
                input(process, role, at: localNow(process)) { machine, now in machine.sessionOver(ref, at: now) }
            }
        case .report(let operation, let outcome, _, let sent, let revision?)
        where operation != .release && (outcome == .ok || outcome == .late):
            members(process) { roster, _ in roster.wrote(revision: revision, sent: sent) }
        case .report: break
        }
    }

    /// An input that may let the role's machine lead.
    mutating func inputByOwnSession(
        _ process: Int,
        _ role: Int,
        at instant: Timestamp,
        _ change: (inout ElectionMachine, Timestamp) -> [Directive]
    ) {
        if let own = processes[process].sessions.session(at: instant) {
            input(process, role, at: instant) { machine, now in
                machine.sessionStands(own, at: now) + change(&machine, now)
            }
        } else {
            input(process, role, at: instant, change)
        }
        settleFooting(process, role)
    }

    private mutating func settleFooting(_ process: Int, _ role: Int) {
        let footing = processes[process].roles[role].machine.footing
        let isOver = processes[process].sessions.note(footing, of: role, at: localNow(process))
        if isOver, case .other(let ref, _) = footing {
            members(process) { roster, now in roster.vacated([role], by: ref, at: now) }
            input(process, role, at: localNow(process)) { machine, now in machine.sessionOver(ref, at: now) }
        }
        if footing == .own, let own = processes[process].sessions.session(at: localNow(process)) {
            input(process, role, at: localNow(process)) { machine, now in machine.sessionStands(own, at: now) }
        }
        scheduleWake(process)
    }

    mutating func wakeSessions(_ process: Int) {
        let instant = localNow(process)
        guard let due = processes[process].sessions.nextDeadline, due <= instant else { return }
        sessions(process, at: instant) { sessions, now in sessions.tick(at: now) }
        guard processes[process].isAlive else { return }
        if let next = processes[process].sessions.nextDeadline, next <= instant {
            fail("a session's deadline stays in the past after a tick of \(process)")
        }
    }

    /// Who leads by a session leads by the one that the role's record names, and that is its own and lives.
    mutating func checkSession(_ process: Int, _ role: Int, term: UInt64) {
        guard leads(process, role), let record = stored[term], let named = record.meta?.session else { return }
        let own = processes[process].sessions.session(at: localNow(process))
        if own?.ref != named { fail("\(process) leads role \(role) by session \(named), which isn't its own") }
    }
}
