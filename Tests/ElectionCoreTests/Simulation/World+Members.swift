import ElectionCore

/// The shell around each roster: it does what `Membership` and `RoleManager` do.
extension World {
    /// From the own presence to the plan for roles that nobody ever led.
    private static let enlistmentSettling: Int64 = 100_000_000

    /// - Returns: nil where the process has no roster.
    @discardableResult
    mutating func members<Result>(_ process: Int, _ input: (inout Roster, Timestamp) -> Result) -> Result? {
        guard var roster = processes[process].roster else { return nil }
        // Moved out and back: a copy would cost more than the rest.
        processes[process].roster = nil
        let result = input(&roster, localNow(process))
        processes[process].roster = roster
        scheduleWake(process)
        return result
    }

    mutating func delay(of role: Int, vacantAsOf revision: UInt64, _ process: Int) -> Duration {
        members(process) { roster, now in roster.delay(of: role, vacantAsOf: revision, at: now) } ?? .zero
    }

    mutating func successor(_ process: Int, _ role: Int) -> Member? {
        guard mix.policies[processes[process].host].isRanked else { return nil }
        return members(process) { roster, now in roster.successor(of: role, at: now) } ?? nil
    }

    /// What the own election of a role did.
    mutating func note(_ event: ElectionEvent, _ process: Int, _ role: Int) {
        switch event {
        case .operation(let operation, let outcome, _, let sent, let revision?, _)
        where operation != .validate && (outcome == .ok || outcome == .late):
            members(process) { roster, _ in roster.wrote(revision: revision, sent: sent) }
        case .acquired(let term, _, _):
            checkAcquisition(process, role, term: term)
            checkSession(process, role, term: term)
            members(process) { roster, now in roster.acquired(role, at: now) }
        case .released(let term, let revision, let successor, _):
            checkRelease(process, role, term: term, revision: revision, successor: successor)
        case .operation, .suspected, .promoted, .demoted, .steppedDown: break
        }
    }

    /// Others' connections that are gone.
    mutating func lose(_ connection: ConnectionID, _ process: Int) {
        sessions(process, at: localNow(process)) { sessions, now in sessions.lost(connection, at: now) }
        guard let roles = members(process, { roster, now in roster.lost(connection, at: now) }) else { return }
        trace { _ in "  \(process) hears that \(connection.client) is lost: roles \(roles)" }
        for role in roles {
            input(process, role, at: localNow(process)) { machine, now in machine.lost(connection, at: now) }
        }
        let vacant = members(process) { roster, _ in roster.vacant } ?? []
        replan(vacant.filter { !roles.contains($0) }, process)
    }

    private mutating func replan(_ roles: [Int], _ process: Int) {
        guard mix.policies[processes[process].host].isRanked else { return }
        for role in roles {
            let delay = members(process) { roster, now in roster.delay(of: role, at: now) }
            guard let delay = delay ?? nil else { continue }
            input(process, role, at: localNow(process)) { machine, now in machine.ranked(after: delay, at: now) }
        }
    }

    /// What `RoleManager` has an alarm for.
    mutating func keepAppointment(_ message: Message, _ process: Int) {
        switch message {
        case .enlists:
            members(process) { roster, now in roster.enlist(at: now) }
            queue.add(.processes(.settles, process, stamp: nil), at: now + Self.enlistmentSettling)
            sessions(process, at: localNow(process)) { sessions, now in sessions.start(at: now) }
            everyRole(process) { machine, now in machine.enlist(at: now) }
        case .settles: replan(members(process) { roster, _ in roster.vacant } ?? [], process)
        case .withdraws: perform(members(process) { roster, now in roster.withdraw(at: now) } ?? [], process)
        case .departs: everyRole(process) { machine, now in machine.stop(at: now) }
        case .disconnected, .connected, .observed, .synced, .written, .read, .presence, .announced, .session,
            .sessionWritten, .sessionRead, .lost, .callbackFinished, .wake:
            preconditionFailure("no appointment: \(message)")
        }
    }

    mutating func stopMembers(_ process: Int) {
        let isRanked = mix.policies[processes[process].host].isRanked
        let departure = isRanked ? Roster.departureDelay.nanoseconds : 0
        queue.add(.processes(.departs, process, stamp: nil), at: now + departure)
        guard processes[process].roster != nil else { return }
        members(process) { roster, _ in roster.stop() }
        queue.add(.processes(.withdraws, process, stamp: nil), at: now + Roster.withdrawalDelay.nanoseconds)
    }

    mutating func wakeRoster(_ process: Int) {
        guard let due = processes[process].roster?.nextDeadline, due <= localNow(process) else { return }
        perform(members(process) { roster, now in roster.tick(at: now) } ?? [], process)
        if let next = processes[process].roster?.nextDeadline, next <= localNow(process) {
            fail("a roster's deadline stays in the past after a tick of \(process)")
        }
    }

    private mutating func perform(_ actions: [Roster.Action], _ process: Int) {
        for action in actions {
            let isConnected = processes[process].isConnected
            switch action {
            case .announce(let record, let id):
                if isConnected {
                    send(.announce(record, id: id), from: process)
                } else {
                    let answer = Message.announced(id: id, .notSent)
                    queue.add(.processes(answer, process, stamp: nil), at: now + 1000)
                }
            case .probe(let member): if isConnected { send(.probe(member), from: process) }
            case .give(let role, let member, let reason):
                moves += 1
                trace { _ in "  \(process) gives role \(role) to \(member.id) as \(reason)" }
                input(process, role, at: localNow(process)) { machine, now in machine.give(to: member, reason, at: now)
                }
            }
        }
    }
}
