#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads `history.jsonl` line by line.
package struct HistoryReader {
    private let decoder = JSONDecoder()
    private var pending: [UInt8] = []
    private var entries: [HistoryEntry] = []
    private var unreadableLines = 0

    private init() {}

    /// - Throws: ``MeasurementError`` with code `unreadableFile`. A broken line is counted, not thrown.
    package static func read(_ path: String) throws(MeasurementError) -> History {
        var reader = HistoryReader()
        try SystemFile.read(path) { reader.consume($0) }
        return reader.finish()
    }

    package static func parse(_ bytes: [UInt8]) -> History {
        var reader = HistoryReader()
        bytes.withUnsafeBytes { reader.consume($0) }
        return reader.finish()
    }

    private mutating func consume(_ piece: UnsafeRawBufferPointer) {
        var rest = piece[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if pending.isEmpty {
                readLine(Data(rest[..<newline]))
            } else {
                readLine(Data(pending + rest[..<newline]))
                pending.removeAll(keepingCapacity: true)
            }
            rest = rest[(newline + 1)...]
        }
        pending.append(contentsOf: rest)
    }

    private mutating func readLine(_ line: Data) {
        if line.isEmpty { return }
        if let entry = try? decoder.decode(HistoryEntry.self, from: line) {
            entries.append(entry)
        } else {
            unreadableLines += 1
        }
    }

    private mutating func finish() -> History {
        var isCutOff = false
        if !pending.isEmpty {
            // A line that lacks nothing but its newline is whole.
            if let entry = try? decoder.decode(HistoryEntry.self, from: Data(pending)) {
                entries.append(entry)
            } else {
                isCutOff = true
            }
        }
        return History(entries, unreadableLines: unreadableLines, isCutOff: isCutOff)
    }
}
