import Chaos
import ElectionCore
import Measurement
import NATSStore
import SystemPackage

/// All that a run is decided by, checked.
struct RunPlan: Sendable {
    enum Shows: Sendable {
        case result, log, progress
    }

    var name: String
    var seed: UInt64
    /// The instances' ids.
    var instances: [String]
    var roles: [Role]
    var timing: LeaseTiming
    var election: ElectionOptions
    var store: StoreOptions
    var schedule: FaultSchedule
    var kinds: [FaultKind]
    var faultInterval: Duration
    var downtime: ClosedRange<Duration>
    var duration: Duration
    var warmUp: Duration
    var minFaults: Int
    var natsServer: String
    var serverPort: Int?
    var output: FilePath
    var shows: Shows

    /// The server that the user gave; nil where we start our own.
    var userServer: [String]? { store.urls }

    /// How long the instances may take until they watch, and then until every role is led.
    var startTimeout: Duration { .seconds(10) + .milliseconds(100 * instances.count) + timing.ttl * 2 }
    /// How long after the last fault a role may be without a leader.
    var settleTimeout: Duration { timing.ttl * 3 + .seconds(10) }
    /// How long an orderly stop may take before it is ended by force.
    var stopTimeout: Duration { timing.ttl + .seconds(5) }

    var settings: RunSettings {
        RunSettings(
            instances: instances.count,
            roles: roles.map(\.name),
            ttlNs: timing.ttl.nanoseconds,
            heartbeatNs: timing.heartbeat.nanoseconds,
            spreadNs: election.spread.nanoseconds,
            faults: kinds.map(\.rawValue),
            faultIntervalNs: faultInterval.nanoseconds,
            downtimeMinNs: downtime.lowerBound.nanoseconds,
            downtimeMaxNs: downtime.upperBound.nanoseconds,
            durationNs: duration.nanoseconds,
            warmUpNs: warmUp.nanoseconds,
            minFaults: kinds.isEmpty ? 0 : minFaults,
            server: userServer.map { $0.map(Self.withoutSecret).joined(separator: ",") } ?? "own",
            servers: userServer?.count ?? 1,
            bucket: election.bucket,
            storage: election.storage.rawValue,
            replicas: election.replicas,
            watch: election.watch.rawValue,
            validationNs: election.validate?.nanoseconds
        )
    }

    /// The command that repeats this run, its seed included and no secret.
    var repeatCommand: [String] {
        var words = ["electbench", "run", "--instances", "\(instances.count)", "--roles", "\(roles.count)"]
        words += ["--duration", Durations.text(duration), "--seed", "\(seed)"]
        words += ["--faults", kinds.isEmpty ? "none" : kinds.map(\.rawValue).joined(separator: ",")]
        words += ["--fault-interval", Durations.text(faultInterval), "--downtime", Durations.text(downtime)]
        words += ["--warm-up", Durations.text(warmUp), "--min-faults", "\(minFaults)"]
        words += election.arguments
        if natsServer != "nats-server" { words += ["--nats-server", natsServer] }
        if let serverPort { words += ["--server-port", "\(serverPort)"] }
        let named = [
            ("--user", store.user), ("--creds", store.creds), ("--tls-ca", store.tlsCa), ("--tls-cert", store.tlsCert),
            ("--tls-key", store.tlsKey),
        ]
        for (option, value) in named { if let value { words += [option, value] } }
        if name != "run" { words += ["--name", name] }
        if let userServer { words += ["--server", userServer.map(Self.withoutSecret).joined(separator: ",")] }
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

    static func withoutSecret(_ url: String) -> String {
        guard let at = url.lastIndex(of: "@") else { return url }
        let scheme = url.firstRange(of: "://").map { String(url[..<$0.upperBound]) } ?? ""
        return scheme + url[url.index(after: at)...]
    }
}
