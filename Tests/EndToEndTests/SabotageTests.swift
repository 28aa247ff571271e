import Measurement
import TestSupport
import Testing

/// Instances that are built to misbehave: what a run is for is to catch them.
@Suite("A run with instances that misbehave", .serialized, .timeLimit(.minutes(3)))
struct SabotageTests {
    @Test(
        "is unsafe, and says why in order",
        arguments: [
            ("no-lease-check", "pause,partition"), ("no-cas", "kill"), ("ignore-demotion", "stop,partition"),
            ("late-demotion", "stop"),
        ]
    )
    func caught(sabotage: String, faults: String) async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench([
                "--instances", "5", "--roles", "20", "--ttl", "900ms", "--heartbeat", "250ms", "--warm-up", "500ms",
                "--duration", "8s", "--fault-interval", "800ms", "--fault-duration", "1500ms-2500ms", "--downtime",
                "300ms-600ms", "--seed", "3", "--min-faults", "0", "--faults", faults, "--sabotage", sabotage,
            ])
            #expect(run.status == 1, "\(run.output)\(run.errors)")
            #expect(run.output.contains("Verdict: UNSAFE"))
            let violations = try sandbox.latest.table("violations.csv").rows
            #expect(violations.contains { $0["rule"] == "overlap" })
        }
    }
}
