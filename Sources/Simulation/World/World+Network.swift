import ElectionCore

/// The ways between the instances and the server.
extension World {
    var callbackTime: Int64 {
        isCalm ? min(plan.conditions.callbackTime, plan.longestTTL / 10) : plan.conditions.callbackTime
    }

    private func travel(_ latency: Latency, on host: SimulatedHost) -> Int64 {
        if isCalm { return min(latency.draw(&host.random), plan.shortestTTL / 50) }
        let extra = host.link.latency + host.random.upTo(host.link.jitter)
        if host.random.isTrue(plan.conditions.tailChance) { return host.random.upTo(plan.conditions.tail) + extra }
        return latency.draw(&host.random) + extra
    }

    private func isLost(on host: SimulatedHost) -> Bool {
        if isCalm { return false }
        return host.random.isTrue(host.life?.isCut == true && host.link.isLossy ? 0.5 : plan.conditions.loss)
    }

    func send(_ request: Request, from life: SimulatedInstance) {
        let host = life.host
        if case .watch = request {
            // Part of the connection's set-up: lost only with it.
        } else if isLost(on: host) {
            return
        }
        if host.link.toServer == .blocked {
            host.link.heldRequests.append((request, life.number, life.connection))
            return
        }
        var arrival = now + travel(plan.model.request, on: host)
        if let rate = host.link.rate {
            arrival = rate.passes(after: max(arrival, life.requestArrival))
            life.requestArrival = arrival
        }
        queue.add(.request(request, life: life.number, connection: life.connection), at: arrival)
    }

    /// An answer keeps no order with what else is delivered.
    func answer(_ message: Message, to life: SimulatedInstance, after busy: Int64 = 0) {
        let host = life.host
        guard life.isAlive, !isLost(on: host) else { return }
        if host.link.fromServer == .blocked {
            host.link.heldMessages.append((message, life.number))
            return
        }
        for _ in 0..<(host.random.isTrue(plan.conditions.duplicate) ? 2 : 1) {
            queue.add(.message(message, life: life.number), at: now + busy + travel(plan.model.answer, on: host))
        }
    }

    /// What a watch delivers keeps its order.
    func push(_ message: Message, to life: SimulatedInstance, after busy: Int64 = 0) {
        guard isIntact(life, message.generation ?? life.connection) else { return }
        let host = life.host
        if host.link.fromServer == .blocked {
            host.link.heldMessages.append((message, life.number))
            return
        }
        var arrival = max(life.watchArrival, now + busy + travel(plan.model.watch, on: host))
        if let rate = host.link.rate { arrival = rate.passes(after: arrival) }
        life.watchArrival = arrival
        queue.add(.message(message, life: life.number), at: arrival)
    }

    func isIntact(_ life: SimulatedInstance, _ connection: Int) -> Bool {
        life.isAlive && !life.isCut && life.connection == connection
    }

    /// A message reaches a process's socket.
    func arrive(_ message: Message, at life: SimulatedInstance) {
        guard life.isAlive else { return }
        // The rest of a connection that is gone.
        if let generation = message.generation, life.isCut || generation != life.connection { return }
        if case .lost = message, life.isCut { return }
        let host = life.host
        let isStamped = !isCalm && host.random.isTrue(plan.conditions.lagChance)
        let stamp = isStamped ? life.now : nil
        if life.isPaused {
            life.mailbox.append((message, stamp))
        } else if isStamped || (message.keepsOrder && life.laneFreeAt >= now) {
            var instant = isStamped ? now + host.random.upTo(plan.conditions.lag) : now
            if message.keepsOrder {
                instant = max(instant, life.laneFreeAt)
                life.laneFreeAt = instant
            }
            queue.add(.process(message, life: life.number, stamp: stamp), at: instant)
        } else {
            life.process(message, stamp: nil)
        }
    }

    /// What waited is processed in any order, but for the watch's.
    func resume(_ life: SimulatedInstance) {
        guard life.isAlive, life.isPaused else { return }
        say("\(life.name) is resumed")
        life.isPaused = false
        let waiting = life.mailbox
        life.mailbox = []
        if life.noticesOnResumption { giveUp(life, connection: life.connection) }
        for (message, stamp) in waiting {
            if isSteady, case .role = message { continue }
            var instant = now + life.host.random.upTo(50_000)
            if message.keepsOrder {
                instant = max(instant, life.laneFreeAt)
                life.laneFreeAt = instant
            }
            queue.add(.process(message, life: life.number, stamp: stamp), at: instant)
        }
        if isSteady { resumeRoles(of: life) }
    }

    /// What is due of the roles, whenever its timers were set: that depends on since when each was awake.
    private func resumeRoles(of life: SimulatedInstance) {
        for role in life.roles where life.isAttentive(role) {
            var draws = SplitMix64.stream(plan.seed ^ UInt64(now), Stream.resumption, life.number << 32 | role)
            life.rearm(role, afterPause: draws.upTo(50_000))
        }
    }
}
