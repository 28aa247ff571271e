import ElectionCore
import Testing

@testable import ElectBench

@Suite("A store that doesn't show what others wrote", .timeLimit(.minutes(1)))
struct BlindStoreTests {
    @Test("shows them until it has written, and again when it has given the role up")
    func shows() async throws {
        let bench = try StoreBench(ttl: .seconds(3), heartbeat: .seconds(1))
        let role = bench.role
        var seen: [UInt64] = []
        await bench.run({ BlindStore(store: $0, settings: bench.settings) }) { entry, mine, other in
            seen.append(entry.revision)
            switch entry.revision {
            case 0: other.write(bench.write("j", expecting: 0), role: role)
            case 1: mine.write(bench.write("i", expecting: 1), role: role)
            case 2:
                other.write(bench.write("j", expecting: 2), role: role)
                mine.write(bench.write("i", expecting: 3), role: role)
            case 4:
                mine.write(StoreWrite(id: 9, value: .marker, expectedRevision: 4), role: role)
            case 5: other.write(bench.write("j", expecting: 5), role: role)
            default: return false
            }
            return true
        }
        #expect(seen == [0, 1, 2, 4, 5, 6])
    }
}
