import ElectionCore
import Glibc

/// Which of its machines there are: see `World+Deliveries.swift`.
extension SimulatedInstance {
    /// What is kept of a role that rests, and was awake before.
    struct Residue {
        var rest: ElectionMachine.Rest
        /// Of the delivery that it rests on.
        let sequence: Int
        let promotedAt: Int64
        let watch: Promises.Watch
    }

    /// What all machines were fed with while they rested, by the instance's clock.
    struct Beginnings {
        /// Of the machines' generators.
        let seeds: SplitMix64
        var started = Timestamp(nanoseconds: 0)
        var connected: Timestamp?
        /// When the watch's snapshot arrived.
        var received: Timestamp?
        var synced: Timestamp?
        /// The roles that have ended their standby.
        var enlisted: [Bool] = []

        func seed(of role: Int) -> UInt64 { seeds.draw(after: role) }
    }

    /// The role's state, its machine awake.
    func awake(_ role: Int) -> UnsafeMutablePointer<RoleState> {
        if let state = states[role] { return state }
        wake(role)
        if isBusy { drowsy.append(role) }
        guard let state = states[role] else { preconditionFailure("life \(number) has nothing of role \(role)") }
        return state
    }

    func isAttentive(_ role: Int) -> Bool { states[role] != nil }

    // MARK: waking

    /// All its machines are awake from here on, until they rest again one by one.
    func rouse() {
        guard isAlive, !isStopping, awakeCount < roles.count else { return }
        for role in roles { wake(role) }
    }

    func wake(_ role: Int) {
        guard isAlive, !isStopping, states[role] == nil else { return }
        isFresh = false
        let residue = residues.removeValue(forKey: Int32(role))
        let (known, underWay) = world.deliveries.split(role, for: self, from: residue?.sequence ?? -1, at: world.now)
        let machine = residue.flatMap { residue in known.map { remake(residue, $0) } } ?? untouched(role, known)
        let state = make(role, machine)
        if let residue {
            state.pointee.promotedAt = residue.promotedAt
            state.pointee.watch = residue.watch
        }
        for delivery in underWay {
            let isShown = delivery.sequence <= watchFloor.sequence
            let rank = isShown ? snapshotRank(role) : Deliveries.rank(delivery.sequence, number)
            send(delivery.observation, at: world.deliveries.arrival(of: delivery, at: self), rank)
        }
        if isAwaitingSnapshot, underWay.first.map({ $0.sequence > watchFloor.sequence }) ?? true {
            send(Observation(role: role, entry: .missing), at: watchFloor.instant, snapshotRank(role))
        }
        rearm(role, state)
    }

    /// Its entry comes apart from the snapshot.
    func wakeApart(_ role: Int) {
        guard states[role] == nil else { return }
        rearm(role, make(role, untouched(role, nil)))
    }

    private var isAwaitingSnapshot: Bool {
        beginnings.received == nil && beginnings.connected != nil && watchFloor.instant > world.now
    }

    private func snapshotRank(_ role: Int) -> Int {
        Deliveries.rank(ofSnapshot: watchFloor.sequence, part: role + 1)
    }

    private func send(_ observation: Observation, at instant: Int64, _ rank: Int) {
        world.queue.add(.message(.observed(observation, generation: connection), life: number), at: instant, rank: rank)
    }

    private func remake(_ residue: Residue, _ known: Delivery) -> ElectionMachine {
        guard case .record(let record, let revision) = known.observation.entry else {
            preconditionFailure("life \(number) rests on \(known.observation.entry)")
        }
        return ElectionMachine(
            settings: settings,
            resting: residue.rest,
            following: record,
            revision: revision,
            received: received(known),
            over: named
        )
    }

    /// A machine that has heard nothing but what all have, and the role's record.
    private func untouched(_ role: Int, _ known: Delivery?) -> ElectionMachine {
        var machine = ElectionMachine(settings: settings, seed: beginnings.seed(of: role))
        _ = machine.start(at: beginnings.started)
        guard let connected = beginnings.connected else { return machine }
        _ = machine.connected(named, at: connected)
        guard let snapshot = beginnings.received else { return machine }
        let first = world.deliveries.roles[role].first
        let wasThere = first.map { $0 <= watchFloor.sequence } ?? false
        if !wasThere { _ = machine.observed(.missing, at: snapshot) }
        if wasThere, let known { _ = machine.observed(known.observation.entry, at: received(known)) }
        if let synced = beginnings.synced { _ = machine.synced(at: synced) }
        if !wasThere, let known { _ = machine.observed(known.observation.entry, at: received(known)) }
        if beginnings.enlisted.indices.contains(role), beginnings.enlisted[role] {
            _ = machine.enlist(isPaced: true, at: known.map(received) ?? snapshot)
        }
        return machine
    }

    private var named: ConnectionID { settings.named(world.connections[generation - 1]) }

    private func received(_ delivery: Delivery) -> Timestamp {
        if delivery.sequence <= watchFloor.sequence, let snapshot = beginnings.received { return snapshot }
        return host.clock.local(world.deliveries.arrival(of: delivery, at: self))
    }

    // MARK: sleeping

    func enlistsQuietly(_ role: Int) -> Bool {
        guard world.letsSleep, states[role] == nil, !isStopping else { return false }
        if let index = residues.index(forKey: Int32(role)) {
            residues.values[index].rest.standby = false
            return true
        }
        // Later ones may be under way.
        guard beginnings.synced != nil, let known = world.deliveries.roles[role].writes.first,
            world.deliveries.hasArrived(known, at: self, world.now)
        else { return false }
        if beginnings.enlisted.isEmpty { beginnings.enlisted = Array(repeating: false, count: roles.count) }
        beginnings.enlisted[role] = true
        return true
    }

    func fallAsleep() {
        guard !drowsy.isEmpty else { return }
        for role in drowsy { sleep(role) }
        drowsy.removeAll(keepingCapacity: true)
    }

    private func sleep(_ role: Int) {
        guard let state = states[role] else { return }
        if isStopping {
            if state.look({ $0.isStopped }) { release(role) }
            return
        }
        guard state.look({ $0.isFollowing }), canRest, state.pointee.promoted == nil,
            state.pointee.watch.isQuiet, let last = world.deliveries.roles[role].writes.last,
            world.deliveries.rest(of: role) > world.now, world.deliveries.roles[role].isWatched
        else { return }
        let (revision, connection) = (last.observation.entry.revision, named)
        guard let rest = state.look({ $0.rest(following: revision, over: connection) }) else { return }
        residues[Int32(role)] = Residue(
            rest: rest,
            sequence: last.sequence,
            promotedAt: state.pointee.promotedAt,
            watch: state.pointee.watch
        )
        release(role)
    }

    /// Whether what is written reaches it in the usual way.
    private var canRest: Bool {
        isConnected && !isCut && !isPaused && generation == connection && laneFreeAt < world.now
            && watchFloor.instant <= world.now && host.link.isPlain && host.life === self
    }

    // MARK: memory

    @discardableResult
    func make(_ role: Int, _ machine: ElectionMachine) -> UnsafeMutablePointer<RoleState> {
        let state = UnsafeMutablePointer<RoleState>.allocate(capacity: 1)
        state.initialize(to: RoleState(machine: machine))
        states[role] = state
        awakeCount += 1
        if world.letsSleep { state.pointee.place = world.deliveries.wakes(number, role) }
        return state
    }

    func release(_ role: Int) {
        guard let state = states[role] else { return }
        if world.letsSleep, let moved = world.deliveries.sleeps(role, place: state.pointee.place) {
            world.lives[moved].states[role]?.pointee.place = state.pointee.place
        }
        free(role)
        awakeCount -= 1
    }

    func free(_ role: Int) {
        guard let state = states[role] else { return }
        state.deinitialize(count: 1)
        state.deallocate()
        states[role] = nil
    }
}

extension UnsafeMutableBufferPointer {
    /// Memory that the system sets to zero, and gives only where it is touched.
    static func zeroed<Pointee>(_ count: Int) -> Self where Element == UnsafeMutablePointer<Pointee>? {
        let memory = calloc(Swift.max(1, count), MemoryLayout<Element>.stride)
        return Self(start: memory?.assumingMemoryBound(to: Element.self), count: count)
    }

    /// Ends what ``zeroed(_:)`` made.
    func giveBack() { Glibc.free(baseAddress) }
}

extension UnsafeMutablePointer<SimulatedInstance.RoleState> {
    func look<Answer>(_ question: (borrowing ElectionMachine) -> Answer) -> Answer {
        Simulation.look(&pointee.machine, question)
    }
}

/// A value that isn't held exclusively while it is looked at is copied.
func look<Value, Answer>(_ value: inout Value, _ question: (borrowing Value) -> Answer) -> Answer { question(value) }
