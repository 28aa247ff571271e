import Chaos
import ElectionCore
import Measurement
import SystemPackage

extension RunCommand {
    /// What its options, and those of its scenario, come to: a plan for each combination, all with the same schedule.
    ///
    /// - Throws: ``Failure`` with exit code 64 where they don't go together.
    func plans() throws -> [RunPlan] {
        let combinations = comparison.combinations
        try election.validate(for: comparison.campaign.all)
        let plan = try plan(of: combinations[0], isCompared: combinations.count > 1)
        return combinations.map { combination in
            var plan = plan
            plan.combination = combination
            return plan
        }
    }

    private func plan(of combination: Combination, isCompared: Bool) throws -> RunPlan {
        var election = election
        if store.urls == nil { election.replicas = election.replicas ?? servers }
        try election.validateBucket()
        try store.validateConnection()
        try validateServers(replicas: election.replicaCount)
        let priorities = comparison.priorities ?? []
        guard priorities.isEmpty || comparison.campaign.all.contains(.ranked) else {
            throw Failure.badArgument(
                "--priorities count in a ranked campaign: add --campaign ranked, or leave them out"
            )
        }
        guard priorities.count <= instances else {
            throw Failure.badArgument(
                "--priorities names \(priorities.count) and there are \(instances) instances: leave some out, or give more --instances"
            )
        }
        let timing = try election.timing()
        let seed = seed ?? .random(in: 0...UInt64(Int64.max))
        let setup = FaultSetup(
            instances: Self.numbered("instance", instances),
            servers: store.urls == nil ? (1...servers).map { "server-\($0)" } : [],
            replicas: election.replicaCount
        )
        let phases = try phases(in: setup, ttl: timing.ttl)
        let roles = try Roles.numbered(roles)
        let thresholds = try gate.checked(
            faults: RunPlan.kinds(of: phases).map(\.rawValue),
            roles: roles.map(\.name)
        )
        return RunPlan(
            name: name,
            seed: seed,
            instances: setup.instances,
            servers: setup.servers,
            roles: roles,
            timing: timing,
            combination: combination,
            isCompared: isCompared,
            election: election,
            priorities: Dictionary(uniqueKeysWithValues: zip(setup.instances, priorities)),
            store: store,
            phases: phases,
            schedule: FaultSchedule(
                seed: seed,
                instances: setup.instances,
                servers: setup.servers,
                phases: phases
            ),
            scenario: file.read,
            warmUp: warmUp,
            minFaults: minFaults,
            natsServer: natsServer,
            serverPort: serverPort,
            ledgerInterval: ledgerInterval,
            sabotage: sabotage,
            thresholds: thresholds.map(\.text),
            abortsOnFail: abortOnFail,
            output: FilePath(output),
            web: web,
            shows: quiet ? .result : noProgress ? .log : .progress
        )
    }

    /// Of many roles rarer: the entries are writes as any, and cost what elections cost.
    private var ledgerInterval: Duration? {
        let interval = ledger ?? max(.seconds(2), .milliseconds(20) * roles)
        return interval > .zero ? interval : nil
    }

    private func validateServers(replicas: Int) throws {
        if store.urls == nil {
            guard replicas <= servers else {
                throw Failure.badArgument(
                    "--replicas \(replicas) needs as many servers: give --servers 3, or name those of a cluster with --server"
                )
            }
        } else if servers > 1 {
            throw Failure.badArgument(
                "--servers \(servers) starts servers of our own: leave it out, or leave out --server and NATS_URL"
            )
        }
        if let serverPort, serverPort + servers - 1 > 65535 {
            throw Failure.badArgument("--server-port \(serverPort): \(servers) servers take the ports from there on")
        }
    }

    private func phases(in setup: FaultSetup, ttl: Duration) throws -> [FaultPhase] {
        guard let scenario = file.read, let phases = scenario.phases else {
            return [
                try faults.phase(
                    "faults",
                    duration: duration ?? .seconds(60),
                    otherwise: .standard,
                    in: setup,
                    ttl: ttl
                )
            ]
        }
        guard duration == nil else {
            throw Failure.badArgument(
                "--duration: the phases of \(scenario.name) have durations of their own; leave it out, or change them there"
            )
        }
        guard phases.reduce(.zero, { $0 + $1.duration }) <= Self.longest else {
            throw Failure.badArgument("\(scenario.name): the phases last longer than 168h")
        }
        return try phases.map { try $0.resolved(over: faults, in: setup, ttl: ttl) }
    }

    /// With as many digits as the last one needs, so that they sort by number.
    private static func numbered(_ kind: String, _ count: Int) -> [String] {
        let width = String(count).count
        return (1...count).map { number in
            "\(kind)-" + String(repeating: "0", count: width - String(number).count) + String(number)
        }
    }
}
