import ArgumentParser
import HTMLReport
import Measurement
import SystemPackage

/// A run's reports, written, and what they come to.
struct ReportOutcome {
    let report: RunReport
    private let folder: FilePath

    /// Nil where it can't be written: it is for looking at, and makes no run fail.
    private let page: FilePath?

    /// - Throws: ``Failure``: exit code 64 where there is no run in the folder, 3 where the reports can't be written.
    ///
    /// - Parameter complains: whether a page that can't be written has a line on standard error.
    static func write(_ folder: FilePath, complains: Bool = true) async throws -> ReportOutcome {
        let report: RunReport
        do throws(MeasurementError) {
            report = try RunReport.write(folder: folder.string)
        } catch {
            throw Failure.of(error, folder)
        }
        return ReportOutcome(
            report: report,
            folder: folder,
            page: await PageFile.write(report, to: folder, complains: complains)
        )
    }

    /// Judged by more thresholds; its folder stays as it is.
    ///
    /// - Throws: ``Failure`` with exit code 64 where one names what the run doesn't have.
    func judged(by gate: ThresholdOptions) throws -> ReportOutcome {
        let analysis = report.summary.analysis
        let thresholds = try gate.checked(faults: analysis.faultKinds, roles: analysis.run.settings.roles)
        return thresholds.isEmpty
            ? self : ReportOutcome(report: report.judged(by: thresholds), folder: folder, page: page)
    }

    var hasMeasured: Bool { report.summary.analysis.window.hasBegun }
    var exitCode: ExitCode { ExitCode(report.exitCode) }

    func print(_ exports: ExportOutcome) {
        if exports.takesStandardOutput { return }
        StandardOutput.line(report.finalTable(StandardOutput.style))
        StandardOutput.line("Folder: \(folder)")
        if let page { StandardOutput.line("Report: \(page)") }
        StandardOutput.line("Repeat: \(report.summary.analysis.run.repeatCommand)")
    }
}
