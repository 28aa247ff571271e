import ElectionCore

/// What travels to the server.
enum Request {
    case write(role: Int, StoreWrite)
    case read(role: Int)
    case watch
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
        case .write(let role, let write):
            past = past.suffix(3) + [(bucket, role)]
            let outcome = bucket.write(write, to: mix.roles[role], at: serverTime)
            trace { "server: \(process) writes \($0.text(write)) -> \(outcome)" }
            answer(.written(role: role, id: write.id, hidesNumber(outcome)), to: process)
            guard case .acknowledged = outcome else {
                past.removeLast()
                return
            }
            let entry = bucket.entry(mix.roles[role], at: serverTime)
            // In this order and not the dictionary's, which differs from run to run.
            for watcher in processes.indices {
                guard let connection = watchers[watcher] else { continue }
                push(.observed(role: role, entry, generation: connection), to: watcher, connection: connection)
            }
        case .read(let role):
            answer(.read(role: role, bucket.entry(mix.roles[role], at: serverTime)), to: process)
        case .watch:
            guard isIntact(process, connection) else { return }
            watchers[process] = connection
            beginWatch(of: process, connection: connection)
        }
    }

    /// A snapshot, perhaps of a replica that lags behind; then what was written since.
    private mutating func beginWatch(of process: Int, connection: Int) {
        let lag = random.isTrue(mix.replicaLagChance) ? Int(random.next() % UInt64(past.count + 1)) : 0
        let missed = past.suffix(lag)
        let replica = missed.first?.before ?? bucket
        for role in mix.roles.indices {
            let entry = replica.entry(mix.roles[role], at: serverTime)
            push(.observed(role: role, entry, generation: connection), to: process, connection: connection)
        }
        push(.synced(generation: connection), to: process, connection: connection)
        for (index, write) in missed.enumerated() {
            let after = missed.dropFirst(index + 1).first?.before ?? bucket
            let entry = after.entry(mix.roles[write.role], at: serverTime)
            guard entry != .missing else { continue }
            push(.observed(role: write.role, entry, generation: connection), to: process, connection: connection)
        }
    }

    /// What a bucket that isn't open says. A store of ours goes on asking until it is, and says nothing meanwhile.
    private mutating func refuse(_ request: Request, from process: Int, connection: Int) {
        switch request {
        case .write(let role, let write):
            answer(.written(role: role, id: write.id, .refused(reason: "no responders")), to: process)
        case .read(let role): answer(.read(role: role, .missing), to: process)
        case .watch:
            let next = opensAt + random.upTo(mix.longestTTL / 10)
            queue.add(.serverReceives(request, process, connection: connection), at: next)
        }
    }

    /// A replicated stream rejects without saying the last revision.
    private mutating func hidesNumber(_ outcome: WriteOutcome) -> WriteOutcome {
        if case .rejected = outcome, random.isTrue(0.2) { return .rejected(lastRevision: nil) }
        return outcome
    }

    private mutating func answer(_ message: Message, to process: Int) {
        guard !random.isTrue(processes[process].isCut ? 0.5 : lossChance) else { return }
        queue.add(.arrives(message, process), at: now + delay())
    }

    private mutating func push(_ message: Message, to process: Int, connection: Int) {
        guard isIntact(process, connection) else { return }
        let arrival = max(processes[process].watchArrival, now + delay())
        processes[process].watchArrival = arrival
        queue.add(.arrives(message, process), at: arrival)
    }

    private func isIntact(_ process: Int, _ connection: Int) -> Bool {
        processes[process].isAlive && !processes[process].isCut && processes[process].connection == connection
    }

    // MARK: Connections

    mutating func cut(_ process: Int, for span: Int64) {
        processes[process].healsAt = max(processes[process].healsAt, now + span)
        guard !processes[process].isCut else { return }
        processes[process].isCut = true
        watchers[process] = nil
        trace { _ in "network: \(process) is cut off for \(span)" }
        queue.add(.noticesCut(process), at: now + random.upTo(mix.longestTTL / 2))
    }

    mutating func noticeCut(_ process: Int) {
        guard processes[process].isAlive else { return }
        processes[process].isConnected = false
        arrive(.disconnected, at: process)
        dialLater(process)
    }

    mutating func dialLater(_ process: Int) {
        queue.add(
            .dials(process),
            at: max(now, processes[process].healsAt) + random.upTo(isCalm ? 1 : mix.longestTTL / 10)
        )
    }

    mutating func dial(_ process: Int) {
        guard processes[process].isAlive else { return }
        guard processes[process].healsAt <= now else { return dialLater(process) }
        processes[process].connection += 1
        processes[process].isConnected = true
        processes[process].isCut = false
        processes[process].watchArrival = now
        arrive(.connected(generation: processes[process].connection), at: process)
        send(.watch, from: process)
    }
}
