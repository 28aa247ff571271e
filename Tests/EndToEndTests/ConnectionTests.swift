import Measurement
import TestSupport
import Testing

/// Runs whose leaders are known to be gone by their connections, and whose members agree on who comes next.
@Suite("The connection detector with the ranked campaign", .serialized, .timeLimit(.minutes(3)))
struct ConnectionTests {
    static let arguments = [
        "--detector", "connection", "--campaign", "ranked", "--balance", "--instances", "4", "--roles", "20",
        "--duration", "8s", "--fault-interval", "800ms", "--downtime", "400ms-900ms", "--warm-up", "1s", "--seed", "7",
    ]

    @Test("passes under kill and stop, with no overlap, on every server", arguments: TestServer.binaries)
    func killAndStop(server: String) async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench(Self.arguments + ["--nats-server", server])
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            let result = sandbox.latest
            #expect(try result.table("violations.csv").rows.isEmpty)
            let failovers = try result.table("failovers.csv").rows
            #expect(Set(failovers.map { $0["fault"] }) == ["kill", "stop"])
            for failover in failovers {
                #expect(failover["outcome"] == "promoted", "\(failover)")
                #expect(failover["overlap_ms"].flatMap(Double.init) == 0, "\(failover)")
            }
            let history = try result.history()
            let heard = history[kind: .suspected].filter { $0.reason == "disconnected" }
            #expect(!heard.isEmpty, "nobody heard of a lost connection")
            let given = history[kind: .suspected].filter { $0.reason == "transferred" }
            #expect(!given.isEmpty, "nobody was given a role")
            let leads = try result.table("distribution.csv").rows.compactMap { Int($0["roles_led_end"] ?? "") }
            #expect(leads.reduce(0, +) == 20)
        }
    }

    @Test("gives every member its share of the roles where it balances")
    func balance() async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench(Self.calm + ["--balance"])
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(try sandbox.latest.description().settings.balance == true)
            #expect(try leads(sandbox.latest) == ["5", "5", "5", "5"])
        }
    }

    @Test(
        "gives all roles to the instance of the highest priority where it asks for them or claims them",
        arguments: ["ask", "force"]
    )
    func priority(takeover: String) async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench(Self.calm + ["--takeover", takeover, "--priorities", "20,10"])
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            let settings = try sandbox.latest.description().settings
            #expect(settings.takeover == takeover)
            #expect(settings.priorities == ["instance-1": 20, "instance-2": 10])
            #expect(try leads(sandbox.latest) == ["20", "0", "0", "0"])
        }
    }

    private static let calm = [
        "--detector", "connection", "--campaign", "ranked", "--instances", "4", "--roles", "20", "--faults", "none",
        "--duration", "6s", "--warm-up", "1s", "--seed", "7",
    ]

    /// How many roles each instance led at the end, in the instances' order.
    private func leads(_ result: RunResult) throws -> [String] {
        try result.table("distribution.csv").rows.compactMap { $0["roles_led_end"] }
    }
}
