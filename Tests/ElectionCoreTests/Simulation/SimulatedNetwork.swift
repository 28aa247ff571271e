import ElectionCore

/// What travels to the server.
enum Request {
    case write(role: Int, StoreWrite)
    case read(role: Int)
    case writeSession(String, StoreWrite)
    case readSession(String)
    case watch
    case announce(LeadershipRecord?, id: UInt64)
    /// Asks whether an incarnation is connected.
    case probe(Member)
}

/// The way between the instances and the server: delays, losses, cuts. A cut connection is always noticed in the end,
/// by its client library; what was under way may be lost, or still land.
extension World {
    mutating func delay() -> Int64 {
        random.isTrue(tailChance) ? random.upTo(mix.delays.tail) : random.upTo(usualDelay)
    }

    mutating func send(_ request: Request, from process: Int) {
        if case .watch = request {
            // Part of the connection's set-up: lost only with it.
        } else if random.isTrue(processes[process].isCut ? 0.5 : lossChance) {
            return
        }
        queue.add(.serverReceives(request, process, connection: processes[process].connection), at: now + delay())
    }

    mutating func serve(_ request: Request, from process: Int, connection: Int) {
        if stalledUntil > now {
            queue.add(.serverReceives(request, process, connection: connection), at: stalledUntil)
            return
        }
        if opensAt > now { return refuse(request, from: process, connection: connection) }
        switch request {
        case .write(let role, let write): store(write, role, from: process)
        case .read(let role):
            answer(.read(role: role, bucket.entry(mix.roles[role], at: serverTime)), to: process)
        case .writeSession(let id, let write): store(write, session: id, from: process)
        case .readSession(let id):
            answer(.sessionRead(id: id, bucket.entry(session: id, at: serverTime)), to: process)
        case .watch:
            guard isIntact(process, connection) else { return }
            watchers[process] = connection
            beginWatch(of: process, connection: connection)
        case .announce(let record, let id): announce(record, id: id, from: process)
        case .probe(let member): probe(member, for: process)
        }
    }

    private mutating func store(_ write: StoreWrite, _ role: Int, from process: Int) {
        let before = bucket
        let outcome = bucket.write(write, to: mix.roles[role], at: serverTime)
        trace { "server: \(process) writes role \(role) \($0.text(write)) -> \(outcome)" }
        answer(.written(role: role, id: write.id, hidesNumber(outcome)), to: process)
        guard case .acknowledged(let revision) = outcome else { return }
        past = past.suffix(3) + [(before, .role(role))]
        let entry = bucket.entry(mix.roles[role], at: serverTime)
        // In this order and not the dictionary's, which differs from run to run.
        for watcher in processes.indices {
            guard let connection = watchers[watcher] else { continue }
            push(.observed(role: role, entry, generation: connection), to: watcher, connection: connection)
        }
        guard case .record(let record) = write.value else { return }
        stored[revision] = record
        crossHandover(record, from: process)
    }

    /// A snapshot, perhaps of a replica that lags behind; then what was written since.
    private mutating func beginWatch(of process: Int, connection: Int) {
        let lag = random.isTrue(mix.replicaLagChance) ? Int(random.next() % UInt64(past.count + 1)) : 0
        let missed = past.suffix(lag)
        let replica = missed.first?.before ?? bucket
        // The bucket's order of keys is nobody's order of events: members may come first or last.
        let membersFirst = random.isTrue(0.5)
        let sessionsFirst = random.isTrue(0.5)
        if sessionsFirst { pushSessions(of: replica, to: process, connection: connection) }
        if membersFirst { pushPresences(lag: lag, to: process, connection: connection) }
        for role in mix.roles.indices {
            let entry = replica.entry(mix.roles[role], at: serverTime)
            push(.observed(role: role, entry, generation: connection), to: process, connection: connection)
        }
        if !membersFirst { pushPresences(lag: lag, to: process, connection: connection) }
        if !sessionsFirst { pushSessions(of: replica, to: process, connection: connection) }
        push(.synced(generation: connection), to: process, connection: connection)
        for (index, write) in missed.enumerated() {
            let after = missed.dropFirst(index + 1).first?.before ?? bucket
            push(write.key, of: after, to: process, connection: connection)
        }
    }

    /// What a bucket that isn't open says. A store of ours goes on asking until it is, and says nothing meanwhile.
    private mutating func refuse(_ request: Request, from process: Int, connection: Int) {
        switch request {
        case .write(let role, let write):
            answer(.written(role: role, id: write.id, .refused(reason: "no responders")), to: process)
        case .read(let role): answer(.read(role: role, .missing), to: process)
        case .writeSession(let id, let write):
            let outcome = WriteOutcome.refused(reason: "no responders")
            answer(.sessionWritten(id: id, write: write.id, outcome), to: process)
        case .readSession(let id): answer(.sessionRead(id: id, .missing), to: process)
        case .announce(_, let id): answer(.announced(id: id, .refused(reason: "no responders")), to: process)
        case .probe: break
        case .watch:
            let next = opensAt + random.upTo(mix.longestTTL / 10)
            queue.add(.serverReceives(request, process, connection: connection), at: next)
        }
    }

    /// A replicated stream rejects without saying the last revision.
    mutating func hidesNumber(_ outcome: WriteOutcome) -> WriteOutcome {
        if case .rejected = outcome, random.isTrue(0.2) { return .rejected(lastRevision: nil) }
        return outcome
    }

    mutating func answer(_ message: Message, to process: Int) {
        guard !random.isTrue(processes[process].isCut ? 0.5 : lossChance) else { return }
        queue.add(.arrives(message, process), at: now + delay())
    }

    mutating func push(_ message: Message, to process: Int, connection: Int) {
        guard isIntact(process, connection) else { return }
        let arrival = max(processes[process].watchArrival, now + delay())
        processes[process].watchArrival = arrival
        queue.add(.arrives(message, process), at: arrival)
    }

    func isIntact(_ process: Int, _ connection: Int) -> Bool {
        processes[process].isAlive && !processes[process].isCut && processes[process].connection == connection
    }
}
