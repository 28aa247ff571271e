import ElectionCore
import Foundation
import Measurement
import Testing

@Suite struct HistoryLineTests {
    /// What JSON's own encoder of Foundation writes.
    private func encoded(_ entry: HistoryEntry) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(entry), as: UTF8.self) + "\n"
    }

    private var full: HistoryEntry {
        var entry = HistoryEntry(.sample, at: Timestamp(nanoseconds: 1), source: "instance-1", incarnation: 3)
        entry.role = "role-1"
        entry.term = .max
        entry.revision = 1 << 63
        entry.reason = "released"
        entry.dueNs = -5
        entry.sentNs = .min
        entry.ttlNs = .max
        entry.terms = ["role-10": .max, "role-1": 0, "role-2": 7]
        entry.pid = -1
        entry.tasks = ["store": 1, "health": 2, "a.b": 0]
        entry.faultId = 12
        entry.bytesOut = 9
        entry.cpuMs = 0
        return entry
    }

    @Test func `a line is what an encoder of JSON writes`() throws {
        #expect(String(decoding: full.line, as: UTF8.self) == (try encoded(full)))
        let least = HistoryEntry(.disconnected, at: Timestamp(nanoseconds: -1), source: "driver")
        #expect(String(decoding: least.line, as: UTF8.self) == (try encoded(least)))
    }

    @Test(arguments: [
        "", "plain", "a \"quote\"", #"back\slash / slash"#, "tab\tnew\nline\rfeed\u{8}\u{c}", "\u{1}\u{1f}\u{7f}",
        "ü 🙂 e\u{301}",
    ])
    func `a text is escaped where JSON wants it`(text: String) throws {
        var entry = HistoryEntry(.warning, at: Timestamp(nanoseconds: 0), source: "driver")
        entry.message = text
        #expect(String(decoding: entry.line, as: UTF8.self) == (try encoded(entry)))
        #expect(HistoryEntry(line: entry.line) == entry)
    }
}
