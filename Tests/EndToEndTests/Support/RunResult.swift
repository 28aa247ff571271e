import Glibc
import Measurement
import TestSupport
import Testing

/// A run's folder as the program left it.
struct RunResult: Sendable {
    let path: String

    static let reports = [
        "balance.csv", "connections.csv", "distribution.csv", "failovers.csv", "faults.csv", "handovers.csv",
        "operations.csv",
        "outages.csv", "stale.csv", "summary.csv", "summary.json", "summary.md", "tasks.csv", "violations.csv",
        "violations.txt",
    ]

    var files: [String] { ProcessScan.folderEntries(path).sorted() }

    func bytes(_ name: String) -> [UInt8] { ProcessScan.bytes(of: "\(path)/\(name)") }
    func history() throws -> History { try HistoryReader.read("\(path)/history.jsonl") }
    func description() throws -> RunDescription { try RunDescription(json: bytes("run.json")) }
    func table(_ name: String) throws -> Table { try Table(String(decoding: bytes(name), as: UTF8.self)) }

    /// Waits until a run that goes on has written such an entry.
    func wait(
        for kind: HistoryEvent,
        where matches: @Sendable (HistoryEntry) -> Bool = { _ in true }
    ) async throws -> HistoryEntry {
        while true {
            if let history = try? history(), let entry = history[kind: kind].first(where: matches) { return entry }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Waits until a run's faults have begun.
    func untilFaultsBegin() async throws {
        _ = try await wait(for: .phase) { $0.name == "faults" }
    }

    /// Expects that the history can be read to its last byte, and that its reports can be computed from it alone.
    func expectReadable(
        in sandbox: Sandbox,
        exitCode: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let history = try history()
        #expect(history.unreadableLines == 0, sourceLocation: sourceLocation)
        #expect(!history.entries.isEmpty, sourceLocation: sourceLocation)
        let checked = try await sandbox.run(["check", path])
        #expect(checked.status == exitCode, "\(checked.errors)", sourceLocation: sourceLocation)
        #expect(checked.errors.isEmpty, sourceLocation: sourceLocation)
        #expect(Set(files).isSuperset(of: Self.reports), "\(files)", sourceLocation: sourceLocation)
    }
}

/// A CSV file as RFC 4180 has it.
struct Table: Sendable {
    struct Malformed: Error {
        let line: String
    }

    let header: [String]
    /// Cells by column.
    let rows: [[String: String]]

    init(_ text: String) throws {
        var lines: [[String]] = []
        // "\r\n" is one character.
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: false).dropLast() {
            lines.append(Self.fields(line))
        }
        let header = lines.first ?? []
        self.header = header
        rows = try lines.dropFirst().map { fields in
            guard fields.count == header.count else { throw Malformed(line: "\(fields)") }
            return Dictionary(uniqueKeysWithValues: zip(header, fields))
        }
    }

    private static func fields(_ line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }
}
