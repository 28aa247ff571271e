import ArgumentParser
import Glibc

@main
struct ElectBench: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "electbench",
        abstract: "Measures how fast and how safely services change leaders on NATS JetStream.",
        discussion: """
            Starts a nats-server and many instances as child processes, does faults to them, their links and its servers at \
            random from one seed, and reports failover latency, two leaders at once, distribution and cost.

            Examples:

              electbench --instances 20 --roles 50
              electbench help run

            Exit codes: 0 pass; 1 unsafe; 2 inconclusive; 3 the run could not be carried out; 64 bad arguments; 99 a \
            threshold was crossed, or worse than a baseline; 105 interrupted.
            """,
        version: version,
        subcommands: [
            RunCommand.self, SweepCommand.self, PlanCommand.self, InstanceCommand.self, CheckCommand.self,
            ReportCommand.self, CompareCommand.self, SimulateCommand.self, CalibrateCommand.self,
            CompletionCommand.self, ExecServerCommand.self, LinksCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )

    static func main() async {
        do {
            var command = try command(Array(CommandLine.arguments.dropFirst()))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            StandardError.line("electbench: \(failure.line.onOneLine)")
            _exit(failure.exitCode.rawValue)
        } catch {
            // Help and version go their usual way; a bad argument gets one line.
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            StandardError.line("electbench: \(message(for: error).onOneLine) (see electbench --help)")
            _exit(ExitCode.validationFailure.rawValue)
        }
    }

    /// The command that was typed, its scenario read.
    ///
    /// - Throws: ``Failure`` with exit code 64, or what ArgumentParser throws.
    static func command(_ words: [String]) throws -> any ParsableCommand {
        try requireCommand(words)
        try refuseNegatives(words)
        if words.first == SweepCommand.configuration.commandName {
            return try parseAsRoot(["sweep"] + SweepCommand.resumed(Array(words.dropFirst())))
        }
        guard let scenario = try Scenario.named(in: words) else { return try parseAsRoot(words) }
        let command = try parseAsRoot(scenario.expand(words))
        guard var run = command as? RunCommand else { return command }
        run.file.read = scenario
        return run
    }

    /// `--roles -1`: the number would be taken for an option, and the option be said to have no value.
    private static func refuseNegatives(_ words: [String]) throws(Failure) {
        for (option, value) in zip(words, words.dropFirst())
        where option.hasPrefix("--") && !option.contains("=") && value.first == "-"
            && value.dropFirst().first?.isNumber == true
        {
            throw Failure.badArgument("\(option) \(value): nothing below zero goes there")
        }
    }

    /// A word that is no command would be taken for an argument of the default one, and its help shown.
    private static func requireCommand(_ words: [String]) throws(Failure) {
        let asksForHelp = words.first == "help"
        guard let word = asksForHelp ? words.dropFirst().first : words.first, !word.hasPrefix("-") else { return }
        let commands = configuration.subcommands.map { $0.configuration }
        guard word != "help", !commands.contains(where: { $0.commandName == word }) else { return }
        let names = commands.filter(\.shouldDisplay).compactMap(\.commandName)
        let list = "there are \(names.joined(separator: ", ")) (see electbench --help)"
        throw Failure.badArgument(Nearest.missing("command", word, among: names, list))
    }
}
