import ElectionCore
import Testing

@testable import ElectBench

@Suite("A store that takes over late", .timeLimit(.minutes(1)))
struct SlowStoreTests {
    private let role: Role
    private let settings: ElectionSettings

    init() throws {
        role = try Role("a")
        settings = ElectionSettings(
            instance: try InstanceID("i"),
            incarnation: 1,
            timing: try LeaseTiming(ttl: .milliseconds(300), heartbeat: .milliseconds(100))
        )
    }

    @Test("holds back by a fifth of what a lease has left on average")
    func delay() throws {
        #expect(SlowStore.delay(try LeaseTiming(ttl: .seconds(3), heartbeat: .seconds(1))) == .milliseconds(500))
    }

    private func write(_ id: String, token: String, expecting revision: UInt64) -> StoreWrite {
        let meta = LeadershipRecord.Meta(
            incarnation: 1,
            ttl: .milliseconds(300),
            sent: Timestamp(nanoseconds: Int64(revision)),
            connection: ConnectionID(server: "s", client: 1)
        )
        let record = LeadershipRecord(id: id, token: token, meta: meta)
        return StoreWrite(id: revision + 1, value: .record(record), expectedRevision: revision)
    }

    /// Of two writes that expect the same revision the first to arrive is taken.
    @Test("lets others pass before it takes over, but not where a role is vacant or its own")
    func order() async throws {
        let server = MemoryServer()
        let other = InMemoryStore(server: server)
        let mine = SlowStore(store: InMemoryStore(server: server), settings: settings)
        let (events, sink) = AsyncStream.makeStream(of: StoreEvent.self)
        let (ready, otherReady) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: Void.self) { [role] group in
            group.addTask { await other.run(roles: [role]) { if case .synced = $0 { otherReady.finish() } } }
            for await _ in ready {}
            group.addTask { await mine.run(roles: [role]) { sink.yield($0) } }
            var writers: [String] = []
            for await event in events {
                guard case .observed(_, let entry, _) = event else { continue }
                if case .record(let record, _) = entry { writers.append(record.id) }
                let revision = entry.revision
                switch revision {
                case 0, 1:
                    // Vacant, then its own: it comes first, since it is asked first.
                    mine.write(write("i", token: "t", expecting: revision), role: role)
                    other.write(write("j", token: "u", expecting: revision), role: role)
                case 2: other.write(write("j", token: "u", expecting: revision), role: role)
                case 3:
                    mine.write(write("i", token: "v", expecting: revision), role: role)
                    other.write(write("j", token: "u", expecting: revision), role: role)
                case 4: mine.write(write("i", token: "w", expecting: revision), role: role)
                default: sink.finish()
                }
            }
            #expect(writers == ["i", "i", "j", "j", "i"])
            group.cancelAll()
        }
    }
}
