import ArgumentParser
import Chaos

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs instances under faults and measures their elections (the default).",
        discussion: """
            Starts nats-servers of its own unless --server names one, which is then never touched by faults.

            Examples:

              electbench --instances 20 --roles 50 --duration 60s --seed 7
              electbench --servers 3 --replicas 3 --faults all  # nats-server 2.9.21+
              electbench --scenario rolling-deploy
              electbench --detector lease,connection --campaign race,ranked
            """
    )

    @Option(help: "How many instances take part.")
    var instances = 20

    @Option(help: "How many roles each of them takes part in.")
    var roles = 50

    @Option(help: "How long faults fall. (default: 60s)", transform: Durations.parse)
    var duration: Duration?

    @Option(help: "The schedule of faults is drawn from it; a random one unless given.")
    var seed: UInt64?

    @Option(help: "How long all roles are led before faults begin. (default: 2s)", transform: Durations.parse)
    var warmUp: Duration = .seconds(2)

    @Option(help: "How many faults of each kind must hit a leader, else the run is inconclusive.")
    var minFaults = 1

    @OptionGroup
    var file: ScenarioOption

    @Flag(help: "Print which faults would fall, one a line, and run nothing.")
    var printSchedule = false

    @OptionGroup(title: "Faults")
    var faults: FaultOptions

    @OptionGroup(title: "Election")
    var comparison: ComparisonOptions

    @OptionGroup(title: "Election")
    var election: ElectionOptions

    @OptionGroup(title: "Store")
    var store: StoreOptions

    @Option(help: "How many servers of our own form the store: 1 or 3.")
    var servers = 1

    @Option(help: "The nats-server to start: a path, or a name on PATH.", completion: .file())
    var natsServer = "nats-server"

    @Option(help: "The port of our own server, of three the first one's; free ones unless given.")
    var serverPort: Int?

    @Option(
        help: ArgumentHelp(
            "The time between two entries of a leader in the ledger, the second witness; or none. (default: 2s, with more than 100 roles 20ms a role)"
        ),
        transform: { try Durations.parseOrNone($0, atLeast: .milliseconds(100)) }
    )
    var ledger: Duration?

    @OptionGroup(title: "Baseline")
    var baseline: BaselineOptions

    @OptionGroup(title: "Thresholds")
    var gate: ThresholdOptions

    @Flag(
        help: """
            End the run as soon as a threshold is crossed that cannot recover, or a promise is broken, and keep what there is.
            """
    )
    var abortOnFail = false

    @OptionGroup(title: "Exports")
    var exports: ExportOptions

    @Option(help: "Where the run's folder is made.", completion: .directory)
    var output = "results"

    @Option(help: "The last part of the run's folder name.")
    var name = "run"

    @Option(
        help: ArgumentHelp(
            "Serve a page that follows the run, and /metrics for Prometheus: a port of the loopback, or host:port.",
            valueName: "port"
        ),
        transform: { try WebAddress($0) }
    )
    var web: WebAddress?

    @Flag(help: "Print the result alone.")
    var quiet = false

    @Flag(help: "Print no progress.")
    var noProgress = false

    @Option(help: ArgumentHelp("How the instances misbehave, to test the checkers.", visibility: .hidden))
    var sabotage: Sabotage?

    /// Each option by itself: what they have to do with one another is ``plans()``'s, where a scenario has been read, too.
    func validate() throws {
        guard (1...Self.mostInstances).contains(instances) else {
            throw ValidationError("--instances \(instances): give 1 to \(Self.mostInstances)")
        }
        guard (1...100_000).contains(roles) else { throw ValidationError("--roles \(roles): give 1 to 100000") }
        if let duration {
            guard duration > .zero else { throw ValidationError("--duration must be above zero") }
            guard duration <= Self.longest else { throw ValidationError("--duration: give at most 168h") }
        }
        guard minFaults >= 0 else { throw ValidationError("--min-faults \(minFaults): give 0 or more") }
        guard [1, 3].contains(servers) else { throw ValidationError("--servers \(servers): give 1 or 3") }
        if let serverPort, !(1...65535).contains(serverPort) {
            throw ValidationError("--server-port \(serverPort): give 1 to 65535")
        }
        guard Self.isName(name) else { throw ValidationError("--name \(name): use letters, digits, - _ and .") }
    }

    /// Of a run that is simulated; processes are no more than ``mostProcesses``.
    static let mostInstances = 10_000
    static let mostProcesses = 1000
    /// - Throws: ``Failure`` with exit code 64 where they can't all be processes of one machine.
    static func checkProcesses(_ instances: Int) throws {
        guard instances <= mostProcesses else {
            throw Failure.badArgument(
                "--instances \(instances): give 1 to \(mostProcesses) processes, or run electbench simulate"
            )
        }
    }

    static let longest: Duration = .seconds(7 * 86400)

    static func isName(_ name: String) -> Bool {
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        return isPlain && !name.isEmpty && !name.hasPrefix(".")
    }

    func run() async throws {
        let plans = try plans()
        if printSchedule {
            if seed == nil { StandardError.line("electbench: drawn from --seed \(plans[0].seed)") }
            StandardOutput.write(plans[0].schedule.text)
            return
        }
        guard baseline.baseline == nil || plans.count == 1 else {
            throw Failure.badArgument(
                "--baseline is compared with one run, and these are \(plans.count): give one combination"
            )
        }
        try Self.checkProcesses(instances)
        let baseline = try baseline.read()
        let exports = try ExportOutcome(exports)
        throw try await plans.count == 1
            ? Driver(plan: plans[0]).run(exports, against: baseline) : Comparison(plans: plans).run(exports)
    }
}

/// The scenario of a run: as it is named, and what was read.
struct ScenarioOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A file with options and phases, or the name of a shipped one: \
            \(ScenarioFile.shipped.map(\.name).joined(separator: ", ")).
            """,
            discussion: "Options that are typed override the file's; what a phase says of its own stands.",
            valueName: "file"
        ),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var scenario: String?

    /// Set once it is read, before the command runs.
    var read: Scenario?

    private enum CodingKeys: String, CodingKey {
        case scenario
    }
}
