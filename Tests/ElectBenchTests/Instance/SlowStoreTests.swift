import ElectionCore
import Testing

@testable import ElectBench

@Suite("A store that takes over late", .timeLimit(.minutes(1)))
struct SlowStoreTests {
    @Test("holds back by a fifth of what a lease has left on average")
    func delay() throws {
        #expect(SlowStore.delay(try LeaseTiming(ttl: .seconds(3), heartbeat: .seconds(1))) == .milliseconds(500))
    }

    /// Of two writes that expect the same revision the first to arrive is taken.
    @Test("lets others pass before it takes over, but not where a role is vacant or its own")
    func order() async throws {
        let bench = try StoreBench(ttl: .milliseconds(300), heartbeat: .milliseconds(100))
        let role = bench.role
        var writers: [String] = []
        await bench.run({ SlowStore(store: $0, settings: bench.settings) }) { entry, mine, other in
            if case .record(let record, _) = entry { writers.append(record.id) }
            let revision = entry.revision
            switch revision {
            case 0, 1:
                // Vacant, then its own: it comes first, since it is asked first.
                mine.write(bench.write("i", token: "t", expecting: revision), role: role)
                other.write(bench.write("j", token: "u", expecting: revision), role: role)
            case 2: other.write(bench.write("j", token: "u", expecting: revision), role: role)
            case 3:
                mine.write(bench.write("i", token: "v", expecting: revision), role: role)
                other.write(bench.write("j", token: "u", expecting: revision), role: role)
            case 4: mine.write(bench.write("i", token: "w", expecting: revision), role: role)
            default: return false
            }
            return true
        }
        #expect(writers == ["i", "i", "j", "j", "i"])
    }
}
