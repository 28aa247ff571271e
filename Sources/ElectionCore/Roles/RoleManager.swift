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

    /// What the alarm is set for besides the roles: the index after the last role's, and so on.
    private enum Appointment: Int {
        case endOfPatience, roster, settling, withdrawal, departure
    }

    public let settings: ElectionSettings
    /// How long ``stop()`` waits for demote callbacks and releases before it leaves the records to run out.
    public let stopTimeout: Duration
    public let ledger: TaskLedger
    private let store: any LeaseStore
    private let onEvent: @Sendable (Role, ElectionEvent) -> Void
    private let state = Mutex(State())
    /// From ``run()`` on, where the settings need it.
    private let members = Mutex<Membership?>(nil)
    private let alarm = Alarm()
    /// Health checks that are due; its end is the end of ``run()``.
    private let checks = AsyncStream.makeStream(of: RoleSlot.self)
    private let ready = AsyncStream.makeStream(of: Void.self)

    /// - Parameters:
    ///   - stopTimeout: nil: one ttl, after which the records run out by themselves.
    ///   - onEvent: called from the election's own threads with everything that happens; it must return at once.
    public init(
        settings: ElectionSettings,
        store: any LeaseStore,
        stopTimeout: Duration? = nil,
        ledger: TaskLedger = TaskLedger(),
        onEvent: @escaping @Sendable (Role, ElectionEvent) -> Void = { _, _ in }
    ) {
        self.settings = settings
        self.store = store
        self.stopTimeout = stopTimeout ?? settings.timing.ttl
        self.ledger = ledger
        self.onEvent = onEvent
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
            return nil
        }
        if let refusal { throw refusal }
    }

    private func outlets(_ role: Role, index: Int) -> RoleSlot.Outlets {
        RoleSlot.Outlets(
            store: store,
            arm: { [alarm] in alarm.arm(index, at: $0) },
            rank: { [weak self] in self?.membership?.delay(of: index, vacantAsOf: $0) ?? .zero },
            successor: { [weak self] in
                guard let self, settings.isRanked else { return nil }
                return membership?.apply { roster, now in roster.successor(of: index, at: now) }
            },
            report: { [weak self, onEvent] event in
                self?.membership?.note(event, of: index)
                onEvent(role, event)
            },
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
                let membership = membership(of: state.slots)
                members.withLock { $0 = membership }
                for slot in state.slots { slot.start() }
                if state.enlisted { enlist(state.slots) }
            }
            return (state.slots, state.byRole, isFirst, state.stopping)
        }
        guard isFirst else { throw ElectionError(code: .alreadyRunning, context: "run() is called once") }
        if stopsAtOnce || slots.isEmpty { return ready.continuation.finish() }
        await ledger.track("manager") { await run(slots, byRole) }
    }

    /// Ends the standby of ``ElectionSettings/startsOnStandby``: a service that has warmed up begins to campaign.
    public func enlist() {
        let slots = state.withLock { state in
            state.enlisted = true
            return state.running ? state.slots : []
        }
        enlist(slots)
    }

    private func enlist(_ slots: [RoleSlot]) {
        if let membership {
            membership.apply { roster, now in roster.enlist(at: now) }
            alarm.arm(slots.count + Appointment.settling.rawValue, at: .now() + Roster.enlistmentSettling)
        }
        for slot in slots { slot.enlist() }
    }

    /// Gives every role up in order: each demote callback returns, then the role is released, then ``run()`` returns.
    ///
    /// After ``stopTimeout`` the roles that are left are not released any more; their promote callbacks are cancelled, and
    /// ``run()`` returns when all callbacks have.
    public func stop() {
        let slots = state.withLock { state in
            state.stopping = true
            return state.running ? state.slots : []
        }
        alarm.arm(slots.count + Appointment.endOfPatience.rawValue, at: .now() + stopTimeout)
        if let membership {
            membership.apply { roster, _ in roster.stop() }
            alarm.arm(slots.count + Appointment.withdrawal.rawValue, at: .now() + Roster.withdrawalDelay)
        }
        // What it leads first: others wait for that.
        let (led, followed) = (slots.filter(\.isLeader), slots.filter { !$0.isLeader })
        guard settings.isRanked else { return stop(led + followed) }
        for slot in led + followed { slot.apply { machine, now in machine.retire(at: now) } }
        alarm.arm(slots.count + Appointment.departure.rawValue, at: .now() + Roster.departureDelay)
    }

    /// Ends the roles once none is to be given up any more: as long as one is, others may take this instance for willing.
    private func depart(_ slots: [RoleSlot]) {
        guard slots.contains(where: \.isGivingUp) else { return stop(slots) }
        alarm.arm(slots.count + Appointment.departure.rawValue, at: .now() + Roster.departureDelay)
    }

    private func stop(_ slots: [RoleSlot]) {
        for slot in slots { slot.apply { machine, now in machine.stop(at: now) } }
    }

    /// Whether this instance leads the role at this instant, by the clock; false for a role that was never added.
    public func isLeader(_ role: Role) -> Bool { slot(role)?.isLeader ?? false }

    /// Every role's status, in the order in which they were added.
    public var status: [RoleStatus] { state.withLock(\.slots).map(\.status) }

    /// The term of a role while ``isLeader(_:)`` answers true for it.
    public func term(of role: Role) -> UInt64? { slot(role)?.term }

    /// Returns when the store has told of every role for the first time, or run() has ended.
    public func untilReady() async {
        for await _ in ready.stream { return }
    }

    // MARK: Running

    private func run(_ slots: [RoleSlot], _ byRole: [Role: RoleSlot]) async {
        let membership = membership
        let endAlarm = alarm.start { [checks] index, deadline in
            if index < slots.count { return slots[index].ring(deadline) }
            switch Appointment(rawValue: index - slots.count) {
            case .endOfPatience?: checks.continuation.finish()
            case .roster?: membership?.ring()
            case .settling?: if let membership { self.replan(membership.vacant, slots, membership) }
            case .withdrawal?: membership?.withdraw()
            case .departure?: self.depart(slots)
            case nil: preconditionFailure("an alarm for nobody: \(index)")
            }
        }
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                await ledger.track("store") {
                    await store.run(roles: slots.map(\.role)) { event in self.dispatch(event, to: slots, by: byRole) }
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

    private func dispatch(_ event: StoreEvent, to slots: [RoleSlot], by byRole: [Role: RoleSlot]) {
        switch event {
        case .connected(let stands):
            let connection = settings.named(stands)
            membership?.apply { roster, _ in roster.connected(connection) }
            for slot in slots { slot.apply { machine, now in machine.connected(connection, at: now) } }
        case .disconnected:
            for slot in slots { slot.apply { machine, now in machine.disconnected(at: now) } }
            membership?.apply { roster, _ in roster.disconnected() }
        case .synced:
            for slot in slots { slot.apply { machine, now in machine.synced(at: now) } }
            membership?.apply { roster, now in roster.synced(at: now) }
            ready.continuation.finish()
        case .observed(let role, let entry, _):
            guard let slot = byRole[role] else { return }
            let standing = membership?.observed(slot.index, entry) ?? Standing()
            slot.apply { machine, now in machine.observed(entry, standing, at: now) }
        case .written(let role, let id, let outcome, _):
            byRole[role]?.apply { machine, now in machine.written(id: id, outcome, at: now) }
        case .read(let role, let entry, _):
            guard let slot = byRole[role] else { return }
            let standing = entry.flatMap { membership?.standing(of: $0) } ?? Standing()
            slot.apply { machine, now in machine.read(entry, standing, at: now) }
        case .presence(let id, let entry, _):
            membership?.apply { roster, now in roster.presence(id, entry, at: now) }
        case .announced(let id, let outcome, _):
            membership?.apply { roster, now in roster.announced(id, outcome, at: now) }
        case .lost(let connection, _):
            lost(connection, slots)
        }
    }

    private func lost(_ connection: ConnectionID, _ slots: [RoleSlot]) {
        guard let membership else { return }
        let roles = membership.apply { roster, now in roster.lost(connection, at: now) }
        for role in roles { slots[role].apply { machine, now in machine.lost(connection, at: now) } }
        // Who was to try for the others may be the one that is lost.
        replan(membership.vacant.filter { !roles.contains($0) }, slots, membership)
    }

    private func replan(_ roles: [Int], _ slots: [RoleSlot], _ membership: Membership) {
        guard settings.isRanked else { return }
        for role in roles {
            guard let delay = membership.delay(of: role) else { continue }
            slots[role].apply { machine, now in machine.ranked(after: delay, at: now) }
        }
    }

    private var membership: Membership? { members.withLock(\.self) }

    private func membership(of slots: [RoleSlot]) -> Membership? {
        Membership(
            settings: settings,
            roles: slots.map(\.role),
            outlets: Membership.Outlets(
                store: store,
                arm: { [alarm, count = slots.count] in alarm.arm(count + Appointment.roster.rawValue, at: $0) },
                give: { role, member, reason in
                    slots[role].apply { machine, now in machine.give(to: member, reason, at: now) }
                }
            )
        )
    }

    private func oneFinished() {
        let isLast = state.withLock { state in
            state.unfinished -= 1
            return state.unfinished == 0
        }
        guard isLast else { return }
        membership?.withdraw()
        checks.continuation.finish()
    }

    private func slot(_ role: Role) -> RoleSlot? {
        state.withLock { $0.byRole[role] }
    }
}
