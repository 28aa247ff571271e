/// A run's reports and its verdict, from `run.json` and `history.jsonl` alone: the same two files give the same bytes.
package struct RunReport: Sendable {
    package static let runFile = "run.json"
    package static let historyFile = "history.jsonl"

    package let summary: Summary

    package init(_ run: RunDescription, _ history: History) {
        summary = Summary(Analysis(run, history))
    }

    private init(_ summary: Summary) {
        self.summary = summary
    }

    /// The same run, judged by more thresholds: one that says something of the same figure in the same direction as one of the
    /// run's own takes its place. Nothing in the run's folder tells of them.
    package func judged(by thresholds: [Threshold]) -> RunReport {
        let own = (summary.analysis.run.settings.thresholds ?? []).filter { text in
            guard let own = try? Threshold(text) else { return true }
            return !thresholds.contains { $0.replaces(own) }
        }
        return RunReport(Summary(summary.analysis, thresholds: own + thresholds.map(\.text)))
    }

    /// Computes a run's reports from its description in the folder and the history that is there so far.
    ///
    /// - Throws: ``MeasurementError`` with code `unreadableFile` or `invalidRun`.
    package init(folder: String, _ history: History) throws(MeasurementError) {
        self.init(try RunDescription(json: SystemFile.read(Self.path(folder, Self.runFile))), history)
    }

    /// Reads a run's folder and computes its reports without writing any.
    ///
    /// - Throws: ``MeasurementError`` with code `unreadableFile` or `invalidRun`.
    package static func read(folder: String) throws(MeasurementError) -> RunReport {
        let (run, history) = try source(folder: folder)
        return RunReport(run, history)
    }

    /// What all reports of a run's folder are computed from.
    ///
    /// - Throws: ``MeasurementError`` with code `unreadableFile` or `invalidRun`.
    package static func source(folder: String) throws(MeasurementError) -> (RunDescription, History) {
        let run = try RunDescription(json: SystemFile.read(path(folder, runFile)))
        return (run, try HistoryReader.read(path(folder, historyFile)))
    }

    /// Reads a run's folder, computes its reports and writes each in one step, in place of an older one.
    ///
    /// - Throws: ``MeasurementError``; what was written before the error is whole.
    package static func write(folder: String) throws(MeasurementError) -> RunReport {
        let report = try read(folder: folder)
        for file in report.files { try SystemFile.replace(path(folder, file.name)) { file.write($0) } }
        return report
    }

    package var judgement: Judgement { summary.judgement }
    package var verdict: Verdict { judgement.verdict }
    package var exitCode: Int32 { judgement.exitCode }

    /// The result for standard output.
    package func finalTable(_ style: TextStyle) -> String { TerminalRenderer.text(summary.page, style: style) }

    /// Every report's name and bytes.
    package var files: [ReportFile] {
        let analysis = summary.analysis
        return [
            ReportFile("failovers.csv", analysis.failoversCSV),
            ReportFile("handovers.csv", analysis.handoversCSV),
            ReportFile("faults.csv", analysis.faultsCSV),
            ReportFile("outages.csv", analysis.outagesCSV),
            ReportFile("violations.csv", analysis.violationsCSV),
            ReportFile("violations.txt", Array(ViolationReport.text(analysis).utf8)),
            ReportFile("stale.csv", analysis.staleCSV),
            ReportFile("connections.csv", analysis.connectionsCSV),
            ReportFile("distribution.csv", analysis.distributionCSV),
            ReportFile("balance.csv", analysis.balanceCSV),
            ReportFile("tasks.csv", pieces: analysis.tasksCSV),
            ReportFile("operations.csv", analysis.operationsCSV),
            ReportFile("thresholds.csv", summary.thresholdsCSV),
            ReportFile("summary.csv", summary.csv),
            ReportFile(SummaryDocument.file, SummaryDocument(summary).json),
            ReportFile("summary.md", Array(summary.markdown.utf8)),
        ]
    }

    /// Makes `run.json` in a run's folder, or replaces it in one step.
    ///
    /// - Throws: ``MeasurementError`` with code `unwritableFile`.
    package static func write(_ run: RunDescription, folder: String) throws(MeasurementError) {
        try SystemFile.replace(path(folder, runFile), with: run.json)
    }

    /// Makes another file in a folder of reports, or replaces it in one step.
    ///
    /// - Throws: ``MeasurementError`` with code `unwritableFile`.
    package static func write(_ bytes: [UInt8], as path: String) throws(MeasurementError) {
        try SystemFile.replace(path, with: bytes)
    }

    private static func path(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }
}
