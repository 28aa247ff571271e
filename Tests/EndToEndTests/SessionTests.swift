import Measurement
import TestSupport
import Testing

/// Runs whose instances renew one lease for all their roles.
@Suite("The lease of the instance", .serialized, .timeLimit(.minutes(3)))
struct SessionTests {
    static let arguments = [
        "--lease", "instance", "--instances", "3", "--roles", "6", "--ttl", "900ms", "--heartbeat", "300ms",
        "--duration", "8s", "--fault-interval", "1s", "--downtime", "400ms-900ms", "--warm-up", "1s", "--seed", "7",
    ]

    @Test(
        "passes under kill and stop, with either detector and campaign",
        arguments: [
            ["--detector", "lease"], ["--detector", "connection", "--campaign", "ranked", "--balance"],
        ]
    )
    func killAndStop(methods: [String]) async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench(Self.arguments + methods)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            let result = sandbox.latest
            #expect(try result.description().settings.lease == "instance")
            #expect(try result.table("violations.csv").rows.isEmpty)
            let failovers = try result.table("failovers.csv").rows
            #expect(Set(failovers.map { $0["fault"] }) == ["kill", "stop"])
            for failover in failovers {
                #expect(failover["outcome"] == "promoted", "\(failover)")
                #expect(failover["overlap_ms"].flatMap(Double.init) == 0, "\(failover)")
                // By the session's last renewal, not by the role's record, which is older.
                let left = failover["lease_left_ms"].flatMap(Double.init) ?? -1
                #expect(left > 0 && left <= 900, "\(failover)")
            }
            let history = try result.history()
            #expect(history[kind: .session].contains { $0.value == "record" })
            // The sessions are renewed, and no role's record.
            let renewals = history[kind: .operation].filter { $0.operation == "renew" }
            #expect(renewals.contains { $0.role == nil && $0.outcome == "ok" && $0.dueNs != nil })
            #expect(!renewals.contains { $0.role != nil && methods.contains("lease") })
            let renew = try result.table("operations.csv").rows.first { $0["operation"] == "renew" }
            #expect(renew?["count"].flatMap(Int.init) ?? 0 > 0)
        }
    }
}
