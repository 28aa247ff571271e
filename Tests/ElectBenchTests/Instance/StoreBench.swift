import ElectionCore

@testable import ElectBench

/// What the tests of stores for sabotaged instances share: one role, and the instance `i` whose store it is.
struct StoreBench {
    let role: Role
    let settings: ElectionSettings

    init(ttl: Duration, heartbeat: Duration) throws {
        role = try Role("a")
        settings = ElectionSettings(
            instance: try InstanceID("i"),
            incarnation: 1,
            timing: try LeaseTiming(ttl: ttl, heartbeat: heartbeat)
        )
    }

    /// A write of a record by an instance.
    func write(_ id: String, token: String = "t", expecting revision: UInt64) -> StoreWrite {
        let meta = LeadershipRecord.Meta(
            incarnation: 1,
            ttl: settings.timing.ttl,
            sent: Timestamp(nanoseconds: Int64(revision)),
            connection: ConnectionID(server: "s", client: 1)
        )
        let record = LeadershipRecord(id: id, token: token, meta: meta)
        return StoreWrite(id: revision + 1, value: .record(record), expectedRevision: revision)
    }

    /// Has a store and another instance's share a server: `react` is handed what the store under test shows under the role's key,
    /// until it returns false.
    func run<Store: LeaseStore>(
        _ mine: (InMemoryStore) -> Store,
        _ react: (StoredEntry, _ mine: Store, _ other: InMemoryStore) -> Bool
    ) async {
        let server = MemoryServer()
        let (other, mine) = (InMemoryStore(server: server), mine(InMemoryStore(server: server)))
        let (events, sink) = AsyncStream.makeStream(of: StoreEvent.self)
        let (ready, otherReady) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: Void.self) { [role] group in
            group.addTask { await other.run(roles: [role]) { if case .synced = $0 { otherReady.finish() } } }
            for await _ in ready {}
            group.addTask { await mine.run(roles: [role]) { sink.yield($0) } }
            for await event in events {
                guard case .observed(_, let entry, _) = event else { continue }
                if !react(entry, mine, other) { sink.finish() }
            }
            group.cancelAll()
        }
    }
}
