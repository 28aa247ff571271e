import ArgumentParser
import HTMLReport
import Measurement
import SystemPackage

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes a run's report as one page for a browser.",
        discussion: """
            The page, report.html in the run's folder, needs no network and no other file. Its plots are drawn by gnuplot \
            (Debian: gnuplot-nox); without it the page has their tables alone. A comparison's folder gets comparison.html, \
            and each of its runs a report.html; a sweep's capacity.html, and each of its cells a report.html.

            Examples:

              electbench report results/latest
              electbench report results/latest --output election.html
            """
    )

    @Argument(help: "The run's folder, such as results/latest.", completion: .directory)
    var folder: String

    @Option(help: "Where the page is written instead.", completion: .file())
    var output: String?

    func run() async throws {
        let folder = FilePath(folder)
        if SweepDescription.exists(in: folder.string) { return try await writeSweep(folder) }
        let comparison: ComparisonReport?
        let report: RunReport?
        do throws(MeasurementError) {
            comparison = try ComparisonReport.read(folder: folder.string)
            report = comparison == nil ? try RunReport.read(folder: folder.string) : nil
        } catch {
            throw Failure.of(error, folder)
        }
        if let comparison { try await write(comparison, folder) }
        if let report { try await write(HTMLReport.page(report), to: folder.appending(HTMLReport.file)) }
    }

    private func writeSweep(_ folder: FilePath) async throws {
        try requireOwnFolder("a sweep's")
        let written: FilePath?
        do throws(MeasurementError) {
            let report = try CapacityReport.read(folder: folder.string)
            for cell in report.description.cells { await PageFile.write(cell, in: folder) }
            written = await PageFile.write(report, to: folder)
        } catch {
            throw Failure.badArgument("\(folder): \(error); electbench check \(folder) computes it anew")
        }
        guard let written else { throw Failure.notCarriedOut("the page could not be written to \(folder)") }
        StandardOutput.line("Report: \(written)")
    }

    private func requireOwnFolder(_ whose: String) throws {
        guard let output else { return }
        throw Failure.badArgument("--output \(output): \(whose) pages lead to each other, so they stay in its folder")
    }

    private func write(_ comparison: ComparisonReport, _ folder: FilePath) async throws {
        guard let page = HTMLReport.page(comparison) else {
            throw Failure.badArgument("\(folder) holds no run: none of its runs left a history")
        }
        try requireOwnFolder("a comparison's")
        for case (let label, .measured(let report)) in comparison.runs.map({ ($0.label, $0.state) }) {
            let path = folder.appending(label).appending(HTMLReport.file)
            try await write(HTMLReport.page(report), to: path)
        }
        try write(page, to: folder.appending(HTMLReport.comparisonFile))
    }

    private func write(_ page: HTMLPage, to path: FilePath) throws {
        let path = output.map { FilePath($0) } ?? path
        do throws(MeasurementError) {
            try PageFile.save(page, to: path)
        } catch {
            throw Failure.badArgument("\(error); give another --output")
        }
        StandardOutput.line("Report: \(path)")
    }
}
