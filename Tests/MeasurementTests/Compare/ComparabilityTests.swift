import ElectionCore
import Testing

@testable import Measurement

@Suite struct ComparabilityTests {
    private func differences(_ change: (inout RunDescription) -> Void) -> [String] {
        let (base, new) = (Sides.run([]), Sides.run([], id: "new", change))
        return Comparability.differences(CompareSide([base]), CompareSide([new]))
    }

    @Test func `What is looked for, and of which build, may differ`() {
        let lines = differences { run in
            run.seed += 1
            run.name = "other"
            run.version = "9.9.9"
            run.settings.minFaults += 1
            run.settings.sabotage = "slow"
            run.settings.bucket = "other"
            run.memoryKb += run.memoryKb / 200
        }
        #expect(lines == [])
    }

    @Test func `Every other setting is named with both values`() {
        let lines = differences { run in
            run.settings.ttlNs = 1_500_000_000
            run.settings.roles = ["r", "s", "t"]
            run.settings.balance = true
            run.settings.detector = "connection"
        }
        let before = Story.run(roles: ["r"]).settings
        #expect(
            lines == [
                "balance: none and true", "detector: \(before.detector) and connection", "roles: 1 and 3",
                "ttl: \(Numbers.short(.nanoseconds(before.ttlNs))) and 1.5 s",
            ]
        )
    }

    @Test func `So is every difference of the machine`() {
        let lines = differences { run in
            run.cores = 64
            run.kernel = "Linux 9"
            run.memoryKb = 1000
            run.serverVersions = ["2.99.0"]
        }
        #expect(lines.count == 4)
        for word in ["and 64", "and Linux 9", "and 1,000 kB", "and 2.99.0"] {
            #expect(lines.contains { $0.hasSuffix(word) }, "\(lines)")
        }
    }

    @Test func `A refusal names all differences and what to do`() {
        let base = CompareSide([Sides.run([])])
        let new = CompareSide([
            Sides.run([], id: "n") { $0.cores = 64 }, Sides.run([], id: "m") { $0.settings.instances = 99 },
        ])
        let line = CompareReport.refusal(base, new) ?? ""
        #expect(line.contains("cores: ") && line.contains("instances: ") && line.contains("--force"))
        #expect(CompareReport.refusal(base, base) == nil)
        #expect(CompareReport(base: base, new: new).remarks.count { $0.hasPrefix("compared in spite of") } == 2)
    }
}
