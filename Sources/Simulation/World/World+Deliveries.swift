import ElectionCore

/// How a steady world delivers what is written, and who need not hear of it.
///
/// Most of what a cluster does is that followers hear that their leaders go on. So instances hold no machines for roles that they
/// merely follow: such a machine *rests*, and is made anew, as it would be by then, when anything else than a renewal concerns it.
/// It is woken
/// - for all that is put to it: answers, callbacks, the end of its standby;
/// - when anything but a renewal of the record that it follows is written;
/// - when something happens to its instance or to its connection (``SimulatedInstance/rouse()``);
/// - before the lease of the last renewal can be over by any clock (``endRest(of:)``).
///
/// A world has the same history with all awake.
extension World {
    func deliverSteadily(_ role: Int, _ entry: StoredEntry) {
        if letsSleep, !leavesAsleep(role, entry) { wakeAll(role) }
        let delivery = deliveries.add(role, entry, to: &store, at: now)
        guard letsSleep else {
            for watcher in store.watchers { send(delivery, to: lives[watcher.life]) }
            return
        }
        for life in deliveries.roles[role].awake { send(delivery, to: lives[Int(life)]) }
        watchRest(of: role)
    }

    /// Whether those who rest have nothing to do about the role's next entry.
    private func leavesAsleep(_ role: Int, _ entry: StoredEntry) -> Bool {
        // Who still has to hear that there is a record at all is on standby.
        guard let before = deliveries.roles[role].writes.last?.observation.entry else { return entry.isLeaders }
        // A renewal may be written in time, and come too late.
        return entry.continues(before) && deliveries.latestArrival(from: store, at: now) < deliveries.rest(of: role)
    }

    private func send(_ delivery: Delivery, to life: SimulatedInstance) {
        guard isIntact(life, life.connection), let leaves = delivery.leaves(for: life.number) else { return }
        let message = Message.observed(delivery.observation, generation: life.connection)
        if life.host.link.isPlain {
            let rank = Deliveries.rank(delivery.sequence, life.number)
            queue.add(.message(message, life: life.number), at: deliveries.arrival(of: delivery, at: life), rank: rank)
        } else {
            push(message, to: life, after: leaves - now)
        }
    }

    /// The snapshot comes in one piece.
    func beginSteadyWatch(of life: SimulatedInstance, connection: Int) {
        let isPlain = life.host.link.isPlain
        let arrival = isPlain ? deliveries.snapshotArrival(over: connection, at: now) : now
        life.watchFloor = (deliveries.last, arrival)
        let isResting = letsSleep && isPlain && life.isFresh
        if letsSleep, !isResting { life.rouse() }
        func pass(_ message: Message, part: Int) {
            guard isPlain else { return push(message, to: life) }
            let rank = Deliveries.rank(ofSnapshot: life.watchFloor.sequence, part: part)
            queue.add(.message(message, life: life.number), at: arrival, rank: rank)
        }
        if isResting { pass(.snapshot(generation: connection), part: 0) }
        for role in plan.roles.indices {
            if isResting, restsFromSnapshot(role) { continue }
            if isResting { life.wakeApart(role) }
            let entry = store.entry(role, at: now)
            pass(.observed(Observation(role: role, entry: entry), generation: connection), part: role + 1)
        }
        pass(.synced(generation: connection), part: plan.roles.count + 1)
    }

    /// Whether a machine on standby has nothing to do about what the bucket holds: a leader's record, or nothing yet.
    private func restsFromSnapshot(_ role: Int) -> Bool {
        guard let last = deliveries.roles[role].writes.last else { return true }
        let entry = last.observation.entry
        guard entry.isLeaders, deliveries.rest(of: role) > now, store.entry(role, at: now) == entry else {
            return false
        }
        watchRest(of: role)
        return true
    }

    // MARK: waking

    func wakeAll(_ role: Int) {
        for watcher in store.watchers { lives[watcher.life].wake(role) }
    }

    /// Sets the one event by which the followers of a role are looked after.
    private func watchRest(of role: Int) {
        guard !deliveries.roles[role].isWatched else { return }
        deliveries.watch(role, true)
        queue.add(.rested(role: role), at: deliveries.rest(of: role))
    }

    func endRest(of role: Int) {
        deliveries.watch(role, false)
        if deliveries.rest(of: role) > now { watchRest(of: role) } else { wakeAll(role) }
    }
}
