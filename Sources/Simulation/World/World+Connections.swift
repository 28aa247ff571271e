import ElectionCore

/// Connections, and what the server tells of those that it lost.
///
/// With the detector `connection`, nothing but this keeps two from leading: *the server tells others of a connection only when
/// its process has been told, or is dead.* So the model tells both sides of a closed connection:
/// - Where the server closes one, or somebody between does, the process gets `disconnected` at that instant, before anything
///   about it leaves the server. What a real network adds, the way from the closing to the process, is what this detector risks;
///   ``LinkImpairment/droppedAtServer`` models it.
/// - A connection that is cut is closed for the server when the client library notices, not before: a server that hears nothing
///   any more takes it for stale, which is no reason that counts.
/// - A paused process's connection stays open: its kernel answers for it. What it didn't notice it notices first of all when it is
///   resumed, and the server tells nobody before.
/// - The process takes that notice before it answers whether it leads: whatever waits in its threads comes later.
///
/// All else is free: an event comes at once or many leases late, twice, or never; events name connections that were closed long
/// ago, or that never were.
extension World {
    func dialLater(_ life: SimulatedInstance, after delay: Int64 = 0) {
        let up = store.servers.map(\.downUntil).min() ?? 0
        let earliest = max(now + delay, life.host.link.healsAt, up)
        queue.add(.dial(life: life.number), at: earliest + plan.model.connection.draw(&life.host.random))
    }

    func dial(_ life: SimulatedInstance) {
        guard life.isAlive, !life.isConnected else { return }
        let up = store.servers.indices.filter {
            store.servers[$0].downUntil <= now && store.servers[$0].stalledUntil <= now
        }
        guard life.host.link.healsAt <= now, life.host.link.isOpen, !up.isEmpty, !life.isPaused else {
            return dialLater(life, after: plan.longestTTL / 20)
        }
        life.server = life.host.random.pick(up)
        connections.append(ConnectionID(server: serverID(life.server), client: UInt64(connections.count + 1)))
        life.connection = connections.count
        life.isConnected = true
        life.isCut = false
        life.noticesOnResumption = false
        life.watchArrival = now
        arrive(.connected(generation: life.connection), at: life)
        send(.watch, from: life)
    }

    /// Each life of a server has an id of its own.
    func serverID(_ server: Int) -> String { "SIM-\(server + 1)-\(store.servers[server].life)" }

    /// The client library gives a connection up.
    func giveUp(_ life: SimulatedInstance, connection: Int) {
        guard life.isAlive, life.isConnected, life.connection == connection else { return }
        if life.isPaused, life.settings.detector == .connection {
            life.noticesOnResumption = true
            return
        }
        life.noticesOnResumption = false
        stopWatch(of: life)
        life.isCut = true
        life.isConnected = false
        switch life.settings.detector {
        case .lease: arrive(.disconnected, at: life)
        case .connection: life.process(.disconnected, stamp: nil)
        }
        tellLoss(of: life)
        dialLater(life)
    }

    /// A connection is gone for the client library and for the server, at once.
    func reset(_ life: SimulatedInstance) {
        guard life.isAlive, life.isConnected, !life.isPaused else { return }
        say("\(life.name)'s connection is reset")
        giveUp(life, connection: life.connection)
    }

    func stopWatch(of life: SimulatedInstance) {
        life.rouse()
        forgetWatch(of: life)
    }

    func forgetWatch(of life: SimulatedInstance) { store.watchers.removeAll { $0.life == life.number } }

    // MARK: losses

    /// The life's connection is closed, and its process knows or is dead. While nothing passes, the server hears of it later.
    func tellLoss(of life: SimulatedInstance) {
        guard life.connection > 0 else { return }
        if life.host.link.isOpen || life.host.link.isLossy {
            tell(life.connection, except: life)
        } else {
            life.host.link.unseenClosings.append(life.connection)
        }
    }

    /// Whom the server tells, how often, and when, is drawn for each.
    func tell(_ connection: Int, except life: SimulatedInstance?) {
        tell(connections[connection - 1], except: life)
    }

    private func tell(_ connection: ConnectionID, except life: SimulatedInstance?) {
        guard plan.hosts.contains(where: { $0.settings.detector == .connection }) else { return }
        let seen = plan.model.disconnection.draw(&store.random)
        for other in lives where other.isAlive && other !== life && other.host.plan.hearsLosses {
            if store.random.isTrue(plan.conditions.deaf) { continue }
            for _ in 0..<(store.random.isTrue(plan.conditions.lateNotice) ? 2 : 1) {
                let isLate = store.random.isTrue(plan.conditions.lateNotice)
                let delay = seen + (isLate ? store.random.upTo(plan.longestTTL * 4) : 0)
                answer(.lost(connection), to: other, after: delay)
            }
        }
    }

    /// An event of a connection that was closed before, or that nobody ever had.
    func spreadRumour(_ draws: inout SplitMix64) {
        let open = living.filter { $0.isConnected || $0.noticesOnResumption }.map(\.connection)
        let closed = (1..<connections.count + 1).filter { !open.contains($0) }
        var connection = ConnectionID(server: serverID(0), client: UInt64(1_000_000 + connections.count))
        if !closed.isEmpty { connection = connections[draws.pick(closed) - 1] }
        if draws.isTrue(0.1) { connection.client = 0 }
        say("server: a rumour of \(connection)")
        tell(connection, except: nil)
    }
}
