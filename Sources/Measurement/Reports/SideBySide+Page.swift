extension SideBySide {
    package var page: Page {
        let summaries = runs.map(\.summary)
        let verdicts = summaries.map(\.judgement.verdict) + missing.map { _ in .inconclusive }
        let worst = [.unsafe, .crossed, .inconclusive].first(where: verdicts.contains) ?? Verdict.pass
        let isInterrupted = summaries.contains(where: \.judgement.isInterrupted)
        // What is the same in all runs is said once; the labels say the rest.
        let subtitles = summaries.map(\.subtitle)
        return Page(
            title: "electbench \(summaries[0].analysis.run.version) · \(Numbers.count(runs.count, "run")) side by side",
            subtitle: subtitles[0].filter { fact in subtitles.allSatisfy { $0.contains(fact) } },
            sections: [
                Page.Section(
                    title: "Comparison",
                    table: Page.Table(
                        columns: [.word("measure"), .word("figure")]
                            + runs.map { .number($0.label.split { " -".contains($0) }.joined(separator: "\n")) },
                        rows: rows
                    )
                )
            ],
            verdict: worst.rawValue.uppercased() + (isInterrupted ? " (interrupted: measured as far as it got)" : ""),
            tone: worst == .unsafe || worst == .crossed
                ? .bad : worst == .inconclusive || isInterrupted ? .doubtful : .good,
            reasons: runs.flatMap { run in run.summary.judgement.reasons.map { "\(run.label): \($0)" } } + missing
        )
    }

    private struct Row {
        var measure: String
        var figure: String
        var value: (Summary) -> String

        init(_ measure: String, _ figure: String, _ value: @escaping (Summary) -> String) {
            self.measure = measure
            self.figure = figure
            self.value = value
        }

        /// A figure of `summary.csv`.
        init(
            _ measure: String,
            _ figure: String,
            _ name: String,
            scope: String = "",
            _ part: @escaping (Statistic) -> String = { $0.value }
        ) {
            self.init(measure, figure) { $0.statistic(name, scope: scope).map(part) ?? "" }
        }
    }

    /// Without those that no run has a figure for.
    private var rows: [[String]] {
        (failoverRows + handoverRows + safetyRows + costRows).compactMap { row in
            let values = runs.map { row.value($0.summary) }
            return values.allSatisfy(\.isEmpty) ? nil : [row.measure, row.figure] + values
        }
    }

    private var failoverRows: [Row] {
        let kinds = Set(runs.flatMap { $0.summary.analysis.failovers.map(\.fault.kind) }).sorted()
        return [Row("verdict", "") { $0.analysis.failures.isEmpty ? $0.judgement.verdict.rawValue : "not carried out" }]
            + kinds.flatMap { kind -> [Row] in
                let scope = "fault=\(kind)"
                return [
                    Row("failover, \(kind)", "p50 ms", "failover_ms", scope: scope) { $0.p50 },
                    Row("failover, \(kind)", "p99 ms", "failover_ms", scope: scope) { $0.p99 },
                    Row("failover, \(kind)", "max ms", "failover_ms", scope: scope) { $0.max },
                    Row("excess, \(kind)", "p50 ms", "excess_ms", scope: scope) { $0.p50 },
                    Row("excess, \(kind)", "p99 ms", "excess_ms", scope: scope) { $0.p99 },
                ]
            } + [
                Row("roles taken", "roles") { String($0.analysis.failovers.count) },
                Row("never led again", "roles") { String($0.analysis.failovers.count { $0.outcome == .lost }) },
                Row("lost races", "a failover", "lost_races_per_failover"),
            ]
    }

    private var handoverRows: [Row] {
        let causes = Set(runs.flatMap { $0.summary.analysis.handovers.map(\.cause) }).sorted()
        return causes.map { Row("gap, \($0)", "p50 ms", "gap_ms", scope: "cause=\($0)") { $0.p50 } }
    }

    private var safetyRows: [Row] {
        [
            Row("overlap", "ms", "overlap_ms"),
            Row("false failovers", "roles", "false_failovers"),
            Row("leaderless", "ms", "leaderless_ms", scope: "roles"),
            Row("Jain", "over time", "roles_led_jain", scope: "over=time"),
            Row("Jain", "best instant", "jain_best"),
        ]
    }

    private var costRows: [Row] {
        [
            Row("processor", "instances %", "processor", scope: SourceKind.instances.rawValue),
            Row("processor", "servers %", "processor", scope: SourceKind.servers.rawValue),
            Row("store operations", "a second", "operations_per_second"),
        ]
    }
}
