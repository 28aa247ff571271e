/// The list that `github-action-benchmark` keeps a history of under its tool `customSmallerIsBetter`.
enum BenchmarkExport {
    private struct Entry: Encodable {
        var name: String
        var unit: String
        var value: Double
        /// Least and largest of the sample.
        var range: String?
        var extra: String
    }

    /// Samples, of which a median and a 99th percentile tell.
    private static let sampled = [
        "failover_ms", "excess_ms", "failover_leaderless_ms", "gap_ms", "recovery_ms", "operation_us",
    ]
    /// Single figures.
    private static let figures: Set = ["leaderless_ms", "false_failovers", "violations", "processor", "start_ms"]

    static func json(_ runs: [(label: String, summary: Summary)]) -> [UInt8] {
        let entries = runs.flatMap { label, summary in
            summary.statistics.flatMap { Self.entries(of: $0, label, summary.analysis.run) }
        }
        return entries.jsonText
    }

    private static func entries(of row: Statistic, _ label: String, _ run: RunDescription) -> [Entry] {
        let isGrowth = row.measure == "private_kb" && row.scope == "life=late"
        let cells: [(String, String)] =
            sampled.contains(row.measure)
            ? [("p50", row.p50), ("p99", row.p99)]
            : figures.contains(row.measure) || isGrowth ? [("", row.value)] : []
        let scope = row.scope.isEmpty || row.scope == "roles" ? "" : "{\(row.scope)}"
        return cells.compactMap { figure, cell in
            guard let value = Double(cell) else { return nil }
            let words = [label, row.measure + scope, figure].filter { !$0.isEmpty }
            let n = row.n.map { "n \($0)" + (row.faults.map { ", faults \($0)" } ?? "") }
            return Entry(
                name: words.joined(separator: " "),
                unit: row.unit,
                value: value,
                range: row.min.isEmpty || figure.isEmpty ? nil : "\(row.min)–\(row.max)",
                extra: [n, "run \(run.runID)", run.repeatCommand].compactMap(\.self).joined(separator: "\n")
            )
        }
    }
}
