import ElectionCore
import Foundation
import Simulation
import Testing

@Suite("A record written byte by byte")
struct CanonicalJSONTests {
    private static let texts = ["", "a", "node-1", "a.b/c=d_e", "ä", "\"", "\\", "\n", "\u{7f}", "\u{0}", "😀", "a b"]

    private static func record(_ random: inout SplitMix64) -> LeadershipRecord {
        var record = LeadershipRecord(id: random.pick(texts), token: random.pick(texts))
        record.priority = random.pick([0, 7, -1, .max, .min])
        guard random.next() % 5 > 0 else { return record }
        record.meta = .init(
            incarnation: random.pick([0, 1, -3, .max, .min]),
            ttl: random.pick([.seconds(3), .zero, .nanoseconds(1), .seconds(-1)]),
            sent: Timestamp(nanoseconds: random.pick([0, 1, 1_234_567_890_123, .max, .min])),
            connection: ConnectionID(server: random.pick(texts), client: random.pick([0, 1, .max])),
            mark: random.pick([nil, .claim, .asks, .transfer(from: random.pick(texts))]),
            session: random.pick([
                nil, SessionRef(instance: "a-1", number: .max, token: "t"),
                SessionRef(instance: "a b", number: 7, token: "6581a83e-f07c"),
            ])
        )
        return record
    }

    @Test("it is, byte for byte, what an encoder writes, and is read as the same record")
    func same() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var random = SplitMix64(seed: 1)
        for _ in 0..<2000 {
            let record = Self.record(&random)
            #expect(record.json == Array(try encoder.encode(record)), "\(record)")
            let decoded = try JSONDecoder().decode(LeadershipRecord.self, from: Data(record.json))
            #expect(try LeadershipRecord(json: record.json) == decoded, "\(record)")
        }
    }
}
