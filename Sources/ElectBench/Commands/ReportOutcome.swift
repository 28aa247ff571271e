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
    static func write(_ folder: FilePath) async throws -> ReportOutcome {
        let report: RunReport
        do throws(MeasurementError) {
            report = try RunReport.write(folder: folder.string)
        } catch {
            throw Failure.of(error, folder)
        }
        return ReportOutcome(report: report, folder: folder, page: await PageFile.write(report, to: folder))
    }

    var hasMeasured: Bool { report.summary.analysis.window.hasBegun }
    var exitCode: ExitCode { ExitCode(report.exitCode) }

    func print() {
        StandardOutput.line(report.finalTable(StandardOutput.style))
        StandardOutput.line("Folder: \(folder)")
        if let page { StandardOutput.line("Report: \(page)") }
        StandardOutput.line("Repeat: \(report.summary.analysis.run.repeatCommand)")
    }
}
