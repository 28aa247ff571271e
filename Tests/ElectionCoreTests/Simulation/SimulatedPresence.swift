import ElectionCore

/// The members' keys in the bucket: written without an expected revision, each under the next one of the bucket.
extension World {
    struct Presence {
        let host: Int
        let entry: StoredEntry
        let stored: Int64
    }

    mutating func announce(_ record: LeadershipRecord?, id: UInt64, from process: Int) {
        let host = processes[process].host
        let revision = bucket.spendRevision()
        trace { _ in "server: \(process) announces \(record.map { "\($0.priority)" } ?? "nothing") -> \(revision)" }
        let entry = record.map { StoredEntry.record($0, revision: revision) } ?? .marker(revision: revision)
        presences.append(Presence(host: host, entry: entry, stored: now))
        answer(.announced(id: id, .acknowledged(revision: revision)), to: process)
        for watcher in processes.indices {
            guard let connection = watchers[watcher] else { continue }
            push(.presence(id: name(host), entry, generation: connection), to: watcher, connection: connection)
        }
    }

    /// The last of each key that has not aged out, perhaps of a replica that lags behind by some.
    mutating func pushPresences(lag: Int, to process: Int, connection: Int) {
        presences.removeAll { $0.stored + mix.longestTTL * 2 <= now }
        let known = presences.dropLast(lag)
        for host in 0..<mix.instances {
            guard let last = known.last(where: { $0.host == host }) else { continue }
            push(.presence(id: name(host), last.entry, generation: connection), to: process, connection: connection)
        }
    }
}
