import ArgumentParser
import Measurement
import Testing

@testable import ElectBench

@Suite("Thresholds of a run")
struct ThresholdOptionsTests {
    @Test("are given several times, kept in its settings, and repeated by its command")
    func given() throws {
        let texts = ["failover_ms{fault=kill}:p(99)<1500", "violations:count<1"]
        let plan = try Typed.plan(["--threshold", texts[0], "--threshold", texts[1], "--abort-on-fail"])
        #expect(plan.settings.thresholds == texts)
        #expect(plan.abortsOnFail)
        let again = try Typed.plan(Array(plan.repeatCommand.dropFirst(2)))
        #expect(again.settings.thresholds == texts)
        #expect(again.abortsOnFail)
        #expect(try Typed.plan().settings.thresholds == nil)
    }

    @Test("stand as a list in a scenario, with commas as they are; those that are typed come on top")
    func scenario() throws {
        let text = """
            threshold:
              - failover_ms{fault=kill,role=role-01}:max<1500
              - "violations:count<1"
            """
        let plan = try Typed.plan(scenario: text, "--threshold", "terms:count>1")
        #expect(
            plan.settings.thresholds == [
                "failover_ms{fault=kill,role=role-01}:max<1500", "violations:count<1", "terms:count>1",
            ]
        )
        #expect(plan.repeatCommand.filter { $0 == "terms:count>1" }.count == 1)
        #expect(!plan.repeatCommand.contains("violations:count<1"))
    }

    @Test(
        "that make no sense are refused",
        arguments: [
            ("failver_ms:p(99)<1", ["no measure \"failver_ms\"", "did you mean failover_ms?"]),
            ("failover_ms{fault=pause}:avg<1", ["no fault \"pause\"", "this run has kill, stop"]),
            ("failover_ms{fault=kil}:avg<1", ["did you mean kill?"]),
            ("failover_ms{role=role-7}:avg<1", ["no role \"role-7\"", "role-01 to role-50"]),
            ("failover_ms:mean<1", ["no aggregation \"mean\"", "avg"]),
        ]
    )
    func refused(_ text: String, _ words: [String]) throws {
        let line = try #require(try Typed.refusal(["run", "--threshold", text]))
        for word in words { #expect(line.contains(word), "no \(word) in \(line)") }
        #expect(line.contains("--threshold \(text)"))
    }

    @Test("in a scenario are refused with the file and the line")
    func refusedInScenario() throws {
        let line = try #require(try Typed.refusal(ofScenario: "roles: 3\nthreshold:\n  - failover_ms:p(99)<fast\n"))
        #expect(line.contains("@.yaml, line 2: threshold"), "\(line)")
        #expect(line.contains("no plain number in ms"), "\(line)")
    }
}
