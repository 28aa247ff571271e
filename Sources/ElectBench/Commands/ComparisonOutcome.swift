import ArgumentParser
import Measurement
import SystemPackage

/// A comparison's reports, written, and what they come to.
struct ComparisonOutcome {
    private let report: ComparisonReport
    private let folder: FilePath
    /// Nil where it can't be written, or no run was measured.
    private let page: FilePath?

    /// Nil where the folder is not a comparison's.
    ///
    /// - Throws: ``Failure``: exit code 64 where there is no run to measure, 3 where the reports can't be written.
    static func recompute(_ folder: FilePath) async throws -> ComparisonOutcome? {
        let report: ComparisonReport
        do throws(MeasurementError) {
            guard let written = try ComparisonReport.write(folder: folder.string) else { return nil }
            guard written.hasTable else { throw .init(code: .invalidRun, context: "none of its runs left a history") }
            report = written
        } catch {
            throw Failure.of(error, folder)
        }
        for case (let label, .measured(let run)) in report.runs.map({ ($0.label, $0.state) }) {
            _ = await PageFile.write(run, to: folder.appending(label))
        }
        return ComparisonOutcome(report: report, folder: folder, page: PageFile.write(report, to: folder))
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
        return thresholds.isEmpty
            ? self : ComparisonOutcome(report: report.judged(by: thresholds), folder: folder, page: page)
    }

    /// - Throws: ``Failure`` with exit code 3 where the reports can't be written.
    static func write(_ report: ComparisonReport, to folder: FilePath) throws -> ComparisonOutcome {
        do throws(MeasurementError) {
            try report.write(to: folder.string)
        } catch {
            throw Failure.of(error, folder)
        }
        return ComparisonOutcome(report: report, folder: folder, page: PageFile.write(report, to: folder))
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
        if let page { StandardOutput.line("Report: \(page)") }
        StandardOutput.line("Repeat: \(report.description.repeatCommand)")
    }
}
