import ArgumentParser
import Glibc
import Measurement
import SystemPackage

/// A run's reports, written, and what they come to.
struct ReportOutcome {
    private let report: RunReport
    private let folder: FilePath

    /// - Throws: ``Failure``: exit code 64 where there is no run in the folder, 3 where the reports can't be written.
    static func write(_ folder: FilePath) throws -> ReportOutcome {
        do throws(MeasurementError) {
            return ReportOutcome(report: try RunReport.write(folder: folder.string), folder: folder)
        } catch {
            switch error.code {
            case .unreadableFile, .invalidRun: throw Failure.badArgument("\(folder) holds no run: \(error)")
            default: throw Failure.notCarriedOut("\(error)")
            }
        }
    }

    var hasMeasured: Bool { report.summary.analysis.window.hasBegun }
    var exitCode: ExitCode { ExitCode(report.exitCode) }

    func print() {
        let isPlain = !StandardOutput.isTerminal || getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        StandardOutput.line(report.finalTable(isPlain ? .plain : .colour))
        StandardOutput.line("Folder: \(folder)")
        StandardOutput.line("Repeat: \(report.summary.analysis.run.repeatCommand)")
    }
}
