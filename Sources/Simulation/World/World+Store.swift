import ElectionCore

/// What the server does with requests.
extension World {
    func serve(_ request: Request, from life: SimulatedInstance, connection: Int) {
        let server = store.servers[life.server]
        // What a server that is gone had not read is lost with its connections.
        if server.isDown(now) { return }
        if server.stalledUntil > now {
            queue.add(.request(request, life: life.number, connection: connection), at: server.stalledUntil)
            return
        }
        if server.cutUntil > now, plan.servers > 1 {
            return serveLeaderless(request, from: life, connection: connection, until: server.cutUntil)
        }
        if store.leaderlessUntil > now {
            return serveLeaderless(request, from: life, connection: connection, until: store.leaderlessUntil)
        }
        if store.opensAt > now { return refuse(request, from: life, connection: connection) }
        switch request {
        case .write(let role, let write): store(write, role, from: life)
        case .read(let role):
            answer(
                .read(role: role, store.entry(role, at: now)),
                to: life,
                after: store.serve(plan.model.service, at: now)
            )
        case .writeSession(let id, let write): store(write, session: id, from: life)
        case .readSession(let id):
            let busy = store.serve(plan.model.service, at: now)
            answer(.sessionRead(id: id, store.entry(session: id, at: now)), to: life, after: busy)
        case .watch: if isIntact(life, connection) { beginWatch(of: life, connection: connection) }
        case .announce(let record, let id): announce(record, id: id, from: life)
        case .probe(let member): probe(member, for: life)
        }
    }

    private func store(_ write: StoreWrite, _ role: Int, from life: SimulatedInstance) {
        let outcome = store.write(write, role: role, at: now)
        say(
            "server: \(life.name) writes role \(role): \(TraceText.text(write)): \(TraceText.text(outcome))"
        )
        let busy = store.serve(plan.model.service, at: now)
        answer(.written(role: role, id: write.id, hidesNumber(outcome)), to: life, after: busy)
        guard case .acknowledged(let revision) = outcome else { return }
        if case .record(let record) = write.value { promises.took(record, revision: revision) }
        deliver(role)
        if case .record(let record) = write.value { crossHandover(record, from: life) }
    }

    /// The role's entry goes to all who watch.
    private func deliver(_ role: Int) {
        let entry = store.entry(role, at: now)
        history?.observed(role, entry, at: now)
        if isSteady { return deliverSteadily(role, entry) }
        let observation = Observation(role: role, entry: entry)
        for watcher in store.watchers {
            let busy = store.serve(plan.model.delivery, at: now)
            push(.observed(observation, generation: watcher.connection), to: lives[watcher.life], after: busy)
        }
    }

    /// A snapshot, perhaps of a replica that lags behind; then what was written since.
    private func beginWatch(of life: SimulatedInstance, connection: Int) {
        store.watchers.removeAll { $0.life == life.number }
        let place = store.watchers.firstIndex { $0.life > life.number } ?? store.watchers.endIndex
        store.watchers.insert(.init(life: life.number, connection: connection), at: place)
        if isSteady { return beginSteadyWatch(of: life, connection: connection) }
        let isLagging = store.random.isTrue(plan.conditions.replicaLag)
        let lag = isLagging ? Int(store.random.next() % UInt64(store.mostLag + 1)) : 0
        let snapshot = store.snapshot(lag: lag, at: now)
        let presences = store.presences(isLagging: lag > 0, at: now)
        // The bucket's order of keys is nobody's order of events: each kind may come first or last.
        let sessionsFirst = store.random.isTrue(0.5)
        if sessionsFirst { pushSessions(snapshot, to: life, connection) }
        let membersFirst = store.random.isTrue(0.5)
        if membersFirst { pushPresences(presences, to: life, connection) }
        for (role, entry) in snapshot.roles.enumerated() {
            push(.observed(Observation(role: role, entry: entry), generation: connection), to: life)
        }
        if !membersFirst { pushPresences(presences, to: life, connection) }
        if !sessionsFirst { pushSessions(snapshot, to: life, connection) }
        push(.synced(generation: connection), to: life)
        for (key, entry) in snapshot.missed {
            switch key {
            case .role(let role):
                push(.observed(Observation(role: role, entry: entry), generation: connection), to: life)
            case .session(let id): push(.session(id: id, entry, generation: connection), to: life)
            }
        }
    }

    private func pushSessions(_ snapshot: SimulatedStore.Snapshot, to life: SimulatedInstance, _ connection: Int) {
        for (id, entry) in snapshot.sessions { push(.session(id: id, entry, generation: connection), to: life) }
    }

    private func pushPresences(
        _ presences: [(id: String, entry: StoredEntry)],
        to life: SimulatedInstance,
        _ connection: Int
    ) {
        for (id, entry) in presences { push(.presence(id: id, entry, generation: connection), to: life) }
    }

    private func store(_ write: StoreWrite, session id: String, from life: SimulatedInstance) {
        let outcome = store.write(write, session: id, at: now)
        say("server: \(life.name) writes the session of \(id): \(TraceText.text(write)): \(TraceText.text(outcome))")
        let busy = store.serve(plan.model.service, at: now)
        answer(.sessionWritten(id: id, write: write.id, hidesNumber(outcome)), to: life, after: busy)
        guard case .acknowledged = outcome else { return }
        let entry = store.entry(session: id, at: now)
        history?.observed(session: id, entry, at: now)
        for watcher in store.watchers {
            push(
                .session(id: id, entry, generation: watcher.connection),
                to: lives[watcher.life],
                after: store.serve(plan.model.delivery, at: now)
            )
        }
    }

    private func announce(_ record: LeadershipRecord?, id: UInt64, from life: SimulatedInstance) {
        let entry = store.announce(record, of: life.host.name, at: now)
        say("server: \(life.name) announces itself: \(entry.revision)")
        let busy = store.serve(plan.model.service, at: now)
        answer(.announced(id: id, .acknowledged(revision: entry.revision)), to: life, after: busy)
        for watcher in store.watchers {
            push(
                .presence(id: life.host.name, entry, generation: watcher.connection),
                to: lives[watcher.life],
                after: store.serve(plan.model.delivery, at: now)
            )
        }
    }

    /// Nobody answers for an incarnation that has no connection: the server says so at once.
    private func probe(_ member: Member, for life: SimulatedInstance) {
        let isThere = lives.contains {
            $0.isAlive && $0.isConnected && $0.host.name == member.id && $0.incarnation == member.incarnation
        }
        if !isThere { answer(.lost(member.connection), to: life) }
    }

    /// What a bucket that isn't open says. A store of ours goes on asking until it is, and says nothing meanwhile.
    private func refuse(_ request: Request, from life: SimulatedInstance, connection: Int) {
        switch request {
        case .write(let role, let write):
            answer(.written(role: role, id: write.id, .refused(reason: "no responders")), to: life)
        case .read(let role): answer(.read(role: role, .missing), to: life)
        case .writeSession(let id, let write):
            let outcome = WriteOutcome.refused(reason: "no responders")
            answer(.sessionWritten(id: id, write: write.id, outcome), to: life)
        case .readSession(let id): answer(.sessionRead(id: id, .missing), to: life)
        case .announce(_, let id): answer(.announced(id: id, .refused(reason: "no responders")), to: life)
        case .probe: break
        case .watch: askAgain(request, life, connection, after: store.opensAt)
        }
    }

    /// Nothing is stored and nothing answered; a watch is asked for until there is one.
    private func serveLeaderless(_ request: Request, from life: SimulatedInstance, connection: Int, until end: Int64) {
        switch request {
        case .write, .read, .writeSession, .readSession, .announce: break
        case .probe(let member): probe(member, for: life)
        case .watch: askAgain(request, life, connection, after: end)
        }
    }

    private func askAgain(_ request: Request, _ life: SimulatedInstance, _ connection: Int, after instant: Int64) {
        let next = instant + store.random.upTo(plan.longestTTL / 20)
        queue.add(.request(request, life: life.number, connection: connection), at: next)
    }

    /// A replicated stream rejects without saying the last revision.
    private func hidesNumber(_ outcome: WriteOutcome) -> WriteOutcome {
        if case .rejected = outcome, store.random.isTrue(plan.conditions.numberless) {
            return .rejected(lastRevision: nil)
        }
        return outcome
    }
}
