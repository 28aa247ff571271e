import ArgumentParser
import HTMLReport
import Measurement
import SystemPackage

/// What later runs are compared with.
struct Baseline: Sendable {
    private let side: CompareSide
    private let rules: [ToleranceRule]
    private let isForced: Bool

    /// - Throws: ``Failure`` with exit code 64 where it names no run.
    init(_ text: String, _ options: ToleranceOptions) throws(Failure) {
        side = try Self.read(text)
        rules = options.tolerance
        isForced = options.force
    }

    /// - Throws: ``Failure`` with exit code 64 where it names no run.
    static func read(_ text: String) throws(Failure) -> CompareSide {
        do throws(MeasurementError) {
            return try CompareSide.read(text)
        } catch {
            throw Failure.of(error, FilePath(text))
        }
    }

    /// - Throws: ``Failure`` with exit code 64 where a run of these settings on this machine can't be compared with it: better
    ///   said before the run than after.
    func requireComparable(_ run: RunDescription) throws(Failure) {
        guard !isForced, let refusal = CompareReport.refusal(side, run) else { return }
        throw Failure.badArgument(refusal)
    }

    /// - Throws: ``Failure`` with exit code 64 where they can't be compared.
    func compare(with new: CompareSide) throws(Failure) -> CompareOutcome {
        if !isForced, let refusal = CompareReport.refusal(side, new) { throw Failure.badArgument(refusal) }
        return CompareOutcome(report: CompareReport(base: side, new: new, rules: rules))
    }

    /// Compares a run that has just been measured, and writes `baseline.md`, `baseline.json` and
    /// `baseline.html` into its folder.
    ///
    /// - Throws: ``Failure``: exit code 64 where they can't be compared, 3 where the files can't be written.
    func compare(with run: RunReport, in folder: FilePath) async throws(Failure) -> CompareOutcome {
        let outcome = try compare(with: CompareSide([SummaryDocument(run.summary)]))
        try await outcome.export(
            markdown: folder.appending("baseline.md").string,
            json: folder.appending("baseline.json").string
        )
        _ = await PageFile.write(outcome.report, to: folder)
        StepSummary.append(String(decoding: outcome.report.markdown, as: UTF8.self))
        return outcome
    }
}

/// A comparison with a baseline, and what it comes to.
struct CompareOutcome {
    let report: CompareReport

    var exitCode: ExitCode { ExitCode(report.exitCode) }

    /// Below the run's own result; where that is not shown, one line says what makes its exit code another one.
    func printAfterRun(_ exports: ExportOutcome) {
        if !exports.takesStandardOutput {
            StandardOutput.line("")
            print()
        } else if report.exitCode != 0 {
            let reasons = ([report.verdict.rawValue] + report.reasons.prefix(1)).joined(separator: ": ")
            StandardError.line("electbench: against the baseline: \(reasons) (the run's baseline.md has the figures)")
        }
    }

    func print() { StandardOutput.write(report.finalTable(StandardOutput.style)) }

    /// - Throws: ``Failure`` with exit code 3 where a file can't be written.
    func export(markdown: String?, json: String?, page: String? = nil) async throws(Failure) {
        let html = page == nil ? nil : await HTMLReport.page(report)
        do throws(MeasurementError) {
            if let page, let html { try PageFile.save(html, to: FilePath(page)) }
            if let markdown { try report.writeMarkdown(to: markdown) }
            if let json { try report.writeJSON(to: json) }
        } catch {
            throw Failure.notCarriedOut("\(error)")
        }
    }
}
