import Chaos
import ElectionCore
import Measurement
import NATSStore

/// What a run's folder and its reader are told of the plan.
extension RunPlan {
    /// - Parameter version: of our servers; nil where the user gave some, whose versions are learnt later.
    func description(of runID: String, started: Timestamp, version: String?) -> RunDescription {
        RunDescription(
            runID: runID,
            name: name,
            seed: seed,
            startedAtNs: Host.wallClockNs() - (Timestamp.now() - started).nanoseconds,
            started: started,
            version: ElectBench.version,
            command: ["electbench"] + RunPlan.withoutSecrets(Array(CommandLine.arguments.dropFirst())),
            repeatCommand: repeatCommand,
            settings: settings,
            serverVersions: version.map { [$0] } ?? [],
            kernel: Host.kernel(),
            cores: Host.cores(),
            memoryKb: Host.memoryKb()
        )
    }

    var settings: RunSettings {
        let downtimes = phases.map(\.downtime)
        let faultDurations = phases.map(\.faultDuration)
        let isPhased = scenario?.phases != nil
        return RunSettings(
            instances: instances.count,
            roles: roles.map(\.name),
            ttlNs: timing.ttl.nanoseconds,
            heartbeatNs: timing.heartbeat.nanoseconds,
            lease: election.lease == .role ? nil : election.lease.rawValue,
            spreadNs: election.spread.nanoseconds,
            detector: combination.detector.rawValue,
            campaign: combination.campaign.rawValue,
            balance: election.balance ? true : nil,
            takeover: election.takeover == .none ? nil : election.takeover.rawValue,
            priorities: priorities.isEmpty ? nil : priorities,
            faults: kinds.map(\.rawValue),
            faultWeights: isPhased
                ? nil : Dictionary(uniqueKeysWithValues: phases[0].weights.map { ($0.rawValue, $1) }),
            faultIntervalNs: phases.map(\.meanInterval.nanoseconds).min() ?? 0,
            downtimeMinNs: downtimes.map(\.lowerBound.nanoseconds).min() ?? 0,
            downtimeMaxNs: downtimes.map(\.upperBound.nanoseconds).max() ?? 0,
            faultDurationMinNs: faultDurations.map(\.lowerBound.nanoseconds).min(),
            faultDurationMaxNs: faultDurations.map(\.upperBound.nanoseconds).max(),
            durationNs: duration.nanoseconds,
            warmUpNs: warmUp.nanoseconds,
            minFaults: kinds.isEmpty ? 0 : minFaults,
            server: userServer.map { $0.map(Self.withoutSecret).joined(separator: ",") } ?? "own",
            servers: userServer?.count ?? servers.count,
            bucket: election.bucket,
            storage: election.storage.rawValue,
            replicas: election.replicaCount,
            watch: election.watch.rawValue,
            validationNs: election.validate?.nanoseconds,
            ledgerIntervalNs: ledgerInterval?.nanoseconds,
            scenario: scenario?.name,
            phases: isPhased ? phases.map { RunPhase(name: $0.name, durationNs: $0.duration.nanoseconds) } : nil,
            sabotage: sabotage?.rawValue,
            thresholds: thresholds.isEmpty ? nil : thresholds
        )
    }

    /// The command that repeats this run, its seed included and no secret.
    var repeatCommand: [String] { repeatCommand(of: [combination]) }

    /// The same for a run of each of these: every detector of them with every campaign.
    func repeatCommand(of combinations: [Combination]) -> [String] {
        let methods = Combination.arguments(of: combinations)
        let command = ["electbench", "run"] + (scenario.map { words(of: $0, methods) } ?? ownWords(methods))
        // A server that the scenario's file names stays there, with what its URL may hold.
        let isInFile = scenario.map { $0.names("server") && !$0.overrides.contains { $0.name == "server" } } ?? false
        let server = isInFile ? nil : userServer.map { $0.map(Self.withoutSecret).joined(separator: ",") }
        return command + ["--seed", "\(seed)"] + (server.map { ["--server", $0] } ?? [])
    }

    /// What was typed beside a scenario overrides it again. Where the run's folder goes and what is printed is no part of it.
    private func words(of scenario: Scenario, _ methods: [String]) -> [String] {
        var left = ["seed", "server", "password", "token", "output", "quiet", "no-progress", "print-schedule"]
        left += ["baseline", "tolerance", "force", "web"]
        left += Export.Format.allCases.map { "export-\($0.rawValue)" }
        if isCompared { left += ["detector", "campaign"] }
        return ["--scenario", scenario.name]
            + scenario.overrides.filter { !left.contains($0.name) }.flatMap(\.words) + (isCompared ? methods : [])
    }

    private func ownWords(_ methods: [String]) -> [String] {
        let phase = phases[0]
        var words = ["--instances", "\(instances.count)", "--roles", "\(roles.count)"]
        words += ["--duration", Durations.text(phase.duration), "--faults", FaultMix.text(phase.weights)]
        words += ["--fault-interval", Durations.text(phase.meanInterval), "--downtime", Durations.text(phase.downtime)]
        words += ["--fault-duration", Durations.text(phase.faultDuration)]
        words += ["--link-delay", Durations.text(phase.latency), "--link-bandwidth", ByteRates.text(phase.bandwidth)]
        words += ["--warm-up", Durations.text(warmUp), "--min-faults", "\(minFaults)"]
        words += ["--ledger", ledgerInterval.map(Durations.text) ?? "none"]
        if let sabotage { words += ["--sabotage", sabotage.rawValue] }
        words += methods + election.arguments
        if !priorities.isEmpty {
            words.append(
                "--priorities=" + instances.compactMap { priorities[$0] }.map(String.init).joined(separator: ",")
            )
        }
        if servers.count > 1 { words += ["--servers", "\(servers.count)"] }
        if natsServer != "nats-server" { words += ["--nats-server", natsServer] }
        if let serverPort { words += ["--server-port", "\(serverPort)"] }
        let named = [
            ("--user", store.user), ("--creds", store.creds), ("--tls-ca", store.tlsCa), ("--tls-cert", store.tlsCert),
            ("--tls-key", store.tlsKey),
        ]
        for (option, value) in named { if let value { words += [option, value] } }
        words += thresholds.flatMap { ["--threshold", $0] } + (abortsOnFail ? ["--abort-on-fail"] : [])
        if name != "run" { words += ["--name", name] }
        return words
    }

    /// A command line without passwords and tokens.
    static func withoutSecrets(_ words: [String]) -> [String] {
        let secret = ["--password", "--token"]
        return words.indices.map { index in
            if index > 0, secret.contains(words[index - 1]) { return "…" }
            if let option = secret.first(where: { words[index].hasPrefix($0 + "=") }) { return option + "=…" }
            return words[index].split(separator: ",", omittingEmptySubsequences: false)
                .map { withoutSecret(String($0)) }.joined(separator: ",")
        }
    }

    static func withoutSecret(_ url: String) -> String { ConnectionSettings.redacted(url) }
}
