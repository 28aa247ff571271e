import ElectionCore
import Measurement
import Testing

@Suite struct HistoryReaderTests {
    private let first = HistoryEntry(.runStarted, at: Timestamp(nanoseconds: 10), source: "driver")
    private let second = HistoryEntry(.runEnded, at: Timestamp(nanoseconds: 20), source: "driver")

    @Test func `Entries are read back as they were written`() {
        var entry = HistoryEntry(.believed, at: Timestamp(nanoseconds: 15), source: "a", incarnation: 2)
        entry.terms = ["r/1": 18_446_744_073_709_551_615]
        let history = HistoryReader.parse(first.line + entry.line + second.line)
        #expect(Array(history.entries) == [first, entry, second])
        #expect(history.unreadableLines == 0)
        #expect(!history.isCutOff)
    }

    @Test func `A last line that was cut off is dropped and reported`() {
        let history = HistoryReader.parse(first.line + second.line.dropLast(5))
        #expect(Array(history.entries) == [first])
        #expect(history.isCutOff)
        #expect(history.unreadableLines == 0)
    }

    @Test func `A last line that only lacks its newline is kept`() {
        let history = HistoryReader.parse(first.line + second.line.dropLast())
        #expect(Array(history.entries) == [first, second])
        #expect(!history.isCutOff)
    }

    @Test func `An unreadable line in the middle is counted and the rest is read`() {
        let history = HistoryReader.parse(first.line + Array("{\"t\":1\n".utf8) + second.line)
        #expect(Array(history.entries) == [first, second])
        #expect(history.unreadableLines == 1)
        #expect(!history.isCutOff)
    }

    @Test func `An event that a newer version wrote is kept and counted`() {
        let line = Array(#"{"event":"moon_landing","source":"driver","t":12,"thrust":7}"#.utf8) + [10]
        let history = HistoryReader.parse(first.line + line)
        #expect(history.entries.map(\.event) == ["run_started", "moon_landing"])
        #expect(history.unknownEvents == 1)
        #expect(history.unreadableLines == 0)
    }

    @Test func `Entries are sorted by time, and those of one instant stay in order`() {
        let later = (0..<100).map { HistoryEntry(.late, at: Timestamp(nanoseconds: 5), source: "\($0)") }
        let history = History([second] + later + [first])
        #expect(Array(history.entries) == later + [first, second])
        #expect(history[kind: .late].map(\.source) == later.map(\.source))
    }

    @Test func `A line that lies across two pieces of the file is read whole`() throws {
        let folder = try TemporaryFolder()
        var message = first
        message.message = String(repeating: "x", count: 3_000_000)
        try folder.write("history.jsonl", message.line + second.line)
        let history = try HistoryReader.read(folder.path("history.jsonl"))
        #expect(Array(history.entries) == [message, second])
    }

    @Test func `A missing file is an error that names it`() throws {
        let error = #expect(throws: MeasurementError.self) { try HistoryReader.read("/nonexistent/history.jsonl") }
        #expect(error?.code == .unreadableFile)
        #expect(error?.description.contains("/nonexistent/history.jsonl") == true)
    }
}
