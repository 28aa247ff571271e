import ElectionCore
import Foundation
import Measurement
import Testing

/// Lines as JSONDecoder and as ``HistoryReader`` read them.
@Suite struct LineScannerTests {
    /// A line that JSONDecoder takes must come out the same, and one that it refuses must be refused.
    private func expectSame(_ line: [UInt8], _ note: Comment? = nil) {
        if line.isEmpty || line.contains(UInt8(ascii: "\n")) { return }
        let wanted = try? JSONDecoder().decode(HistoryEntry.self, from: Data(line))
        let history = HistoryReader.parse(line + [UInt8(ascii: "\n")])
        #expect(
            Array(history.entries) == (wanted.map { [$0] } ?? []),
            note ?? "\(String(decoding: line, as: UTF8.self))"
        )
        #expect(history.unreadableLines == (wanted == nil ? 1 : 0))
    }

    @Test(arguments: [
        #"{"event":"late","source":"driver","t":12}"#,
        #"{"t":12,"source":"driver","event":"late"}"#,
        #" { "event" : "late" , "source" : "driver" , "t" : 12 } "#,
        #"{"event":"late","source":"driver","t":12}x"#,
        #"{"event":"late","source":"driver","t":12}}"#,
        #"{"event":"late","source":"driver","t":12"#,
        #"{"event":"late","source":"driver"}"#,
        #"{"event":"late","source":"driver","t":12,}"#,
        #"{"event":"late","source":"driver","t":12,"t":13}"#,
        #"{"event":"late","source":"driver","t":"12"}"#,
        #"{"event":"late","source":"driver","t":null}"#,
        #"{"event":"late","source":"driver","t":12.0}"#,
        #"{"event":"late","source":"driver","t":12.5}"#,
        #"{"event":"late","source":"driver","t":1e2}"#,
        #"{"event":"late","source":"driver","t":012}"#,
        #"{"event":"late","source":"driver","t":-0}"#,
        #"{"event":"late","source":"driver","t":-12}"#,
        #"{"event":"late","source":"driver","t":-}"#,
        #"{"event":"late","source":"driver","t":9223372036854775807}"#,
        #"{"event":"late","source":"driver","t":9223372036854775808}"#,
        #"{"event":"late","source":"driver","t":12,"term":18446744073709551615}"#,
        #"{"event":"late","source":"driver","t":12,"term":-1}"#,
        #"{"event":"late","source":"driver","t":12,"revision":-1,"role":"r"}"#,
        #"{"event":"late","source":"driver","t":12,"pid":2147483647}"#,
        #"{"event":"late","source":"driver","t":12,"pid":2147483648}"#,
        #"{"event":"late","source":"driver","t":12,"role":null}"#,
        #"{"event":"late","source":"driver","t":12,"role":7}"#,
        #"{"event":"late","source":"driver","t":12,"role":""}"#,
        #"{"event":"late","source":"dr\u0069ver","t":12}"#,
        #"{"event":"late","source":"dr\"iver","t":12}"#,
        #"{"event":"läte","source":"dríver","t":12}"#,
        #"{"event":"late","source":"driver","t":12,"thrust":{"a":[1,2]}}"#,
        #"{"event":"late","source":"driver","t":12,"terms":{}}"#,
        #"{"event":"late","source":"driver","t":12,"terms":{"a":1,"b":2}}"#,
        #"{"event":"late","source":"driver","t":12,"terms":{"a":1,"a":2}}"#,
        #"{"event":"late","source":"driver","t":12,"terms":{"a":1,}}"#,
        #"{"event":"late","source":"driver","t":12,"terms":{"a":-1}}"#,
        #"{"event":"late","source":"driver","t":12,"tasks":{"a":-1}}"#,
        #"{"event":"late","source":"driver","t":12,"tasks":{"a":1.5}}"#,
        #"{"event":"late","source":"driver","t":12,"tasks":{"a}":1}}"#,
        #"{"event":"late","source":"driver","t":12,"tasks":{"a":18446744073709551615}}"#,
        #"{"event":"late","source":"driver","t":12,"tasks":[]}"#,
        #"{"event":"late","source":"driver","t":12,"tasks":{"a":{"b":1}}}"#,
        #"[{"event":"late","source":"driver","t":12}]"#,
        "{}", "", " ", "null", #"{"event""#, #"{"event":"#,
    ])
    func `Each line comes out as JSONDecoder has it`(_ line: String) {
        expectSame(Array(line.utf8))
    }

    @Test func `No field of an entry is left out`() {
        var generator = SplitMix64(seed: 99)
        var seen: Set<String> = []
        for _ in 0..<60 {
            let entry = RandomEntry.make(&generator)
            for entry in HistoryReader.parse(entry.line).entries {
                let fields = Mirror(reflecting: entry).children.filter { "\($0.value)" != "nil" }
                seen.formUnion(fields.compactMap(\.label))
            }
        }
        let all = Mirror(reflecting: HistoryEntry(.late, at: .now(), source: "")).children.compactMap(\.label)
        #expect(seen == Set(all))
    }

    @Test func `A control character in a text is JSONDecoder's to judge`() {
        for byte in [0x01, 0x09, 0x1F, 0x7F, 0x80, 0xFF] as [UInt8] {
            expectSame(Array(#"{"event":"la"#.utf8) + [byte] + Array(#"te","source":"driver","t":12}"#.utf8), "\(byte)")
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `Random entries come out as they were, and spoilt ones as JSONDecoder has them`(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<150 {
            let entry = RandomEntry.make(&generator)
            let line = Array(entry.line.dropLast())
            #expect(Array(HistoryReader.parse(line).entries) == [entry])
            for _ in 0..<8 { expectSame(RandomEntry.spoil(line, &generator)) }
        }
    }

    @Test func `Every line of the reference run comes out as JSONDecoder has it`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "results/reference/history.jsonl").path
        let lines = try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n"))
        let wanted = try lines.map { try JSONDecoder().decode(HistoryEntry.self, from: $0) }
        let order = wanted.indices.sorted { (wanted[$0].t, $0) < (wanted[$1].t, $1) }
        let history = try HistoryReader.read(path)
        #expect(Array(history.entries) == order.map { wanted[$0] })
        #expect(history.unreadableLines == 0)
    }
}

/// Entries with fields at random.
private enum RandomEntry {
    static func make(_ generator: inout SplitMix64) -> HistoryEntry {
        let kind = HistoryEvent.allCases[Int(generator.number(below: UInt64(HistoryEvent.allCases.count)))]
        var entry = HistoryEntry(kind, at: Timestamp(nanoseconds: number(&generator)), source: text(&generator))
        func maybe<Value>(_ path: WritableKeyPath<HistoryEntry, Value?>, _ make: (inout SplitMix64) -> Value) {
            if generator.number(below: 3) == 0 { entry[keyPath: path] = make(&generator) }
        }
        let texts: [WritableKeyPath<HistoryEntry, String?>] = [
            \.role, \.reason, \.operation, \.outcome, \.value, \.mark, \.token, \.instance, \.status, \.server,
            \.version, \.name, \.message, \.fault, \.target, \.detail,
        ]
        for path in texts { maybe(path, text) }
        let integers: [WritableKeyPath<HistoryEntry, Int64?>] = [
            \.incarnation, \.dueNs, \.sentNs, \.ttlNs, \.lateNs, \.instanceIncarnation, \.durationNs, \.directNs,
            \.linkedNs,
        ]
        for path in integers { maybe(path, number) }
        let counts: [WritableKeyPath<HistoryEntry, Int?>] = [
            \.faultId, \.count, \.rolesLed, \.activities, \.threads, \.residentKb, \.privateKb, \.cpuMs, \.descriptors,
            \.messagesIn, \.messagesOut, \.bytesIn, \.bytesOut,
        ]
        for path in counts { maybe(path) { Int(number(&$0)) } }
        maybe(\.term) { UInt64(bitPattern: number(&$0)) }
        maybe(\.revision) { $0.next() }
        maybe(\.pid) { Int32(truncatingIfNeeded: number(&$0)) }
        maybe(\.terms) { generator in
            Dictionary((0..<generator.number(below: 4)).map { _ in (text(&generator), generator.next()) }) { $1 }
        }
        maybe(\.tasks) { generator in
            Dictionary((0..<generator.number(below: 4)).map { _ in (text(&generator), Int(number(&generator))) }) { $1 }
        }
        return entry
    }

    /// Of any size and either sign, the small more often.
    private static func number(_ generator: inout SplitMix64) -> Int64 {
        Int64(bitPattern: generator.next()) >> Int64(generator.number(below: 64))
    }

    private static func text(_ generator: inout SplitMix64) -> String {
        let words = ["role-1", "i", "", "a b", "ünï", "\"", "\\", "}", "{\"", "\n", "/", "0", "😀", "\u{7F}", "nul\0"]
        let isPlain = generator.number(below: 8) > 0
        return words[Int(generator.number(below: isPlain ? 4 : UInt64(words.count)))]
    }

    /// The line with a byte or two changed, taken out or put in.
    static func spoil(_ line: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
        let bytes = Array("{}[]\":,-.0123456789eEtrufalsn\\ \u{1}\u{7F}é".utf8)
        var line = line
        for _ in 0...generator.number(below: 2) {
            let place = Int(generator.number(below: UInt64(line.count)))
            let byte = bytes[Int(generator.number(below: UInt64(bytes.count)))]
            switch generator.number(below: 4) {
            case 0: line[place] = byte
            case 1: line.insert(byte, at: place)
            case 2: if line.count > 1 { line.remove(at: place) }
            default: if place > 0 { line.removeLast(line.count - place) }
            }
        }
        return line
    }
}
