import ElectionCore

/// A CSV of a run: `run_id` and `seed` stand first in every row, so that the files of many runs can be put together.
struct RunTable {
    private var csv: CSV
    private let first: [String]

    init(_ run: RunDescription, columns: [String]) {
        first = [run.runID, String(run.seed)]
        csv = CSV(header: ["run_id", "seed"] + columns)
    }

    mutating func append(_ row: [String]) {
        csv.append(first + row)
    }

    var bytes: [UInt8] { csv.bytes }

    /// Hands out what there is so far, and goes on after it.
    mutating func drain(_ body: ([UInt8]) -> Void) { csv.drain(body) }
}

/// Cells of a row; what is absent is an empty cell.
package enum Cell {
    package static func text(_ value: (some CustomStringConvertible)?) -> String { value.map(\.description) ?? "" }
    package static func ms(_ span: Duration?, digits: Int = 3) -> String {
        span.map { Numbers.milliseconds($0, digits: digits) } ?? ""
    }
    package static func number(_ value: Double?, digits: Int) -> String {
        value.map { Numbers.fixed($0, digits: digits) } ?? ""
    }
}

extension Analysis {
    /// The bytes of a CSV that has a row for each of `rows`.
    func table<Row>(columns: [String], rows: [Row], cells: (Row) -> [String]) -> [UInt8] {
        var table = RunTable(run, columns: columns)
        for row in rows { table.append(cells(row)) }
        return table.bytes
    }

    func at(_ instant: Timestamp) -> String { run.timeOfDay(instant) }
    func offset(_ instant: Timestamp) -> String { String((instant - window.start).nanoseconds) }
}
