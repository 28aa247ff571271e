import ElectionCore
import Testing

@testable import ElectBench

@Suite("A store that doesn't show what others wrote", .timeLimit(.minutes(1)))
struct BlindStoreTests {
    private let role: Role
    private let settings: ElectionSettings

    init() throws {
        role = try Role("a")
        settings = ElectionSettings(
            instance: try InstanceID("i"),
            incarnation: 1,
            timing: try LeaseTiming(ttl: .seconds(3), heartbeat: .seconds(1))
        )
    }

    private func write(_ id: String, expecting revision: UInt64) -> StoreWrite {
        let meta = LeadershipRecord.Meta(
            incarnation: 1,
            ttl: .seconds(3),
            sent: Timestamp(nanoseconds: Int64(revision)),
            connection: ConnectionID(server: "s", client: 1)
        )
        let record = LeadershipRecord(id: id, token: "t", meta: meta)
        return StoreWrite(id: revision + 1, value: .record(record), expectedRevision: revision)
    }

    @Test("shows them until it has written, and again when it has given the role up")
    func shows() async throws {
        let server = MemoryServer()
        let (other, mine) = (
            InMemoryStore(server: server), BlindStore(store: InMemoryStore(server: server), settings: settings)
        )
        let (events, sink) = AsyncStream.makeStream(of: StoreEvent.self)
        let (ready, otherReady) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: Void.self) { [role] group in
            group.addTask { await other.run(roles: [role]) { if case .synced = $0 { otherReady.finish() } } }
            for await _ in ready {}
            group.addTask { await mine.run(roles: [role]) { sink.yield($0) } }
            var seen: [UInt64] = []
            for await event in events {
                guard case .observed(_, let entry, _) = event else { continue }
                seen.append(entry.revision)
                switch entry.revision {
                case 0: other.write(write("j", expecting: 0), role: role)
                case 1: mine.write(write("i", expecting: 1), role: role)
                case 2:
                    other.write(write("j", expecting: 2), role: role)
                    mine.write(write("i", expecting: 3), role: role)
                case 4:
                    mine.write(StoreWrite(id: 9, value: .marker, expectedRevision: 4), role: role)
                case 5: other.write(write("j", expecting: 5), role: role)
                default: sink.finish()
                }
            }
            #expect(seen == [0, 1, 2, 4, 5, 6])
            group.cancelAll()
        }
    }
}
