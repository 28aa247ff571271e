/// The runs of a comparison, each with its own reports, and the table that sets them side by side.
package struct ComparisonReport: Sendable {
    /// One of the runs, as its folder shows it.
    package struct Run: Sendable {
        package enum State: Sendable {
            case measured(RunReport)
            /// Its folder holds no run that can be measured.
            case unreadable
            /// The comparison was ended before its turn came.
            case notBegun
        }

        package let label: String
        package let state: State

        package init(label: String, state: State) {
            self.label = label
            self.state = state
        }

        /// `lease-race: PASS`, with the first reason where there is one.
        package var line: String { "\(label): \(text)" }

        private var text: String {
            switch state {
            case .notBegun: return "not begun"
            case .unreadable: return "not carried out: it left no history to measure"
            case .measured(let report):
                if let failure = report.summary.analysis.failures.first { return "not carried out: \(failure)" }
                let judgement = report.judgement
                let verdict =
                    judgement.verdict.rawValue.uppercased() + (judgement.isInterrupted ? " (interrupted)" : "")
                guard let reason = judgement.reasons.first else { return verdict }
                let more = judgement.reasons.count > 1 ? " (and \(judgement.reasons.count - 1) more)" : ""
                return "\(verdict): \(reason)\(more)"
            }
        }

        /// Of what is not there too little was seen.
        package var exitCode: Int32 {
            switch state {
            case .measured(let report): report.exitCode
            case .unreadable: Verdict.inconclusive.exitCode
            // Only a signal keeps a run from being begun.
            case .notBegun: Verdict.interruptedExitCode
            }
        }

        var summary: Summary? {
            if case .measured(let report) = state { report.summary } else { nil }
        }
    }

    package let description: ComparisonDescription
    /// In the description's order.
    package let runs: [Run]
    /// Nil where none of them can be measured.
    let table: SideBySide?

    package init(_ description: ComparisonDescription, runs: [Run]) {
        self.description = description
        self.runs = runs
        let measured = runs.compactMap { run in run.summary.map { (label: run.label, summary: $0) } }
        let missing = runs.filter { $0.summary == nil }.map(\.line)
        table = measured.isEmpty ? nil : SideBySide(measured, missing: missing)
    }

    /// The same runs, each judged by more thresholds: see ``RunReport/judged(by:)``.
    package func judged(by thresholds: [Threshold]) -> ComparisonReport {
        let judged = runs.map { run in
            guard case .measured(let report) = run.state else { return run }
            return Run(label: run.label, state: .measured(report.judged(by: thresholds)))
        }
        return ComparisonReport(description, runs: judged)
    }

    /// Those that can be measured.
    package var reports: [(label: String, report: RunReport)] {
        runs.compactMap { run in
            if case .measured(let report) = run.state { (run.label, report) } else { nil }
        }
    }

    /// Whether any of the runs can be measured.
    package var hasTable: Bool { table != nil }

    /// Computes every run's reports anew, and the comparison's own.
    ///
    /// - Returns: nil where it is not the folder of a comparison.
    /// - Throws: ``MeasurementError``.
    package static func write(folder: String) throws(MeasurementError) -> ComparisonReport? {
        guard SystemFile.exists("\(folder)/\(ComparisonDescription.file)") else { return nil }
        let description = try ComparisonDescription.read(folder: folder)
        var runs: [Run] = []
        for label in description.runs { runs.append(Run(label: label, state: try state(of: "\(folder)/\(label)"))) }
        let report = ComparisonReport(description, runs: runs)
        try report.write(to: folder)
        return report
    }

    private static func state(of folder: String) throws(MeasurementError) -> Run.State {
        guard SystemFile.exists(folder) else { return .notBegun }
        do throws(MeasurementError) {
            return .measured(try RunReport.write(folder: folder))
        } catch {
            switch error.code {
            case .unreadableFile, .invalidRun: return .unreadable
            default: throw error
            }
        }
    }

    /// Writes `comparison.csv` and `comparison.md`, each in one step, in place of an older one.
    ///
    /// - Throws: ``MeasurementError`` with code `unwritableFile`.
    package func write(to folder: String) throws(MeasurementError) { try table?.write(folder: folder) }

    /// The result for standard output; empty where there is none.
    package func finalTable(_ style: TextStyle) -> String { table?.finalTable(style) ?? "" }
}
