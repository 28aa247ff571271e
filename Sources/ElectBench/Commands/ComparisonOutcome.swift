import ArgumentParser
import Measurement
import SystemPackage

/// A comparison's reports, written, and what they come to.
struct ComparisonOutcome {
    private let report: ComparisonReport
    private let folder: FilePath

    /// Nil where the folder is not a comparison's.
    ///
    /// - Throws: ``Failure``: exit code 64 where there is no run to measure, 3 where the reports can't be written.
    static func recompute(_ folder: FilePath) throws -> ComparisonOutcome? {
        do throws(MeasurementError) {
            guard let report = try ComparisonReport.write(folder: folder.string) else { return nil }
            guard report.hasTable else { throw .init(code: .invalidRun, context: "none of its runs left a history") }
            return ComparisonOutcome(report: report, folder: folder)
        } catch {
            throw Failure.of(error, folder)
        }
    }

    /// Each run judged by more thresholds; their folders stay as they are.
    ///
    /// - Throws: ``Failure`` with exit code 64 where one names what the runs don't have.
    func judged(by gate: ThresholdOptions) throws -> ComparisonOutcome {
        var thresholds: [Threshold] = []
        for (_, run) in report.reports {
            let analysis = run.summary.analysis
            thresholds = try gate.checked(faults: analysis.faultKinds, roles: analysis.run.settings.roles)
        }
        return thresholds.isEmpty ? self : ComparisonOutcome(report: report.judged(by: thresholds), folder: folder)
    }

    /// - Throws: ``Failure`` with exit code 3 where the reports can't be written.
    static func write(_ report: ComparisonReport, to folder: FilePath) throws -> ComparisonOutcome {
        do throws(MeasurementError) {
            try report.write(to: folder.string)
        } catch {
            throw Failure.of(error, folder)
        }
        return ComparisonOutcome(report: report, folder: folder)
    }

    /// - Throws: ``Failure`` with exit code 3 where it can't be written.
    static func write(_ description: ComparisonDescription, to folder: FilePath) throws {
        do throws(MeasurementError) {
            try description.write(folder: folder.string)
        } catch {
            throw Failure.of(error, folder)
        }
    }

    var exitCode: ExitCode { ExitCode.decisive(of: report.runs.map { ExitCode($0.exitCode) }) }

    /// Each run's verdict, a line each.
    func printVerdicts(_ exports: ExportOutcome) {
        if exports.takesStandardOutput { return }
        for run in report.runs { StandardOutput.line(run.line) }
    }

    var export: Export { Export(report) }

    func print(_ exports: ExportOutcome) {
        if exports.takesStandardOutput { return }
        if report.hasTable { StandardOutput.line("\n" + report.finalTable(StandardOutput.style)) }
        StandardOutput.line("Folder: \(folder)")
        StandardOutput.line("Repeat: \(report.description.repeatCommand)")
    }
}
