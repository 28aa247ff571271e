import ElectionCore
import Measurement

// MARK: what it is fed

extension SimulatedInstance {
    func process(_ message: Message, stamp: Timestamp?) {
        guard isAlive else { return }
        guard !isPaused else {
            mailbox.append((message, stamp))
            return
        }
        if let of = message.generation, of != generation { return }
        self.stamp = stamp
        whileBusy { process(message) }
        self.stamp = nil
    }

    func whileBusy(_ act: () -> Void) {
        let wasBusy = isBusy
        isBusy = true
        act()
        isBusy = wasBusy
        if isBusy { return }
        if isAlive { fallAsleep() } else { forget() }
    }

    private func process(_ message: Message) {
        switch message {
        case .disconnected:
            world.history?.record(.disconnected, of: self, at: world.now) { _ in }
            disconnected()
        case .connected(let generation):
            self.generation = generation
            let connection = world.connections[generation - 1]
            world.history?.record(.connected, of: self, at: world.now) { $0.server = connection.server }
            if beginnings.connected == nil { beginnings.connected = now }
            connected(connection)
        case .snapshot: beginnings.received = now
        case .synced:
            world.history?.record(.synced, of: self, at: world.now) { _ in }
            if beginnings.synced == nil { beginnings.synced = now }
            synced()
            if !isReady {
                isReady = true
                world.history?.record(.ready, of: self, at: world.now) { _ in }
                world.director?.isReady(self, in: world)
            }
        case .observed(let observation, _) where hasEnded(observation.role): return
        case .observed(let observation, _):
            isObserving = true
            observed(observation.role, observation.entry)
            isObserving = false
        case .written(let role, _, _) where hasEnded(role), .read(let role, _) where hasEnded(role): return
        case .written(let role, let id, let outcome): written(role, id: id, outcome)
        case .read(let role, let entry): read(role, entry)
        case .presence(let id, let entry, _): presence(id, entry)
        case .announced(let id, let outcome): announced(id, outcome)
        case .session(let id, let entry, _): session(id, entry)
        case .sessionWritten(let id, let write, let outcome): sessionWritten(id, write: write, outcome)
        case .sessionRead(let id, let entry): sessionRead(id, entry)
        case .lost(let connection): lost(connection)
        case .promoted(let role, let term): beginPromotion(role, term)
        case .callbackFinished(let role, let term):
            let state = awake(role)
            if state.pointee.promoted == term { state.pointee.promoted = nil }
            world.promises.callbackFinished(self, role)
            steppedDown(role)
        case .enlist: enlist()
        case .appointment(let appointment): keep(appointment)
        case .role(let role, let deadline):
            guard let state = states[role], state.pointee.armed == deadline else { return }
            state.pointee.armed = nil
            // What has moved meanwhile is put off, as the alarm of a service does.
            if world.isSteady, state.look({ $0.nextDeadline }).map({ $0 > deadline }) ?? true {
                return rearm(role, state)
            }
            apply(role) { machine, now in machine.tick(at: now) }
        case .roster(let deadline):
            guard rosterArmed == deadline else { return }
            rosterArmed = nil
            tickRoster()
        case .sessions(let deadline):
            guard sessionsArmed == deadline else { return }
            sessionsArmed = nil
            tickSessions()
        }
    }

    /// Whether the role's machine has stopped, and takes nothing any more.
    private func hasEnded(_ role: Int) -> Bool { isStopping && states[role] == nil }

    /// A leadership that ended before its callback began was never one for the user.
    private func beginPromotion(_ role: Int, _ term: UInt64) {
        guard self.term(of: role) == term else { return }
        awake(role).pointee.promoted = term
        report(.promoted(term: term, at: clockNow), role)
    }
}

// MARK: what it does

extension SimulatedInstance {
    func apply(_ role: Int, _ input: (inout ElectionMachine, Timestamp) -> [Directive]) {
        guard isAlive else { return }
        if hasEnded(role) { return }
        let instant = now
        let isStale = stamp != nil
        let state = awake(role)
        let directives = input(&state.pointee.machine, instant)
        world.promises.follow(self, role, state, isStale: isStale, at: world.now)
        if !directives.isEmpty {
            for directive in directives {
                world.say("  \(self.name), role \(role): \(TraceText.text(directive))")
                perform(directive, role, isStale: isStale)
            }
            guard isAlive else { return }
            world.promises.checkCallbacks(self, role, directives)
        }
        rearm(role, state)
        if world.letsSleep { drowsy.append(role) }
    }

    func follow(_ role: Int, _ entry: StoredEntry, _ standing: Standing) -> Bool {
        let instant = now
        let state = awake(role)
        let isFollowed = state.pointee.machine.followed(entry, standing, at: instant)
        if isFollowed, world.letsSleep { drowsy.append(role) }
        return isFollowed
    }

    func applyToSessions(_ input: (inout Sessions, Timestamp) -> [Sessions.Action]) {
        guard isAlive else { return }
        let instant = now
        let actions = input(&sessions, instant)
        armSessions()
        for action in actions {
            world.say("  \(self.name), sessions: \(TraceText.text(action))")
            perform(action)
            if isAlive { follow(action) }
        }
    }

    func reportSession(_ event: ElectionEvent) { world.history?.record(event, nil, of: self) }

    func askSessions<Answer: Sendable>(_ question: (inout Sessions, Timestamp) -> Answer) -> Answer {
        let instant = now
        defer { armSessions() }
        return question(&sessions, instant)
    }

    private func armSessions() {
        guard let deadline = look(&sessions, { $0.nextDeadline }), sessionsArmed.map({ deadline < $0 }) ?? true else {
            return
        }
        sessionsArmed = deadline
        arrange(.sessions(deadline: deadline), at: deadline)
    }

    private func perform(_ action: Sessions.Action) {
        switch action {
        case .write(let id, let write):
            if isConnected {
                world.send(.writeSession(id, write), from: self)
            } else {
                arrange(.sessionWritten(id: id, write: write.id, .notSent), after: 1000)
            }
        case .read(let id): if isConnected { world.send(.readSession(id), from: self) }
        case .stands, .ended, .over, .report: break
        }
    }

    func ask<Answer: Sendable>(_ role: Int, _ question: (borrowing ElectionMachine, Timestamp) -> Answer) -> Answer {
        let instant = now
        let state = awake(role)
        return state.look { machine in question(machine, instant) }
    }

    func applyToRoster<Result: Sendable>(
        _ input: (inout Roster, Timestamp) -> (Result, [Roster.Action])
    ) -> Result? {
        guard roster != nil else { return nil }
        let instant = now
        let (result, actions) = input(&roster!, instant)
        if let deadline = look(&roster!, { $0.nextDeadline }), rosterArmed.map({ deadline < $0 }) ?? true {
            rosterArmed = deadline
            arrange(.roster(deadline: deadline), at: deadline)
        }
        for action in actions { perform(action) }
        return result
    }

    func arrange(_ appointment: Appointment, after delay: Duration) {
        arrange(.appointment(appointment), after: delay.nanoseconds)
    }

    private func perform(_ directive: Directive, _ role: Int, isStale: Bool) {
        switch directive {
        case .write(let write):
            if isConnected {
                world.send(.write(role: role, write), from: self)
            } else {
                arrange(.written(role: role, id: write.id, .notSent), after: 1000)
            }
        case .read: if isConnected { world.send(.read(role: role), from: self) }
        case .promote(let term, let token):
            world.promises.promoted(self, role, term: term, token: token, isStale: isStale)
            let begins = world.now + world.plan.model.callback.draw(&host.random)
            awake(role).pointee.promotedAt = begins
            arrange(.promoted(role: role, term: term), after: begins - world.now)
        case .demote(let term, let reason):
            world.promises.demoted(self, role, reason, isObserving: isObserving)
            // After the promote callback, which returns at once.
            let begins = max(world.now, awake(role).pointee.promotedAt) + world.plan.model.callback.draw(&host.random)
            let end = begins + host.random.upTo(world.callbackTime)
            arrange(.callbackFinished(role: role, term: term), after: end - world.now)
        case .rank(let revision): rank(role, vacantAsOf: revision)
        case .report(let event): report(event, role)
        case .finished:
            unfinished -= 1
            if unfinished == 0 { world.finish(self) }
        }
    }

    private func perform(_ action: Roster.Action) {
        switch action {
        case .announce(let record, let id):
            if isConnected {
                world.send(.announce(record, id: id), from: self)
            } else {
                arrange(.announced(id: id, .notSent), after: 1000)
            }
        case .probe(let member): if isConnected { world.send(.probe(member), from: self) }
        case .give(let role, let member, let reason):
            world.say("  \(name) gives role \(role) to \(member.id): \(reason)")
            world.promises.moves += 1
            apply(role) { machine, now in machine.give(to: member, reason, at: now) }
        }
    }

    private func report(_ event: ElectionEvent, _ role: Int) {
        note(event, of: role)
        world.promises.note(event, self, role)
        world.history?.record(event, role, of: self)
        world.director?.happened(event, role, of: self, in: world)
    }

    func rearm(_ role: Int, _ state: UnsafeMutablePointer<RoleState>) {
        guard let deadline = state.look({ $0.nextDeadline }), state.pointee.armed.map({ deadline < $0 }) ?? true
        else {
            return
        }
        state.pointee.armed = deadline
        guard world.isSteady else { return arrange(.role(role, deadline: deadline), at: deadline) }
        var draws = SplitMix64.stream(
            world.plan.seed ^ UInt64(bitPattern: deadline.nanoseconds),
            World.Stream.timer,
            number << 32 | role
        )
        let due = host.clock.instant(of: deadline) + world.plan.model.timer.draw(&draws)
        arrange(.role(role, deadline: deadline), after: max(0, due - world.now))
    }

    /// Sets the timer of a role anew. What is overdue is done after this delay.
    func rearm(_ role: Int, afterPause delay: Int64) {
        let state = awake(role)
        state.pointee.armed = nil
        if let deadline = state.look({ $0.nextDeadline }), deadline <= clockNow {
            state.pointee.armed = deadline
            arrange(.role(role, deadline: deadline), after: delay)
        } else {
            rearm(role, state)
        }
    }

    func arrange(_ message: Message, after delay: Int64) {
        world.queue.add(.process(message, life: number, stamp: nil), at: world.now + delay)
    }

    /// At an instant of its own clock, as late as its timers are.
    private func arrange(_ message: Message, at deadline: Timestamp) {
        arrange(message, after: wait(until: deadline) + world.plan.model.timer.draw(&host.random))
    }

    private func wait(until deadline: Timestamp) -> Int64 {
        deadline <= clockNow ? 0 : host.clock.instant(of: deadline) - world.now
    }
}
