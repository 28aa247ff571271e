import ArgumentParser
import ElectionCore
import Simulation

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Searches simulated clusters for schedules of faults that break an election's promises.",
        discussion: """
            Runs the elections themselves in virtual time over a modelled store and network. Each seed draws a small world of \
            its own: settings, clocks, delays, losses and faults. The search stops at the first world in which two lead at \
            once, a term falls, a callback comes out of order, or roles are not led once the faults are over; it makes that \
            world smaller and prints the command that repeats it.

            Exit codes: 0 all promises held; 1 one was broken; 64 bad arguments; 105 interrupted.

            Examples:

              electbench simulate --seeds 1..100000
              electbench simulate --seeds 1..1000000 --instances 5 --roles 3 --duration 60s
            """
    )

    @Option(help: "The seeds of the worlds: a range with .., or one.", transform: Seeds.parse)
    var seeds: ClosedRange<UInt64> = 1...10_000

    @Option(help: "How many instances each world has; drawn from 2 to 5 unless given.")
    var instances: Int?

    @Option(help: "How many roles each world has; drawn from 1 to 6 unless given.")
    var roles: Int?

    @Option(help: "How long faults fall in each world, in virtual time; a few ttls unless given.", transform: Durations.parse)
    var duration: Duration?

    @Option(help: "How many threads search; one a core unless given.")
    var threads: Int?

    @Option(help: "What is left out of one world, as a search prints it.", transform: Self.reduction)
    var reduced: Reduction?

    @Flag(help: "Print every step of one world.")
    var trace = false

    @Flag(help: "Print the result alone.")
    var quiet = false

    func validate() throws {
        if let instances, !(1...100).contains(instances) {
            throw ValidationError("--instances \(instances): give 1 to 100")
        }
        if let roles, !(1...1000).contains(roles) { throw ValidationError("--roles \(roles): give 1 to 1000") }
        if let threads, !(1...256).contains(threads) { throw ValidationError("--threads \(threads): give 1 to 256") }
        if let duration, duration < .seconds(1) { throw ValidationError("--duration: give at least 1s") }
        guard seeds.count == 1 || (reduced == nil && !trace) else {
            throw ValidationError("--reduced and --trace are for one world: give one seed")
        }
    }

    func run() async throws {
        let size = WorldDraw.Size(instances: instances, roles: roles, duration: duration)
        let run = SearchRun(
            seeds: seeds,
            size: size,
            reduction: reduced ?? Reduction(),
            threads: threads ?? Host.cores(),
            isTraced: trace,
            isQuiet: quiet
        )
        throw await run.carryOut()
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
