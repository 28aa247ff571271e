import ElectionCore
import Foundation
import Measurement
import Testing

@Suite struct HistoryLineTests {
    /// Every field, by the keys that a decoder knows.
    private static let numbers = [
        "term", "revision", "due_ns", "sent_ns", "ttl_ns", "late_ns", "instance_incarnation", "incarnation", "pid",
        "fault_id",
        "duration_ns", "direct_ns", "linked_ns", "count", "roles_led", "activities", "threads", "resident_kb",
        "private_kb", "cpu_ms", "descriptors", "messages_in", "messages_out", "bytes_in", "bytes_out",
    ]
    private static let texts = [
        "role", "reason", "operation", "outcome", "value", "mark", "token", "instance", "status", "server", "version",
        "name", "message", "fault", "target", "detail",
    ]

    @Test func `A line is, byte for byte, what an encoder writes`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var random = SplitMix64(seed: 1)
        func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int(random.number(below: UInt64(elements.count)))]
        }
        for _ in 0..<2000 {
            var fields: [String: Any] = [
                "t": pick([0, 12, 1_234_567_890_123]), "source": pick(["driver", "a-1"]), "event": "late",
            ]
            for key in Self.numbers where pick([true, false]) { fields[key] = pick([0, 1, 9, 10, 2_147_483_647]) }
            for key in Self.texts where pick([true, false, false]) {
                fields[key] = pick(["", "a", "role-0001", "a/b", pick(["plain", "ä", "\"", "\\", "\n", "\u{7f}"])])
            }
            if pick([true, false]) { fields["terms"] = pick([[:], ["a": 1], ["b": 2, "a": 1, "role-0010": 3]]) }
            if pick([true, false]) { fields["tasks"] = pick([[:], ["store": 1, "callback": 20]]) }
            let entry = try JSONDecoder().decode(
                HistoryEntry.self,
                from: try JSONSerialization.data(withJSONObject: fields)
            )
            let line = entry.line
            #expect(line == Array(try encoder.encode(entry)) + [UInt8(ascii: "\n")])
            #expect(HistoryEvent(inLine: line) == .late)
            #expect(HistoryEntry(line: line) == entry)
        }
    }

    @Test(arguments: ["", "{}", "\"event\":", "\"event\":\"", "{\"event\":\"nonsense\"}", "{\"eventually\":\"late\"}"])
    func `What names no event is none`(line: String) {
        #expect(HistoryEvent(inLine: Array(line.utf8)) == nil)
    }
}
