/// Runs beside each other: measures as rows, a column a run.
package struct SideBySide: Sendable {
    package static let csvFile = "comparison.csv"
    package static let markdownFile = "comparison.md"

    let runs: [(label: String, summary: Summary)]
    let missing: [String]

    /// - Parameters:
    ///   - runs: at least one, in the order of the columns. A label's words stand below each other in the terminal's table.
    ///   - missing: a line on each run that was wanted and left nothing to measure; one makes the whole inconclusive.
    package init(_ runs: [(label: String, summary: Summary)], missing: [String] = []) {
        precondition(!runs.isEmpty, "nothing to compare")
        self.runs = runs
        self.missing = missing
    }

    /// The result for standard output.
    package func finalTable(_ style: TextStyle) -> String { TerminalRenderer.text(page, style: style) }

    /// Every report's name and bytes.
    package var files: [(name: String, bytes: [UInt8])] {
        return [(Self.csvFile, csv), (Self.markdownFile, Array(markdown.utf8))]
    }

    var markdown: String { MarkdownRenderer.text(page, runs: runs.map { ($0.label, $0.summary.analysis.run) }) }

    /// Writes each report into a folder in one step, in place of an older one.
    ///
    /// - Throws: ``MeasurementError`` with code `unwritableFile`; what was written before the error is whole.
    package func write(folder: String) throws(MeasurementError) {
        for file in files { try SystemFile.replace("\(folder)/\(file.name)", with: file.bytes) }
    }

    // MARK: comparison.csv

    /// `comparison.csv`: a row for each figure of `summary.csv` that a run has. Reasons of a verdict are left out: they are no
    /// figures.
    package var csv: [UInt8] {
        var table = CSV(header: ["measure", "scope", "statistic", "unit"] + runs.map(\.label))
        table.append(["run_id", "", "value", ""] + runs.map(\.summary.analysis.run.runID))
        for key in keys {
            let rows = runs.map { $0.summary.statistic(key.measure, scope: key.scope) }
            let unit = rows.compactMap { $0?.unit }.first ?? ""
            for part in Statistic.parts {
                let values = rows.map { $0.map(part.value) ?? "" }
                if values.allSatisfy(\.isEmpty) { continue }
                table.append([key.measure, key.scope, part.name, part.unit ?? unit] + values)
            }
        }
        return table.bytes
    }

    private struct Key: Hashable {
        var measure: String
        var scope: String
    }

    /// In the order of the first run; what it lacks stands behind its neighbour in the run that has it.
    private var keys: [Key] {
        var keys: [Key] = []
        var seen: Set<Key> = []
        for run in runs {
            var next = 0
            for row in run.summary.statistics where row.measure != "violation" && row.measure != "doubt" {
                let key = Key(measure: row.measure, scope: row.scope)
                if seen.insert(key).inserted {
                    keys.insert(key, at: next)
                    next += 1
                } else {
                    next = (keys.firstIndex(of: key) ?? next) + 1
                }
            }
        }
        return keys
    }
}

extension Statistic {
    /// The figures of a row by their columns, and the unit where it is not the row's own.
    fileprivate static let parts: [(name: String, unit: String?, value: @Sendable (Statistic) -> String)] = [
        ("n", "count", { Cell.text($0.n) }), ("faults", "faults", { Cell.text($0.faults) }), ("min", nil, { $0.min }),
        ("p50", nil, { $0.p50 }), ("p90", nil, { $0.p90 }), ("p99", nil, { $0.p99 }), ("max", nil, { $0.max }),
        ("value", nil, { $0.value }),
    ]
}
