import ElectionCore

/// The shell around each machine: it takes what arrives, runs the directives, and wakes up at deadlines.
extension World {
    mutating func arrive(_ message: Message, at process: Int) {
        guard processes[process].isAlive else { return }
        switch message {
        case .observed(_, _, let generation), .synced(let generation), .presence(_, _, let generation),
            .session(_, _, let generation):
            // The rest of a connection that is gone.
            if processes[process].isCut || generation != processes[process].connection { return }
        case .lost: if processes[process].isCut { return }
        case .disconnected, .connected, .written, .read, .announced, .sessionWritten, .sessionRead, .callbackFinished,
            .enlists, .settles, .withdraws, .departs, .wake:
            break
        }
        let isStamped = random.isTrue(mix.lagChance)
        let stamp = isStamped ? localNow(process) : nil
        if processes[process].isPaused {
            processes[process].mailbox.append((message, stamp))
        } else if isStamped || (message.keepsOrder && processes[process].laneFreeAt >= now) {
            var instant = isStamped ? now + random.upTo(mix.lateness) : now
            if message.keepsOrder {
                instant = max(instant, processes[process].laneFreeAt)
                processes[process].laneFreeAt = instant
            }
            queue.add(.processes(message, process, stamp: stamp), at: instant)
        } else {
            self.process(message, at: process, stamp: nil)
        }
    }

    mutating func process(_ message: Message, at process: Int, stamp: Timestamp?) {
        guard processes[process].isAlive else { return }
        guard !processes[process].isPaused else {
            processes[process].mailbox.append((message, stamp))
            return
        }
        let instant = stamp ?? localNow(process)
        switch message {
        case .disconnected:
            everyRole(process) { machine, now in machine.disconnected(at: now) }
            sessions(process, at: instant) { sessions, now in sessions.disconnected(at: now) }
            members(process) { roster, _ in roster.disconnected() }
        case .connected(let generation):
            processes[process].generation = generation
            let connection = processes[process].roles[0].machine.settings.named(connectionID(generation))
            members(process) { roster, _ in roster.connected(connection) }
            sessions(process, at: instant) { sessions, now in sessions.connected(connection, at: now) }
            everyRole(process) { machine, now in machine.connected(connection, at: now) }
        case .synced(let generation):
            guard generation == processes[process].generation else { return }
            sessions(process, at: instant) { sessions, now in sessions.synced(at: now) }
            everyRole(process) { machine, now in machine.synced(at: now) }
            members(process) { roster, now in roster.synced(at: now) }
        case .observed(let role, let entry, let generation):
            guard generation == processes[process].generation else { return }
            trace { _ in "  \(process) is shown role \(role) by \(entry.revision)" }
            isObserving = true
            isBatching = true
            let standing = members(process) { roster, now in roster.observed(role, entry, at: now) } ?? Standing()
            isBatching = false
            inputByOwnSession(process, role, at: instant) { machine, now in
                machine.observed(entry, standing, at: now)
            }
            isObserving = false
        case .written(let role, let id, let outcome):
            inputByOwnSession(process, role, at: instant) { machine, now in machine.written(id: id, outcome, at: now) }
        case .read(let role, let entry):
            let standing = members(process) { roster, _ in roster.standing(of: entry) } ?? Standing()
            inputByOwnSession(process, role, at: instant) { machine, now in machine.read(entry, standing, at: now) }
        case .presence(let id, let entry, let generation):
            guard generation == processes[process].generation else { return }
            members(process) { roster, now in roster.presence(id, entry, at: now) }
        case .announced(let id, let outcome):
            members(process) { roster, now in roster.announced(id, outcome, at: now) }
        case .session(let id, let entry, let generation):
            guard generation == processes[process].generation else { return }
            members(process) { roster, now in roster.session(id, entry, at: now) }
            sessions(process, at: instant) { sessions, now in sessions.observed(id, entry, at: now) }
        case .sessionWritten(let id, let write, let outcome):
            sessions(process, at: instant) { sessions, now in sessions.written(id, write: write, outcome, at: now) }
        case .sessionRead(let id, let entry):
            sessions(process, at: instant) { sessions, now in sessions.read(id, entry, at: now) }
        case .lost(let connection): lose(connection, process)
        case .callbackFinished(let role): finishCallback(process, role)
        case .enlists, .settles, .withdraws, .departs: keepAppointment(message, process)
        case .wake(let planned):
            if planned == processes[process].wakeAt { wake(process) }
        }
    }

    private mutating func finishCallback(_ process: Int, _ role: Int) {
        processes[process].roles[role].callbackRuns = false
        let isAsked = processes[process].roles[role].machine.wantsSuccessor
        let successor = isAsked ? successor(process, role) : nil
        let heir = successor ?? processes[process].roles[role].machine.namedSuccessor
        let session = heir.flatMap { heir in
            processes[process].sessions.session(of: heir.id, incarnation: heir.incarnation, at: localNow(process))
        }
        input(process, role, at: localNow(process)) { machine, now in
            machine.demoteCallbackFinished(successor: successor, session: session, at: now)
        }
    }

    mutating func everyRole(_ process: Int, _ change: (inout ElectionMachine, Timestamp) -> [Directive]) {
        isBatching = true
        for role in mix.roles.indices { input(process, role, at: localNow(process), change) }
        isBatching = false
        scheduleWake(process)
    }

    private mutating func wake(_ process: Int) {
        processes[process].wakeAt = nil
        wakeSessions(process)
        guard processes[process].isAlive else { return }
        let instant = localNow(process)
        for role in mix.roles.indices {
            guard let due = processes[process].roles[role].machine.nextDeadline, due <= instant else { continue }
            input(process, role, at: instant) { machine, now in machine.tick(at: now) }
            if let next = processes[process].roles[role].machine.nextDeadline, next <= instant {
                fail("a deadline stays in the past after a tick of \(process)")
            }
        }
        wakeRoster(process)
        scheduleWake(process)
    }

    mutating func input(
        _ process: Int,
        _ role: Int,
        at instant: Timestamp,
        _ change: (inout ElectionMachine, Timestamp) -> [Directive]
    ) {
        let directives = change(&processes[process].roles[role].machine, instant)
        let isStale = instant < localNow(process)
        followBelief(process, role, isStale: isStale)
        for directive in directives {
            trace { _ in "  \(process) role \(role): \(directive)" }
            perform(directive, process, role, isStale: isStale)
        }
        checkCallbacks(process, role, directives)
        if processes[process].isStopping, processes[process].roles.allSatisfy({ $0.machine.stateName == "stopped" }) {
            keepAppointment(.withdraws, process)
            sessions(process, at: localNow(process)) { sessions, now in sessions.withdraw(at: now) }
            kill(process)
        }
        scheduleWake(process)
    }

    private mutating func perform(_ directive: Directive, _ process: Int, _ role: Int, isStale: Bool) {
        switch directive {
        case .write(let write):
            if processes[process].isConnected {
                send(.write(role: role, write), from: process)
            } else {
                let answer = Message.written(role: role, id: write.id, .notSent)
                queue.add(.processes(answer, process, stamp: nil), at: now + 1000)
            }
        case .read:
            if processes[process].isConnected { send(.read(role: role), from: process) }
        case .promote(let term, let token):
            processes[process].roles[role].token = token
            checkPromotion(process, role, term: term, isStale: isStale)
        case .demote(_, let reason):
            checkDemotion(process, role)
            if isObserving { checkRemoval(process, role, reason) }
            let end = now + random.upTo(isCalm ? mix.calmCallbackTime : mix.callbackTime)
            queue.add(.processes(.callbackFinished(role: role), process, stamp: nil), at: end)
        case .rank(let revision):
            let delay = delay(of: role, vacantAsOf: revision, process)
            input(process, role, at: localNow(process)) { machine, now in machine.ranked(after: delay, at: now) }
        case .report(let event): note(event, process, role)
        case .finished: break
        }
    }

    mutating func scheduleWake(_ process: Int) {
        guard !isBatching, processes[process].isAlive else { return }
        var earliest: Timestamp?
        for role in mix.roles.indices {
            guard let deadline = processes[process].roles[role].machine.nextDeadline else { continue }
            if earliest.map({ deadline < $0 }) ?? true { earliest = deadline }
        }
        earliest = ElectionMachine.earlier(earliest, processes[process].roster?.nextDeadline)
        earliest = ElectionMachine.earlier(earliest, processes[process].sessions.nextDeadline)
        guard let deadline = earliest else { return }
        let isDue = deadline <= localNow(process)
        let instant = (isDue ? now : processes[process].clock.instant(of: deadline)) + random.upTo(mix.lateness)
        if let planned = processes[process].wakeAt, planned <= instant { return }
        processes[process].wakeAt = instant
        queue.add(.processes(.wake(planned: instant), process, stamp: nil), at: instant)
    }
}
