/// A run's result, or several runs', as another program reads it.
package struct Export: Sendable {
    package enum Format: String, Hashable, Sendable, CaseIterable {
        case json, markdown, csv, junit, openmetrics, benchmark
    }

    /// The runs with what tells them apart; the label of one alone is empty.
    let runs: [(label: String, summary: Summary)]
    /// Of a comparison's runs that left nothing to measure: why.
    private let missing: [(label: String, line: String)]
    /// The table of a comparison.
    private let table: SideBySide?
    /// What one run was compared with at its end.
    package var baseline: CompareReport?

    package init(_ report: RunReport) {
        runs = [("", report.summary)]
        missing = []
        table = nil
    }

    package init(_ report: ComparisonReport) {
        runs = report.reports.map { ($0.label, $0.report.summary) }
        missing = report.runs.filter { $0.summary == nil }.map { ($0.label, $0.line) }
        table = report.table
    }

    package func bytes(_ format: Format, compressed: Bool = false) -> [UInt8] {
        let bytes = plain(format)
        return compressed ? Gzip.compress(bytes) : bytes
    }

    /// What a run's folder has under such a name; of several runs their table, their documents as a list, or all in one.
    private func plain(_ format: Format) -> [UInt8] {
        switch format {
        case .json:
            guard table == nil, let run = runs.first else { return SummaryDocument.list(runs.map(\.summary)) }
            return SummaryDocument(run.summary).json
        case .csv:
            guard let table else { return runs.first?.summary.csv ?? [] }
            return table.csv
        case .markdown: return Array(markdown.utf8)
        case .junit: return Array(JUnitExport.text(runs, missing: missing, baseline: baseline).utf8)
        case .openmetrics: return Array(OpenMetricsExport.text(runs).utf8)
        case .benchmark: return BenchmarkExport.json(runs)
        }
    }

    /// The verdict on the run, and on it against its baseline.
    package var verdict: String {
        let words =
            runs.map(\.summary.judgement.verdict.rawValue)
            + (baseline.map { ["\($0.verdict.rawValue) against the baseline"] } ?? [])
        return words.joined(separator: ", ").uppercased()
    }

    package var markdown: String {
        guard let table else { return runs.first.map(\.summary.markdown) ?? "" }
        return table.markdown
    }
}

extension Summary {
    var markdown: String { MarkdownRenderer.text(page, run: analysis.run) }
}
