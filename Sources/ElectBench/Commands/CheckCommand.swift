import ArgumentParser
import Measurement
import SystemPackage

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Computes a run's reports and verdict anew from its history.",
        usage: "electbench check <folder> [<options>]",
        discussion: """
            The files come out byte for byte as the run wrote them; the exit code is the run's verdict. A comparison's folder has \
            all its runs computed anew, and the table that sets them side by side; a sweep's folder all its cells, and their capacity \
            report.

            A --threshold is for a look after the fact: it takes the place of one of the run's own that says something of the \
            same figure, and bears on what is printed, on exports and on the exit code. The folder keeps what the run was judged by.

            Examples:

              electbench check results/latest
              electbench check results/latest --threshold 'failover_ms{fault=kill}:p(50)<3000'
            """
    )

    @Argument(help: "The run's folder, such as results/latest.", completion: .directory)
    var folder: String

    @OptionGroup
    var gate: ThresholdOptions

    @OptionGroup(title: "Exports")
    var exports: ExportOptions

    func run() async throws {
        let exports = try ExportOutcome(exports)
        if let comparison = try await ComparisonOutcome.recompute(FilePath(folder)) {
            let comparison = try comparison.judged(by: gate)
            comparison.printVerdicts(exports)
            comparison.print(exports)
            throw exports.write(comparison.export, comparison.exitCode)
        }
        if SweepDescription.exists(in: folder), !gate.threshold.isEmpty || !self.exports.targets.isEmpty {
            throw Failure.badArgument(
                "\(folder) is a sweep: thresholds and exports are of one run; give a cell's folder"
            )
        }
        if let sweep = try await SweepOutcome.recompute(FilePath(folder)) {
            sweep.print()
            throw sweep.exitCode
        }
        let outcome = try await ReportOutcome.write(FilePath(folder)).judged(by: gate)
        outcome.print(exports)
        throw exports.write(Export(outcome.report), outcome.exitCode)
    }
}
