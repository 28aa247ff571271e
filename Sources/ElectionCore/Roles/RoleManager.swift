import Synchronization

/// Takes part in the elections of many roles at once, over one store.
///
/// Add the roles, then let ``run()`` own everything: the store's connection, the alarm's thread, the callbacks. Each role has
/// its own machine, lease and callbacks; what they share is plumbing, so an instance needs the same number of tasks however
/// many roles it has.
///
/// ```swift
/// let manager = RoleManager(settings: settings, store: store)
/// try manager.add(role, callbacks: RoleCallbacks(onPromote: { … }, onDemote: { … }))
/// await manager.run()          // until stop() has released every role
/// ```
public final class RoleManager: Sendable {
    private struct State {
        var slots: [RoleSlot] = []
        var byRole: [Role: RoleSlot] = [:]
        var running = false
        var stopping = false
        var enlisted = false
        var unfinished = 0
    }

    public let settings: ElectionSettings
    /// How long ``stop()`` waits for demote callbacks and releases before it leaves the records to run out.
    public let stopTimeout: Duration
    public let ledger: TaskLedger
    private let store: any LeaseStore
    private let onEvent: @Sendable (Role, ElectionEvent) -> Void
    private let onSession: @Sendable (ElectionEvent) -> Void
    private let state = Mutex(State())
    /// From ``run()`` on.
    private let shell = Mutex<ThreadedShell?>(nil)
    private let alarm = Alarm<ThreadedShell.Purpose>()
    private let led: LedRoles
    /// Health checks that are due; its end is the end of ``run()``.
    private let checks = AsyncStream.makeStream(of: RoleSlot.self)
    private let ready = AsyncStream.makeStream(of: Void.self)

    /// - Parameters:
    ///   - stopTimeout: nil: one ttl, after which the records run out by themselves.
    ///   - onEvent: called from the election's own threads with everything that happens to a role; it must return at once.
    ///   - onSession: likewise, with each `operation` on the key of the instance's session, where it holds one.
    public init(
        settings: ElectionSettings,
        store: any LeaseStore,
        stopTimeout: Duration? = nil,
        ledger: TaskLedger = TaskLedger(),
        onEvent: @escaping @Sendable (Role, ElectionEvent) -> Void = { _, _ in },
        onSession: @escaping @Sendable (ElectionEvent) -> Void = { _ in }
    ) {
        self.settings = settings
        led = LedRoles(heartbeat: settings.timing.heartbeat)
        self.store = store
        self.stopTimeout = stopTimeout ?? settings.timing.ttl
        self.ledger = ledger
        self.onEvent = onEvent
        self.onSession = onSession
    }

    /// - Throws: ``ElectionError`` with code `duplicateRole`, or `alreadyRunning` after ``run()`` has begun.
    public func add(_ role: Role, callbacks: RoleCallbacks, health: HealthCheck? = nil) throws(ElectionError) {
        let refusal: ElectionError? = state.withLock { state in
            if state.running {
                return ElectionError(code: .alreadyRunning, context: "role \(role): roles are added before run()")
            }
            if state.byRole[role] != nil {
                return ElectionError(code: .duplicateRole, context: "role \(role) was added twice")
            }
            let outlets = outlets(role, index: state.slots.count)
            let seed = UInt64.random(in: .min ... .max)
            let slot = RoleSlot(
                role: role,
                index: state.slots.count,
                settings: settings,
                callbacks: callbacks,
                health: health,
                outlets: outlets,
                seed: seed
            )
            state.slots.append(slot)
            state.byRole[role] = slot
            led.added()
            return nil
        }
        if let refusal { throw refusal }
    }

    private func outlets(_ role: Role, index: Int) -> RoleSlot.Outlets {
        RoleSlot.Outlets(
            store: store,
            arm: { [alarm] in alarm.arm(.role(index), at: $0) },
            rank: { [weak self] in self?.running?.rank(index, vacantAsOf: $0) },
            steppedDown: { [weak self] in self?.running?.steppedDown(index) },
            report: { [weak self, led, onEvent] event in
                led.note(event)
                self?.running?.note(event, of: index)
                onEvent(role, event)
            },
            led: led,
            checkHealth: { [checks] in checks.continuation.yield($0) },
            ledger: ledger,
            finished: { [weak self] in self?.oneFinished() }
        )
    }

    /// Takes part in every role's election until ``stop()`` has given all of them up.
    ///
    /// Cancelling its task instead ends it at once: every role answers false from then on, and the records run out.
    ///
    /// - Throws: ``ElectionError`` with code `alreadyRunning` at a second call.
    public func run() async throws(ElectionError) {
        let (slots, byRole, isFirst, stopsAtOnce) = state.withLock { state in
            let isFirst = !state.running
            state.running = true
            state.unfinished = state.slots.count
            // Under the lock: who stops a manager that runs finds its machines started.
            if isFirst && !state.stopping {
                let shell = shell(of: state.slots)
                self.shell.withLock { $0 = shell }
                for slot in state.slots { slot.start() }
                shell.startSession()
                if state.enlisted { shell.enlist() }
            }
            return (state.slots, state.byRole, isFirst, state.stopping)
        }
        guard isFirst else { throw ElectionError(code: .alreadyRunning, context: "run() is called once") }
        guard let shell = running, !stopsAtOnce, !slots.isEmpty else { return ready.continuation.finish() }
        await ledger.track("manager") { await run(shell, byRole) }
    }

    /// Ends the standby of ``ElectionSettings/startsOnStandby``: a service that has warmed up begins to campaign.
    public func enlist() {
        let isRunning = state.withLock { state in
            state.enlisted = true
            return state.running
        }
        if isRunning { running?.enlist() }
    }

    /// Gives every role up in order: each demote callback returns, then the role is released, then ``run()`` returns.
    ///
    /// After ``stopTimeout`` the roles that are left are not released any more; their promote callbacks are cancelled, and
    /// ``run()`` returns when all callbacks have.
    public func stop() {
        let isRunning = state.withLock { state in
            state.stopping = true
            return state.running
        }
        alarm.arm(.endOfPatience, at: .now() + stopTimeout)
        if isRunning { running?.stop() }
    }

    /// Whether this instance leads the role at this instant, by the clock; false for a role that was never added.
    public func isLeader(_ role: Role) -> Bool { slot(role)?.isLeader ?? false }

    /// Every role's status, in the order in which they were added.
    public var status: [RoleStatus] { state.withLock(\.slots).map(\.status) }

    /// The roles for which ``isLeader(_:)`` answers true, each with its term.
    public var terms: [Role: UInt64] {
        var terms: [Role: UInt64] = [:]
        let now = Timestamp.now()
        for slot in state.withLock(\.slots) {
            if let term = slot.term(at: now) { terms[slot.role] = term }
        }
        return terms
    }

    /// The term of a role while ``isLeader(_:)`` answers true for it.
    public func term(of role: Role) -> UInt64? { slot(role)?.term }

    /// Returns when the store has told of every role for the first time, or run() has ended.
    public func untilReady() async {
        for await _ in ready.stream { return }
    }

    // MARK: Running

    private func run(_ shell: ThreadedShell, _ byRole: [Role: RoleSlot]) async {
        let slots = shell.slots
        let endAlarm = alarm.start(
            foresight: settings.timing.ttl / 5,
            postponed: { purpose, deadline in
                guard case .role(let role) = purpose else { return nil }
                return slots[role].postponed(deadline)
            }
        ) { [checks] purpose, deadline in
            switch purpose {
            case .role(let role): slots[role].ring(deadline)
            case .roster: shell.tickRoster()
            case .sessions: shell.tickSessions()
            case .endOfPatience: checks.continuation.finish()
            case .appointment(let appointment): shell.keep(appointment)
            }
        }
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                await ledger.track("store") {
                    await store.run(roles: slots.map(\.role)) { event in self.dispatch(event, to: shell, by: byRole) }
                }
                checks.continuation.finish()
            }
            for await slot in checks.stream {
                group.addTask { [ledger] in await ledger.track("health") { await slot.checkHealth() } }
            }
            // All of them before anything is waited for, and the store, too: what is left runs out, however long a callback takes.
            for slot in slots { slot.abandon() }
            group.cancelAll()
            for slot in slots { await slot.untilCallbacksEnd() }
        }
        endAlarm()
        ready.continuation.finish()
    }

    private func dispatch(_ event: StoreEvent, to shell: ThreadedShell, by byRole: [Role: RoleSlot]) {
        switch event {
        case .connected(let connection): shell.connected(connection)
        case .disconnected: shell.disconnected()
        case .synced:
            shell.synced()
            ready.continuation.finish()
        case .observed(let role, let entry, _): if let slot = byRole[role] { shell.observed(slot.index, entry) }
        case .written(let role, let id, let outcome, _):
            if let slot = byRole[role] { shell.written(slot.index, id: id, outcome) }
        case .read(let role, let entry, _): if let slot = byRole[role] { shell.read(slot.index, entry) }
        case .presence(let id, let entry, _): shell.presence(id, entry)
        case .announced(let id, let outcome, _): shell.announced(id, outcome)
        case .session(let id, let entry, _): shell.session(id, entry)
        case .sessionWritten(let id, let write, let outcome, _): shell.sessionWritten(id, write: write, outcome)
        case .sessionRead(let id, let entry, _): shell.sessionRead(id, entry)
        case .lost(let connection, _): shell.lost(connection)
        }
    }

    private var running: ThreadedShell? { shell.withLock(\.self) }

    private func shell(of slots: [RoleSlot]) -> ThreadedShell {
        let membership = Membership(
            settings: settings,
            roles: slots.map(\.role),
            outlets: Membership.Outlets(
                store: store,
                arm: { [alarm] in alarm.arm(.roster, at: $0) },
                give: { role, member, reason in
                    slots[role].apply { machine, now in machine.give(to: member, reason, at: now) }
                }
            )
        )
        let sessions = SessionKeeper(
            settings: settings,
            store: store,
            arm: { [alarm] in alarm.arm(.sessions, at: $0) }
        )
        return ThreadedShell(
            settings: settings,
            slots: slots,
            membership: membership,
            sessions: sessions,
            alarm: alarm,
            onSession: onSession
        )
    }

    private func oneFinished() {
        let isLast = state.withLock { state in
            state.unfinished -= 1
            return state.unfinished == 0
        }
        guard isLast else { return }
        running?.withdraw()
        running?.withdrawSession()
        checks.continuation.finish()
    }

    private func slot(_ role: Role) -> RoleSlot? {
        state.withLock { $0.byRole[role] }
    }
}
