import ElectionCore
import Measurement

/// One life of an instance: what ``RoleManager`` is in a service, in virtual time.
final class SimulatedInstance: InstanceShell {
    /// One role's machine, and what its shell remembers.
    struct RoleState {
        var machine: ElectionMachine
        /// The earliest deadline for which a timer is set.
        var armed: Timestamp?
        /// When the promote callback begins, or began.
        var promotedAt: Int64 = 0
        /// The term whose promote callback was run and whose demote callback was not.
        var promoted: UInt64?
        var isHealthy = true
        /// What the checks remember.
        var watch = Promises.Watch()
    }

    let number: Int
    let host: SimulatedHost
    let incarnation: Int64
    let settings: ElectionSettings
    unowned let world: World
    /// In memory of its own: an array's elements would be copied where they are only looked at.
    private(set) var states: UnsafeMutableBufferPointer<RoleState>
    private var roster: Roster?
    private var rosterArmed: Timestamp?
    private var sessions: Sessions
    private var sessionsArmed: Timestamp?
    let enlistment = Enlistment()
    private var unfinished: Int

    private(set) var isAlive = true
    var isStopping = false
    var isReady = false
    var isPaused = false
    /// What came while it was paused, with the instant that a thread may have taken before.
    var mailbox: [(message: Message, stamp: Timestamp?)] = []
    /// No ordered message may be processed before the one ahead of it.
    var laneFreeAt: Int64 = 0

    /// What the client library believes.
    var isConnected = false
    /// The last connection's number; no two of the world have the same.
    var connection = 0
    /// The server that it is, or was, connected to.
    var server = 0
    /// Whether that connection is gone, whoever knows it.
    var isCut = true
    /// Whether the client library, paused, has still to see that.
    var noticesOnResumption = false
    /// The connection whose messages the election has begun to take.
    private(set) var generation = 0
    /// When the last message of the watch arrives, and the last request.
    var watchArrival: Int64 = 0
    var requestArrival: Int64 = 0
    /// The instant that was taken for what is processed now; nil: the present one.
    private var stamp: Timestamp?
    /// Whether it does something now: what it needs for that stays until it is done, also where it ends meanwhile.
    private var isBusy = false
    /// Whether what is processed now came from the watch.
    private var isObserving = false

    init(number: Int, host: SimulatedHost, world: World) {
        self.number = number
        self.host = host
        self.world = world
        incarnation = host.incarnation
        var settings = host.plan.settings
        settings.incarnation = host.incarnation
        self.settings = settings
        let seed = world.plan.seed ^ UInt64(host.incarnation) &* 0x9E37_79B9_7F4A_7C15
        var seeds = SplitMix64.stream(seed, World.Stream.machine, host.index)
        states = .allocate(capacity: world.plan.roles.count)
        for role in states.indices {
            states.initializeElement(
                at: role,
                to: RoleState(machine: ElectionMachine(settings: settings, seed: seeds.next()))
            )
        }
        sessions = Sessions(settings: settings, seed: seeds.next())
        unfinished = states.count
        if Roster.isNeeded(settings) {
            roster = Roster(settings: settings, roles: world.plan.roles, isHearingLosses: host.plan.hearsLosses)
        }
    }

    deinit { forget() }

    private func forget() {
        states.deinitialize()
        states.deallocate()
        states = UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    /// What its clock shows, or showed when the message that is processed came in.
    var now: Timestamp { stamp ?? clockNow }
    var clockNow: Timestamp { host.clock.local(world.now) }
    var roles: Range<Int> { states.indices }
    var knowsMembers: Bool { roster != nil }

    func leads(_ role: Int) -> Bool { isAlive && term(of: role) != nil }

    /// While it answers that it leads.
    func term(of role: Int) -> UInt64? {
        let now = clockNow
        return states[role].machine.term(at: now)
    }

    func stateName(_ role: Int) -> String { states[role].machine.stateName }

    func start() {
        for role in roles { apply(role) { machine, now in machine.start(at: now) } }
        startSession()
        if settings.startsOnStandby, let standby = host.plan.standby { arrange(Message.enlist, after: standby) }
    }

    /// SIGTERM.
    func stopInOrder() {
        isStopping = true
        whileBusy { stop() }
    }

    func setHealthy(_ isHealthy: Bool, _ role: Int) {
        states[role].isHealthy = isHealthy
        whileBusy { apply(role) { machine, now in machine.setHealthy(isHealthy, at: now) } }
    }

    /// It is gone: nothing of it happens any more.
    func vanish() {
        isAlive = false
        isConnected = false
        mailbox = []
        roster = nil
        if !isBusy { forget() }
    }
}

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

    private func whileBusy(_ act: () -> Void) {
        let wasBusy = isBusy
        isBusy = true
        act()
        isBusy = wasBusy
        if !isBusy, !isAlive { forget() }
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
            connected(connection)
        case .synced:
            world.history?.record(.synced, of: self, at: world.now) { _ in }
            synced()
            if !isReady {
                isReady = true
                world.history?.record(.ready, of: self, at: world.now) { _ in }
                world.director?.isReady(self, in: world)
            }
        case .observed(let observation, _):
            isObserving = true
            observed(observation.role, observation.entry)
            isObserving = false
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
            if states[role].promoted == term { states[role].promoted = nil }
            world.promises.callbackFinished(self, role)
            steppedDown(role)
        case .enlist: enlist()
        case .appointment(let appointment): keep(appointment)
        case .role(let role, let deadline):
            guard states[role].armed == deadline else { return }
            states[role].armed = nil
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

    /// A leadership that ended before its callback began was never one for the user.
    private func beginPromotion(_ role: Int, _ term: UInt64) {
        guard self.term(of: role) == term else { return }
        states[role].promoted = term
        report(.promoted(term: term, at: clockNow), role)
    }
}

// MARK: what it does

extension SimulatedInstance {
    func apply(_ role: Int, _ input: (inout ElectionMachine, Timestamp) -> [Directive]) {
        guard isAlive else { return }
        let instant = now
        let isStale = stamp != nil
        let directives = input(&states[role].machine, instant)
        world.promises.follow(self, role, isStale: isStale, at: world.now)
        if !directives.isEmpty {
            for directive in directives {
                world.say("  \(number) role \(role): \(directive)")
                perform(directive, role, isStale: isStale)
            }
            guard isAlive else { return }
            world.promises.checkCallbacks(self, role, directives)
        }
        rearm(role)
    }

    func follow(_ role: Int, _ entry: StoredEntry, _ standing: Standing) -> Bool {
        let instant = now
        return states[role].machine.followed(entry, standing, at: instant)
    }

    func applyToSessions(_ input: (inout Sessions, Timestamp) -> [Sessions.Action]) {
        guard isAlive else { return }
        let instant = now
        let actions = input(&sessions, instant)
        armSessions()
        for action in actions {
            world.say("  \(number) sessions: \(action)")
            perform(action)
            if isAlive { follow(action) }
        }
    }

    func askSessions<Answer: Sendable>(_ question: (inout Sessions, Timestamp) -> Answer) -> Answer {
        let instant = now
        defer { armSessions() }
        return question(&sessions, instant)
    }

    private func armSessions() {
        guard let deadline = sessions.nextDeadline, sessionsArmed.map({ deadline < $0 }) ?? true else { return }
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
        question(states[role].machine, now)
    }

    func applyToRoster<Result: Sendable>(
        _ input: (inout Roster, Timestamp) -> (Result, [Roster.Action])
    ) -> Result? {
        guard var fed = roster.take() else { return nil }
        let (result, actions) = input(&fed, now)
        roster = fed
        if let deadline = roster?.nextDeadline, rosterArmed.map({ deadline < $0 }) ?? true {
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
            states[role].promotedAt = begins
            arrange(.promoted(role: role, term: term), after: begins - world.now)
        case .demote(let term, let reason):
            world.promises.demoted(self, role, reason, isObserving: isObserving)
            // After the promote callback, which returns at once.
            let begins = max(world.now, states[role].promotedAt) + world.plan.model.callback.draw(&host.random)
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
            world.say("  \(number) gives role \(role) to \(member.id): \(reason)")
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

    private func rearm(_ role: Int) {
        guard let deadline = states[role].machine.nextDeadline, states[role].armed.map({ deadline < $0 }) ?? true else {
            return
        }
        states[role].armed = deadline
        arrange(.role(role, deadline: deadline), at: deadline)
    }

    func arrange(_ message: Message, after delay: Int64) {
        world.queue.add(.process(message, life: number, stamp: nil), at: world.now + delay)
    }

    /// At an instant of its own clock, as late as its timers are.
    private func arrange(_ message: Message, at deadline: Timestamp) {
        let wait = deadline <= clockNow ? 0 : host.clock.instant(of: deadline) - world.now
        arrange(message, after: wait + world.plan.model.timer.draw(&host.random))
    }
}
