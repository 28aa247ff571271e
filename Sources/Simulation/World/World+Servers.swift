import ElectionCore

/// What is done to the servers.
extension World {
    /// A server stands still: what reaches it waits. Of a cluster, the others elect another leader of the stream.
    func stall(_ server: Int, for span: Int64) {
        store.servers[server].stalledUntil = now + span
        say("server \(server + 1): stalls for \(span)")
        for life in living where life.isConnected && life.server == server {
            queue.add(
                .silence(life: life.number, connection: life.connection),
                at: now + plan.model.silence.draw(&life.host.random)
            )
        }
        lose(server)
    }

    /// A server hears nothing of its peers; its clients still reach it.
    func cutFromPeers(_ server: Int, for span: Int64) {
        store.servers[server].cutUntil = now + span
        say("server \(server + 1): cut from its peers for \(span)")
        lose(server)
    }

    /// A server is killed and begins anew. A store that is lost has its bucket made again at once, the worst case, and opened by
    /// the fastest clock.
    func take(_ server: Int, down: Int64, keepsStore: Bool) {
        say("server \(server + 1): gone for \(down), \(keepsStore ? "keeps" : "loses") its store")
        store.servers[server].downUntil = now + down
        store.servers[server].life += 1
        if !keepsStore {
            let drift = plan.hosts.map { abs($0.clock.drift) }.max() ?? 0
            store.lose(opensAt: now + plan.longestTTL - HostClock.parts(drift, of: plan.longestTTL))
        }
        for life in living where life.isConnected && life.server == server {
            stopWatch(of: life)
            if keepsStore { closeBoth(life) } else { cut(life, for: down) }
        }
        lose(server)
    }

    /// Of a cluster, whose server can't take part any more.
    private func lose(_ server: Int) {
        guard plan.servers > 1 else { return }
        let sound = store.servers.indices.filter { store.servers[$0].isSound(now) }
        if sound.count * 2 > plan.servers {
            guard server == store.leader else { return }
            store.leader = store.random.pick(sound)
            store.leaderlessUntil = max(store.leaderlessUntil, now) + plan.model.streamElection.draw(&store.random)
        } else {
            // Until there is a majority again, and it has elected.
            let ends = store.servers.map { max($0.downUntil, $0.stalledUntil, $0.cutUntil, now) }.sorted()
            let majority = ends[plan.servers / 2]
            store.leaderlessUntil = max(store.leaderlessUntil, majority + plan.model.streamElection.draw(&store.random))
        }
    }

    /// Both sides' kernels close the connection.
    private func closeBoth(_ life: SimulatedInstance) {
        life.isCut = true
        if life.isPaused, life.settings.detector == .connection {
            life.noticesOnResumption = true
        } else {
            giveUp(life, connection: life.connection)
        }
    }
}
