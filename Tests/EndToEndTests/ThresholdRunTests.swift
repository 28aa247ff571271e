import Measurement
import TestSupport
import Testing

@Suite("Thresholds of a real run")
struct ThresholdRunTests {
    static let small = [
        "--instances", "3", "--roles", "3", "--ttl", "600ms", "--heartbeat", "150ms", "--warm-up", "0s",
    ]

    @Test(
        "abort it when one is crossed for good; what there is is kept, and check comes to the same",
        .timeLimit(.minutes(2))
    )
    func aborts() async throws {
        try await Sandbox.with { sandbox in
            let text = "terms:count<3"
            let ended = try await sandbox.electbench(
                Self.small + ["--duration", "10m", "--seed", "1", "--threshold", text, "--abort-on-fail"]
            )
            #expect(ended.status == 99, "\(ended.errors)")
            #expect(ended.output.contains("THRESHOLD CROSSED (aborted"))
            #expect(ended.output.contains("✗ \(text)"))
            #expect(ended.output.contains("--threshold 'terms:count<3' --abort-on-fail"))
            let aborted = try sandbox.latest.history()[kind: .aborted].compactMap(\.reason)
            #expect(Array(aborted) == [text])
            try await sandbox.latest.expectReadable(in: sandbox, exitCode: 99)
        }
    }

    @Test("can be looked at after the fact, and leave the folder as it was", .timeLimit(.minutes(2)))
    func afterTheFact() async throws {
        try await Sandbox.with { sandbox in
            let ended = try await sandbox.electbench(
                Self.small + [
                    "--duration", "2s", "--faults", "none", "--seed", "1", "--threshold", "violations:count<1",
                ]
            )
            #expect(ended.status == 0, "\(ended.errors)\(ended.output)")
            let before = sandbox.latest.files.map { sandbox.latest.bytes($0) }
            let looked = try await sandbox.run(["check", sandbox.latest.path, "--threshold", "terms:count>1000"])
            #expect(looked.status == 99, "\(looked.errors)")
            #expect(looked.output.contains("✓ violations:count<1"))
            #expect(looked.output.contains("✗ terms:count>1000"))
            #expect(sandbox.latest.files.map { sandbox.latest.bytes($0) } == before)
            let refused = try await sandbox.run([
                "check", sandbox.latest.path, "--threshold", "failover_ms{fault=kill}:avg<1",
            ])
            refused.expectFailure(64, saying: ["no fault \"kill\"", "this run has none"])
        }
    }
}
