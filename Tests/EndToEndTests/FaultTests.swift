import Measurement
import TestSupport
import Testing

/// Runs with every kind of fault, small and short. Each fault comes as a step, so that none is left to chance.
@Suite("Faults", .serialized, .timeLimit(.minutes(5)))
struct FaultTests {
    private static let settings = """
        instances: 5
        roles: 40
        ttl: 900ms
        heartbeat: 250ms
        warm-up: 500ms
        min-faults: 0
        ledger: 200ms

        """

    @Test("on instances and links are carried out and undone, and nobody ever leads twice")
    func instancesAndLinks() async throws {
        let kinds = [
            "pause, duration: 1500ms", "partition, duration: 1500ms",
            "half-open, direction: to-server, duration: 1500ms",
            "half-open, direction: from-server, duration: 1500ms", "reset, side: both, duration: 500ms",
            "reset, side: instance, duration: 500ms", "reset, side: server, duration: 1500ms",
            "delay, latency: 150ms, duration: 800ms", "slow, bandwidth: 4k, duration: 800ms",
            "drop-server-side, duration: 1500ms", "kill, duration: 300ms", "stop, duration: 300ms",
        ]
        let steps = kinds.enumerated().map { index, kind in
            "      - {at: \(index * 900 + 100)ms, fault: \(kind), instances: [\(index % 5 + 1)]}"
        }
        let herd = "      - {at: \(kinds.count * 900 + 2500)ms, fault: restart-all, duration: 300ms}"
        try await Sandbox.with { sandbox in
            let result = try await carryOut(steps + [herd], duration: "15s", in: sandbox)
            let faults = try result.table("faults.csv").rows
            #expect(faults.count == kinds.count + 1)
            for fault in faults {
                #expect(fault["outcome"] == "applied", "\(fault)")
                #expect(fault["ended_offset_ns"]?.isEmpty == false, "\(fault)")
            }
            let kill = try result.table("failovers.csv").rows.filter { $0["fault"] == "restart-all" }
            #expect(kill.count == 40, "a herd's restart takes every role")
            #expect(try result.history()[kind: .linkCost].count == 1)
            try expectLedger(result)
        }
    }

    @Test("on a server with a lasting store cost no leader its role where the lease outlives them")
    func server() async throws {
        let steps = [
            "      - {at: 200ms, fault: server-kill, servers: 1, duration: 200ms}",
            "      - {at: 3s, fault: server-stop, servers: 1, duration: 200ms}",
            "      - {at: 6s, fault: server-pause, servers: 1, duration: 300ms}",
            "      - {at: 8s, fault: server-pause, servers: 1, duration: 2s}",
        ]
        try await Sandbox.with { sandbox in
            let result = try await carryOut(steps, duration: "11s", in: sandbox)
            #expect(try result.table("faults.csv").rows.map { $0["outcome"] } == Array(repeating: "applied", count: 4))
            let lives = try result.history()[kind: .serverReady].compactMap(\.pid)
            #expect(Set(lives).count == 3, "a killed and a stopped server come back: \(lives)")
            #expect(try result.table("outages.csv").rows.count >= 3)
        }
    }

    @Test("that lose the store make the bucket anew, with terms that rise and no second leader")
    func lostStore() async throws {
        let steps = ["      - {at: 1s, fault: server-kill, servers: 1, duration: 300ms}"]
        try await Sandbox.with { sandbox in
            let result = try await carryOut(steps, duration: "6s", options: ["--storage", "memory"], in: sandbox)
            let history = try result.history()
            let lost = try #require(history[kind: .fault].first?.time)
            let terms = history[kind: .acquired].compactMap { entry in entry.term.map { (entry.time, $0) } }
            let before = terms.filter { $0.0 < lost }.map(\.1)
            let after = terms.filter { $0.0 > lost }.map(\.1)
            #expect(after.count >= 40, "every role is led anew")
            #expect(try #require(before.max()) < #require(after.min()))
        }
    }

    /// Debian's server is too old for replicated buckets; `scripts/test` names a newer one as the last.
    private static let newServer = TestServer.binaries.count > 1 ? TestServer.binaries.last : nil

    @Test(
        "on three servers move the stream's leader and cut servers off, and nobody ever leads twice",
        .enabled(if: newServer != nil, "it needs nats-server 2.9.21 or newer in ELECTBENCH_NATS_SERVERS")
    )
    func cluster() async throws {
        let binary = try #require(Self.newServer)
        let steps = [
            "      - {at: 500ms, fault: stream-leader-kill, duration: 1s}",
            "      - {at: 14s, fault: server-partition, servers: 2, duration: 6s}",
            "      - {at: 32s, fault: quorum-loss, servers: [1, 3], duration: 1s}",
        ]
        try await Sandbox.with { sandbox in
            let options = ["--servers", "3", "--replicas", "3", "--nats-server", binary]
            let result = try await carryOut(steps, duration: "46s", options: options, in: sandbox)
            #expect(try result.table("faults.csv").rows.map { $0["outcome"] } == Array(repeating: "applied", count: 3))
            #expect(try result.history()[kind: .storeReady].count >= 2)
        }
    }

    @Test(
        "that empty a bucket which a cluster remembers have it made anew, with terms that rise and no second leader",
        .enabled(if: newServer != nil, "it needs nats-server 2.9.21 or newer in ELECTBENCH_NATS_SERVERS")
    )
    func emptiedInCluster() async throws {
        let binary = try #require(Self.newServer)
        // One of the three keeps the only copy, in memory.
        let steps = (1...3).map { "      - {at: \($0 * 9 - 8)s, fault: server-kill, servers: \($0), duration: 300ms}" }
        try await Sandbox.with { sandbox in
            // The bucket keeps 8 revisions of a role: with this heartbeat the first of a term for longer than a cluster's servers
            // may take to serve the observer's watch again.
            let timing = ["--ttl", "3s", "--heartbeat", "1s"]
            let options =
                ["--servers", "3", "--replicas", "1", "--storage", "memory", "--nats-server", binary] + timing
            let result = try await carryOut(steps, duration: "27s", options: options, in: sandbox)
            let terms = try result.history()[kind: .acquired].compactMap(\.term)
            #expect(terms.count >= 80, "every role was led anew: \(terms.count)")
        }
    }

    private func carryOut(
        _ steps: [String],
        duration: String,
        options: [String] = [],
        in sandbox: Sandbox
    ) async throws -> RunResult {
        let text = Self.settings + "phases:\n  - name: steps\n    duration: \(duration)\n    steps:\n"
        let file = try sandbox.write(text + steps.joined(separator: "\n") + "\n", as: "steps.yaml")
        let run = try await sandbox.electbench(["--scenario", file] + options)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let result = sandbox.latest
        #expect(try result.table("violations.csv").rows.isEmpty)
        return result
    }

    private func expectLedger(_ result: RunResult) throws {
        let entries = try result.history()[kind: .ledger]
        #expect(Set(entries.compactMap(\.role)).count == 40, "every role's leader writes to the ledger")
    }
}
