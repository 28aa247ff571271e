import ArgumentParser
import ElectionCore
import Simulation

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Runs clusters in virtual time: one as run would, or many in search of broken promises.",
        usage: "electbench simulate [<options of run>]\n       electbench simulate --seeds <first>..<last> [<options>]",
        discussion: """
            The elections are the real ones; the store, the network, the clocks and the processes around them are modelled, as \
            electbench calibrate measured them (--model), or as they usually are. One seed gives one history, byte for byte.

            Without --seeds it carries a run out, with the options of run (see electbench help run), and writes the same \
            folder: check, report and compare work on it.

            With --seeds it searches: each seed draws a small world of its own, with settings, clocks, delays, losses and \
            faults. The search stops at the first world in which two lead at once, a term falls, a callback comes out of order, \
            or roles are not led once the faults are over; it makes that world smaller and prints the command that repeats it.

            Exit codes: those of run; of a search 0 all promises held, 1 one was broken, 105 interrupted.

            Examples:

              electbench simulate --instances 20 --roles 50 --duration 10m --seed 7
              electbench simulate --seeds 1..100000
              electbench simulate --seeds 1..1000000 --instances 5 --roles 3 --duration 60s
            """
    )

    @Option(
        help: "Search the worlds of these seeds: the first and the last with .. between, or one.",
        transform: Seeds.parse
    )
    var seeds: ClosedRange<UInt64>?

    @Option(help: "How many instances; in a search drawn from 2 to 5 for each world unless given.")
    var instances: Int?

    @Option(help: "How many roles; in a search drawn from 1 to 6 for each world unless given.")
    var roles: Int?

    @Option(
        help: "How long faults fall, in virtual time; in a search a few ttls unless given.",
        transform: Durations.parse
    )
    var duration: Duration?

    @Option(
        help: "Which faults fall, as in run; a search has all kinds, each world its own mix.",
        completion: .list(["all"])
    )
    var faults: String?

    @Option(help: "The model of the store and the machines, which electbench calibrate wrote.", completion: .file())
    var model: String?

    @Option(help: "How far each clock may be from true, in parts per million. (default: 100)")
    var drift: Int?

    @Option(help: "How many threads search; one a core unless given.")
    var threads: Int?

    @OptionGroup(title: "Exports")
    var exports: ExportOptions

    @Option(help: "What is left out of one world, as a search prints it.", transform: Self.reduction)
    var reduced: Reduction?

    @Flag(help: "Print every step of one world.")
    var trace = false

    @Flag(help: "Print the result alone.")
    var quiet = false

    @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Options of run.", visibility: .hidden))
    var others: [String] = []

    func validate() throws {
        if let threads, !(1...256).contains(threads) { throw ValidationError("--threads \(threads): give 1 to 256") }
        if let drift, !(0...5000).contains(drift) {
            throw ValidationError(
                "--drift \(drift): give 0 to 5000; leases hold as long as clocks drift by less than 1 %"
            )
        }
        guard let seeds else {
            guard reduced == nil, !trace, threads == nil else {
                throw ValidationError("--reduced, --trace and --threads are a search's: add --seeds, or leave them out")
            }
            return
        }
        if let other = others.first {
            throw ValidationError("\(other) is not for a search: leave it out, or leave out --seeds")
        }
        guard model == nil, drift == nil else {
            throw ValidationError("--model and --drift are not for a search, which draws both: leave them out")
        }
        guard exports.targets.isEmpty else {
            throw ValidationError("a search has no report: leave --export-… out")
        }
        guard faults == nil || faults == "all" else {
            throw ValidationError(
                "--faults \(faults ?? ""): a search draws each world's mix itself; give all, or leave it out"
            )
        }
        if let instances, !(1...100).contains(instances) {
            throw ValidationError("--instances \(instances): give 1 to 100")
        }
        if let roles, !(1...1000).contains(roles) { throw ValidationError("--roles \(roles): give 1 to 1000") }
        if let duration, duration < .seconds(1) { throw ValidationError("--duration: give at least 1s") }
        guard seeds.count == 1 || (reduced == nil && !trace) else {
            throw ValidationError("--reduced and --trace are for one world: give one seed")
        }
    }

    func run() async throws {
        if let seeds {
            let run = SearchRun(
                seeds: seeds,
                size: WorldDraw.Size(instances: instances, roles: roles, duration: duration),
                reduction: reduced ?? Reduction(),
                threads: threads ?? Host.cores(),
                isTraced: trace,
                isQuiet: quiet
            )
            throw await run.carryOut()
        }
        let exports = try ExportOutcome(exports)
        let plan = try plan()
        let typed = Array(CommandLine.arguments.dropFirst())
        let isSeeded = typed.contains { $0 == "--seed" || $0.hasPrefix("--seed=") }
        let run = SimulationRun(
            plan: plan,
            model: try model.map(ModelFile.read) ?? .standard,
            drift: drift ?? 100,
            isQuiet: quiet,
            words: ["electbench"] + typed + (isSeeded ? [] : ["--seed", "\(plan.seed)"])
        )
        throw try await run.carryOut(exports)
    }

    /// The run that it is, without what is of real servers and processes alone.
    private func plan() throws -> RunPlan {
        var words = others
        if let instances { words += ["--instances", "\(instances)"] }
        if let roles { words += ["--roles", "\(roles)"] }
        if let duration { words += ["--duration", Durations.text(duration)] }
        if let faults { words += ["--faults", faults] }
        let real = ["--server", "--nats-server", "--server-port", "--ledger", "--sabotage", "--web", "--baseline"]
        for word in others {
            let name = String(word.prefix { $0 != "=" })
            guard !real.contains(name) else {
                throw Failure.badArgument("\(name) is for real servers and processes: leave it out")
            }
        }
        guard !others.contains("--print-schedule") else {
            throw Failure.badArgument("--print-schedule: electbench run prints it, and it is the same; leave it out")
        }
        words += ["--ledger", "none"]
        let scenario = try Scenario.named(in: words)
        var command = try RunCommand.parse(scenario?.expand(words) ?? words)
        command.file.read = scenario
        let plans = try command.plans()
        guard plans.count == 1 else {
            throw Failure.badArgument("a simulation is of one run, and these are \(plans.count): give one combination")
        }
        return plans[0]
    }

    private static func reduction(_ text: String) throws -> Reduction {
        guard let reduction = Reduction(text) else {
            throw ValidationError("'\(text)' is not what a search prints: copy it with its quotes")
        }
        return reduction
    }
}

/// `1..100000`, or one seed.
enum Seeds {
    static func parse(_ text: String) throws -> ClosedRange<UInt64> {
        let ends = text.split(separator: "..", maxSplits: 1, omittingEmptySubsequences: false).map { UInt64($0) }
        guard let first = ends[0], let last = ends.count > 1 ? ends[1] : first, first <= last else {
            throw ValidationError("'\(text)': give one seed, or the first and the last with .. between")
        }
        return first...last
    }
}
