import ArgumentParser
import SystemPackage

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Computes a run's reports and verdict anew from its history.",
        discussion: """
            The files come out byte for byte as the run wrote them; the exit code is the run's verdict. A comparison's folder has \
            all its runs computed anew, and the table that sets them side by side; a sweep's folder all its cells, and their capacity \
            report.
            """
    )

    @Argument(help: "The run's folder, such as results/latest.")
    var folder: String

    func run() throws {
        if let comparison = try ComparisonOutcome.recompute(FilePath(folder)) {
            comparison.printVerdicts()
            comparison.print()
            throw comparison.exitCode
        }
        if let sweep = try SweepOutcome.recompute(FilePath(folder)) {
            sweep.print()
            throw sweep.exitCode
        }
        let outcome = try ReportOutcome.write(FilePath(folder))
        outcome.print()
        throw outcome.exitCode
    }
}
