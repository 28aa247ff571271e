import ElectionCore

/// What a write changed.
enum WrittenKey {
    case role(Int)
    case session(String)
}

/// The keys of the instances' sessions in the bucket.
extension World {
    mutating func store(_ write: StoreWrite, session id: String, from process: Int) {
        let before = bucket
        let outcome = bucket.write(write, session: id, at: serverTime)
        trace { "server: \(process) writes session \(id) \($0.text(write)) -> \(outcome)" }
        answer(.sessionWritten(id: id, write: write.id, hidesNumber(outcome)), to: process)
        guard case .acknowledged = outcome else { return }
        past = past.suffix(3) + [(before, .session(id))]
        for watcher in processes.indices {
            guard let connection = watchers[watcher] else { continue }
            push(.session(id), of: bucket, to: watcher, connection: connection)
        }
        if case .marker = write.value, id != name(processes[process].host) { fences += 1 }
    }

    /// What the watch shows of a key that a bucket holds.
    mutating func push(_ key: WrittenKey, of bucket: MemoryBucket, to process: Int, connection: Int) {
        switch key {
        case .role(let role):
            let entry = bucket.entry(mix.roles[role], at: serverTime)
            guard entry != .missing else { return }
            push(.observed(role: role, entry, generation: connection), to: process, connection: connection)
        case .session(let id):
            let entry = bucket.entry(session: id, at: serverTime)
            guard entry != .missing else { return }
            push(.session(id: id, entry, generation: connection), to: process, connection: connection)
        }
    }

    mutating func pushSessions(of bucket: MemoryBucket, to process: Int, connection: Int) {
        for id in bucket.sessionIDs { push(.session(id), of: bucket, to: process, connection: connection) }
    }
}
