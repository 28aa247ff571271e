import Chaos
import ElectionCore
import Measurement

/// How a schedule's faults are done and undone in a world, and written down.
extension SimulatedRun {
    func carryOut(_ fault: ScheduledFault) {
        switch fault.kind.target {
        case .instance, .link: carryOut(fault, onInstances: fault.victims)
        case .server: carryOutOnServers(fault)
        }
    }

    // MARK: instances and links

    private func carryOut(_ fault: ScheduledFault, onInstances victims: [String]) {
        let due = world.now
        var hit: [SimulatedInstance] = []
        for victim in victims {
            guard let host = world.hosts.first(where: { $0.name == victim }) else { continue }
            if let life = host.life, life.isAlive, !life.isStopping {
                hit.append(life)
                record(.fault, fault, victim, life.incarnation) { entry in
                    entry.dueNs = scribe.time(due).nanoseconds
                    entry.durationNs = fault.duration.nanoseconds
                    entry.detail = fault.impairment?.description
                }
            } else {
                record(.faultSkipped, fault, victim, host.incarnation) { entry in
                    entry.dueNs = scribe.time(due).nanoseconds
                    entry.reason = host.life?.isAlive == true ? "it was stopping" : "it was not running"
                }
            }
        }
        guard !hit.isEmpty else { return }
        for life in hit {
            inject(fault, into: life)
            record(.faultApplied, fault, life.host.name, life.incarnation)
        }
        unhealed += 1
        later(fault.duration.nanoseconds) { [self] in heal(fault, hit) }
    }

    private func inject(_ fault: ScheduledFault, into life: SimulatedInstance) {
        switch fault.kind {
        case .kill, .restartAll: world.kill(life)
        case .stop: world.stop(life)
        case .pause: world.pause(life)
        case .partition, .halfOpen, .reset, .delay, .slow, .dropServerSide:
            guard let impairment = fault.impairment else { preconditionFailure("nothing to do to a link: \(fault)") }
            world.impair(life, impairment, for: fault.duration.nanoseconds)
        case .serverKill, .serverStop, .serverPause, .streamLeaderKill, .serverPartition, .quorumLoss:
            preconditionFailure("\(fault.kind) is done to servers")
        }
    }

    private func heal(_ fault: ScheduledFault, _ hit: [SimulatedInstance]) {
        var left = hit.count
        func healed(_ host: SimulatedHost, _ incarnation: Int64) {
            record(.faultEnded, fault, host.name, incarnation)
            left -= 1
            if left == 0 { unhealed -= 1 }
        }
        for life in hit {
            let host = life.host
            switch fault.kind {
            case .kill, .restartAll, .stop:
                afterEnd(of: host) { [self] in
                    if !world.isEnding { spawn(host) }
                    healed(host, host.incarnation + 1)
                }
            case .pause:
                world.resume(life)
                healed(host, host.incarnation)
            case .partition, .halfOpen, .reset, .delay, .slow, .dropServerSide: healed(host, host.incarnation)
            case .serverKill, .serverStop, .serverPause, .streamLeaderKill, .serverPartition, .quorumLoss: break
            }
        }
    }

    // MARK: servers

    private func carryOutOnServers(_ fault: ScheduledFault) {
        let named = fault.victims.compactMap { victim in
            world.store.servers.indices.first { serverName($0) == victim }
        }
        let victims = fault.kind == .streamLeaderKill ? [world.store.leader] : named
        let due = world.now
        let span = fault.duration.nanoseconds
        for server in victims {
            record(.fault, fault, serverName(server), nil) { entry in
                entry.dueNs = scribe.time(due).nanoseconds
                entry.durationNs = span
            }
        }
        let wasUp = isUp
        for server in victims {
            switch fault.kind {
            case .serverKill, .serverStop, .streamLeaderKill, .quorumLoss:
                world.take(server, down: span, keepsStore: course.keepsStore)
                scribe.record(.serverExited, at: world.now) { [self] in $0.instance = serverName(server) }
            case .serverPause: world.stall(server, for: span)
            case .serverPartition: world.cutFromPeers(server, for: span)
            case .kill, .stop, .pause, .restartAll, .partition, .halfOpen, .reset, .delay, .slow, .dropServerSide:
                preconditionFailure("\(fault.kind) is done to instances")
            }
            record(.faultApplied, fault, serverName(server), nil)
        }
        if wasUp, !isUp {
            scribe.record(.storeLost, at: world.now)
            watchStore()
        }
        unhealed += 1
        later(span) { [self] in
            unhealed -= 1
            for server in victims {
                if fault.kind != .serverPause, fault.kind != .serverPartition { serverReady(server) }
                record(.faultEnded, fault, serverName(server), nil)
            }
        }
    }

    /// Whether the store takes writes.
    private var isUp: Bool {
        let store = world.store
        return store.leaderlessUntil <= world.now && store.opensAt <= world.now
            && store.servers[store.leader].isSound(world.now)
    }

    /// As the driver's probe asks while the store is gone.
    private func watchStore() {
        later(5_000_000) { [self] in
            guard isUp else { return watchStore() }
            scribe.record(.storeReady, at: world.now) { [self] in $0.server = serverName(world.store.leader) }
        }
    }

    private func record(
        _ event: HistoryEvent,
        _ fault: ScheduledFault,
        _ victim: String,
        _ incarnation: Int64?,
        _ fill: (inout HistoryEntry) -> Void = { _ in }
    ) {
        scribe.record(event, at: world.now) { entry in
            entry.faultId = fault.id
            entry.fault = fault.kind.rawValue
            entry.target = fault.kind.target.rawValue
            entry.instance = victim
            entry.instanceIncarnation = incarnation
            fill(&entry)
        }
    }
}
