/// OpenMetrics 1.0 text: every figure of the summary in base units, and the Go library's metrics where they have a counterpart.
enum OpenMetricsExport {
    static func text(_ runs: [(label: String, summary: Summary)]) -> String {
        var families = MetricFamilies()
        for (label, summary) in runs {
            // What tells several runs apart.
            let labels = label.isEmpty ? [] : [("run", label)]
            add(summary, labels, to: &families)
            GoLibraryMetrics.add(summary.analysis, labels, to: &families)
        }
        return families.text
    }

    private static func add(_ summary: Summary, _ labels: [(String, String)], to families: inout MetricFamilies) {
        let run = summary.analysis.run
        families.add(
            MetricFamily("electbench_run", .info, help: "The run that the figures are of."),
            suffix: "_info",
            labels + [("run_id", run.runID), ("seed", String(run.seed)), ("version", run.version)],
            "1"
        )
        state("electbench_verdict", "What the run came to.", summary.judgement.verdict, labels, to: &families)
        families.add(
            MetricFamily("electbench_exit_code", .gauge, help: "The run's exit code."),
            labels,
            String(summary.judgement.exitCode)
        )
        for result in summary.thresholds {
            let own = labels + [("threshold", result.text)]
            state("electbench_threshold", "What came of a threshold.", result.state, own, to: &families)
            guard let measured = result.measured else { continue }
            families.add(
                MetricFamily("electbench_threshold_measured", .gauge, help: "What a threshold was compared with."),
                own + [("in", result.unit)],
                measured
            )
        }
        for row in summary.statistics {
            guard let measure = Measure.named(row.measure) else { continue }
            MetricRow(row, of: measure, labels).add(to: &families)
        }
    }

    private static func state<State: RawRepresentable & CaseIterable & Equatable>(
        _ name: String,
        _ help: String,
        _ current: State,
        _ labels: [(String, String)],
        to families: inout MetricFamilies
    ) where State.RawValue == String {
        for state in State.allCases {
            families.add(
                MetricFamily(name, .stateset, help: help),
                labels + [(name, state.rawValue)],
                state == current ? "1" : "0"
            )
        }
    }
}

/// A row of `summary.csv` as metrics.
private struct MetricRow {
    private let row: Statistic
    private let measure: Measure
    private let labels: [(String, String)]
    private let base: String
    private let unit: String
    /// By how many digits a figure's point moves to the left, from its unit to the base unit.
    private let shift: Int

    init(_ row: Statistic, of measure: Measure, _ labels: [(String, String)]) {
        self.row = row
        self.measure = measure
        let units: [String: (suffix: String, base: String, shift: Int)] = [
            "ms": ("_ms", "seconds", 3), "us": ("_us", "seconds", 6), "s": ("_s", "seconds", 0),
            "kb": ("_kb", "bytes", 0), "percent": ("", "ratio", 2), "ratio": ("", "ratio", 0),
        ]
        let known = units[measure.unit]
        let name = known.map {
            row.measure.hasSuffix($0.suffix) ? row.measure.dropLast($0.suffix.count) : row.measure[...]
        }
        // A row of all scopes together would count twice beside those of each.
        let whole = measure.hasTotal && row.scope.isEmpty ? "all_" : ""
        base = "electbench_\(whole)\(name ?? row.measure[...])"
        unit = known?.base ?? ""
        shift = known?.shift ?? 0
        let value = measure.scope == .process ? row.scope : row.scope.split(separator: "=").last.map(String.init) ?? ""
        let scope = measure.scope.flatMap { tag in row.scope.isEmpty ? nil : (tag.rawValue, value) }
        self.labels = labels + [scope].compactMap(\.self)
    }

    func add(to families: inout MetricFamilies) {
        let what = row.unit.isEmpty ? "" : " (\(row.unit))"
        let help = "\(row.measure)\(what) of summary.csv"
        switch measure.kind {
        case .count: add("", .counter, "_total", help, row.value, to: &families)
        case .gauge:
            add("", .gauge, "", help, row.value, to: &families)
            if measure.hasMax { add("_max", .gauge, "", "\(help), the highest", row.max, to: &families) }
        case .sample, .latencies, .occurrences:
            for (quantile, cell) in [("0.5", row.p50), ("0.9", row.p90), ("0.99", row.p99)] {
                add("", .summary, "", help, cell, [("quantile", quantile)], to: &families)
            }
            add("", .summary, "_count", help, row.n.map { String($0) } ?? "", isCount: true, to: &families)
            if measure.kind != .latencies {
                let sum = row.sample.reduce(0) { $0 + $1.value }
                add("", .summary, "_sum", help, Numbers.fixed(sum, digits: measure.digits), to: &families)
            }
            add("_min", .gauge, "", "\(help), the least", row.min, to: &families)
            add("_max", .gauge, "", "\(help), the largest", row.max, to: &families)
            add("_value", .gauge, "", "\(help), over all", row.value, to: &families)
        }
    }

    /// - Parameter cell: nothing is added of an empty one.
    private func add(
        _ part: String,
        _ kind: MetricFamily.Kind,
        _ suffix: String,
        _ help: String,
        _ cell: String,
        _ extra: [(String, String)] = [],
        isCount: Bool = false,
        to families: inout MetricFamilies
    ) {
        guard !cell.isEmpty else { return }
        let name = base + part + (unit.isEmpty ? "" : "_\(unit)")
        let value = isCount ? cell : inBaseUnit(cell)
        families.add(MetricFamily(name, kind, unit: unit, help: help), suffix: suffix, labels + extra, value)
    }

    /// By its digits, so that not the last of them changes.
    private func inBaseUnit(_ cell: String) -> String {
        if measure.unit == "kb" { return Int(cell).map { String($0 * 1024) } ?? cell }
        return Numbers.shifted(cell, by: shift)
    }
}
