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

    /// Lines that are late by up to half a second, of three events.
    private func lateLines(_ count: Int) -> [UInt8] {
        var generator = SplitMix64(seed: 1)
        return (0..<count).flatMap { number -> [UInt8] in
            let instant = Int64(number) * 1_000_000 - Int64(generator.number(below: 500)) * 1_000_000
            let kind: HistoryEvent = [.late, .revision, .believed][number % 3]
            var entry = HistoryEntry(kind, at: Timestamp(nanoseconds: instant), source: "instance-\(number % 7)")
            entry.token = "token-\(number / 50)"
            entry.terms = ["role": UInt64(number / 90)]
            return entry.line
        }
    }

    private func expectSame(_ history: History, as bytes: [UInt8]) {
        let wanted = HistoryReader.parse(bytes)
        #expect(Array(history.entries) == Array(wanted.entries))
        #expect(history.unreadableLines == wanted.unreadableLines)
        #expect(history.isCutOff == wanted.isCutOff)
        #expect(history.count == wanted.count)
        #expect(history.end == wanted.end)
        for kind in HistoryEvent.allCases {
            #expect(Array(history[kind: kind]) == Array(wanted.entries).filter { $0.kind == kind })
        }
    }

    @Test func `A history that comes in pieces is what it is at once, at every step`() {
        let bytes = lateLines(300)
        var generator = SplitMix64(seed: 2)
        var reader = HistoryReader()
        var first: History?
        var read = 0
        while read < bytes.count {
            let next = min(read + 1 + Int(generator.number(below: 4000)), bytes.count)
            bytes[read..<next].withUnsafeBytes { reader.consume($0) }
            read = next
            let history = reader.snapshot()
            expectSame(history, as: Array(bytes[..<read]))
            first = first ?? history
        }
        // A later step changed nothing of it.
        #expect((first?.count ?? 0) < 50)
        expectSame(reader.snapshot(), as: bytes)
    }

    @Test func `A file that grows is read on from where it was`() throws {
        let folder = try TemporaryFolder()
        let bytes = lateLines(400)
        var reader = HistoryReader()
        for end in [1, 1000, 1000, bytes.count / 2, bytes.count - 3, bytes.count] {
            try folder.write("h", Array(bytes[..<end]))
            try reader.consume(folder.path("h"))
            expectSame(reader.snapshot(), as: Array(bytes[..<end]))
        }
    }

    @Test func `A file of many pieces is what its lines are, read on several processors`() throws {
        let folder = try TemporaryFolder()
        var bytes: [UInt8] = []
        var long = first
        // Shorter than a piece, longer than a piece, and longer than two.
        for length in [100_000, 3_000_000, 5_000_000, 9_000_000] {
            bytes += lateLines(5000)
            long.message = String(repeating: "m", count: length)
            bytes += long.line + Array("{broken\n\n".utf8)
        }
        bytes += lateLines(20_000) + second.line.dropLast(4)
        try folder.write("h", bytes)
        let history = try HistoryReader.read(folder.path("h"))
        let wanted = HistoryReader.parse(bytes)
        #expect(history.entries.elementsEqual(wanted.entries))
        #expect(history.unreadableLines == 4)
        #expect(history.isCutOff)
    }

    @Test func `A missing file is an error that names it`() throws {
        let error = #expect(throws: MeasurementError.self) { try HistoryReader.read("/nonexistent/history.jsonl") }
        #expect(error?.code == .unreadableFile)
        #expect(error?.description.contains("/nonexistent/history.jsonl") == true)
    }
}
