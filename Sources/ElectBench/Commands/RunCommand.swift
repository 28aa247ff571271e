import ArgumentParser
import Chaos
import ElectionCore
import SystemPackage

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs instances under faults and measures their elections (the default).",
        discussion: """
            electbench --instances 20 --roles 50 --duration 60s --seed 7

            Starts a nats-server of its own unless --server names one, which is then never touched by faults.
            """
    )

    @Option(help: "How many instances take part.")
    var instances = 20

    @Option(help: "How many roles each of them takes part in.")
    var roles = 50

    @Option(help: "How long faults fall. (default: 60s)", transform: Durations.parse)
    var duration: Duration = .seconds(60)

    @Option(help: "The schedule of faults is drawn from it; a random one unless given.")
    var seed: UInt64?

    @Option(
        help:
            "The kinds of faults, with commas: \(FaultKind.allCases.map(\.rawValue).joined(separator: ", ")); or none."
    )
    var faults = FaultKind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "The mean time between two faults. (default: 1500ms)", transform: Durations.parse)
    var faultInterval: Duration = .milliseconds(1500)

    @Option(
        help: "From a fault to the restart: a range that each is drawn from. (default: 500ms-3s)",
        transform: Durations.parseRange
    )
    var downtime: ClosedRange<Duration> = .milliseconds(500)...(.seconds(3))

    @Option(help: "How long all roles are led before faults begin. (default: 2s)", transform: Durations.parse)
    var warmUp: Duration = .seconds(2)

    @Option(help: "How many faults of each kind must hit a leader, else the run is inconclusive.")
    var minFaults = 1

    @OptionGroup(title: "Election")
    var election: ElectionOptions

    @OptionGroup(title: "Store")
    var store: StoreOptions

    @Option(help: "The nats-server to start: a path, or a name on PATH.")
    var natsServer = "nats-server"

    @Option(help: "The port of our own server; a free one unless given.")
    var serverPort: Int?

    @Option(help: "Where the run's folder is made.")
    var output = "results"

    @Option(help: "The last part of the run's folder name.")
    var name = "run"

    @Flag(help: "Print the result alone.")
    var quiet = false

    @Flag(help: "Print no progress.")
    var noProgress = false

    func validate() throws {
        guard (1...1000).contains(instances) else { throw ValidationError("--instances \(instances): give 1 to 1000") }
        guard (1...100_000).contains(roles) else { throw ValidationError("--roles \(roles): give 1 to 100000") }
        guard duration > .zero else { throw ValidationError("--duration must be above zero") }
        guard duration <= .seconds(7 * 86400) else { throw ValidationError("--duration: give at most 168h") }
        guard faultInterval >= .milliseconds(1) else { throw ValidationError("--fault-interval: give at least 1ms") }
        guard minFaults >= 0 else { throw ValidationError("--min-faults \(minFaults): give 0 or more") }
        if election.replicas > 1 && store.urls == nil {
            throw ValidationError("--replicas \(election.replicas) needs a cluster: name its servers with --server")
        }
        if let serverPort, !(1...65535).contains(serverPort) {
            throw ValidationError("--server-port \(serverPort): give 1 to 65535")
        }
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard isPlain, !name.isEmpty, !name.hasPrefix(".") else {
            throw ValidationError("--name \(name): use letters, digits, - _ and .")
        }
    }

    func run() async throws {
        let exitCode = try await Driver(plan: plan()).run()
        throw exitCode
    }

    private func plan() throws -> RunPlan {
        let kinds = try faultKinds()
        try election.validateBucket()
        try store.validateConnection()
        let seed = seed ?? .random(in: 0...UInt64(Int64.max))
        let names = (1...instances).map { number in
            let digits = String(number)
            return "instance-" + String(repeating: "0", count: String(instances).count - digits.count) + digits
        }
        return RunPlan(
            name: name,
            seed: seed,
            instances: names,
            roles: try Roles.numbered(roles),
            timing: try election.timing(),
            election: election,
            store: store,
            schedule: FaultSchedule(
                seed: seed,
                instances: names,
                kinds: kinds,
                meanInterval: faultInterval,
                downtime: downtime,
                duration: duration
            ),
            kinds: kinds,
            faultInterval: faultInterval,
            downtime: downtime,
            duration: duration,
            warmUp: warmUp,
            minFaults: minFaults,
            natsServer: natsServer,
            serverPort: serverPort,
            output: FilePath(output),
            shows: quiet ? .result : noProgress ? .log : .progress
        )
    }

    private func faultKinds() throws -> [FaultKind] {
        if faults == "none" { return [] }
        var kinds: [FaultKind] = []
        for word in faults.split(separator: ",", omittingEmptySubsequences: false) {
            guard let kind = FaultKind(rawValue: String(word)) else {
                let known = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure.badArgument(
                    "--faults \(faults): there is no fault \"\(word)\"; there are \(known), and none"
                )
            }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        guard kinds.isEmpty || instances > 1 else {
            throw Failure.badArgument("faults need at least two instances: one always lives; give --faults none")
        }
        return kinds
    }
}
