import ArgumentParser
import SystemPackage

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Computes a run's reports and verdict anew from its history.",
        discussion: """
            The files come out byte for byte as the run wrote them; the exit code is the run's verdict. A comparison's folder has \
            all its runs computed anew, and the table that sets them side by side.

            Examples:

              electbench check results/latest
            """
    )

    @Argument(help: "The run's folder, such as results/latest.", completion: .directory)
    var folder: String

    func run() async throws {
        if let comparison = try await ComparisonOutcome.recompute(FilePath(folder)) {
            comparison.printVerdicts()
            comparison.print()
            throw comparison.exitCode
        }
        let outcome = try await ReportOutcome.write(FilePath(folder))
        outcome.print()
        throw outcome.exitCode
    }
}
