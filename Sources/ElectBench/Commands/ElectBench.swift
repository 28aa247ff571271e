import ArgumentParser
import Glibc

@main
struct ElectBench: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "electbench",
        abstract: "Measures how fast and how safely services change leaders on NATS JetStream.",
        discussion: """
            Starts a nats-server and many instances as child processes, kills, stops and restarts them at random from one \
            seed, and reports failover latency, two leaders at once, distribution and cost.

            Exit codes: 0 pass; 1 unsafe; 2 inconclusive; 3 the run could not be carried out; 64 bad arguments; 105 \
            interrupted.
            """,
        version: version,
        subcommands: [RunCommand.self, InstanceCommand.self, CheckCommand.self, ExecServerCommand.self],
        defaultSubcommand: RunCommand.self
    )

    static func main() async {
        do {
            var command = try parseAsRoot()
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
}
