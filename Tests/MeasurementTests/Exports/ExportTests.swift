import ElectionCore
import Foundation
import Measurement
import Testing

@Suite struct ExportTests {
    private func export(_ change: (inout RunDescription, inout Story) -> Void = { _, _ in }) -> Export {
        var run = Story.run(roles: ["r", "s"], faults: ["kill"], minFaults: 1)
        var story = RunReportTests.story()
        change(&run, &story)
        return Export(RunReport(run, story.history))
    }

    private func text(_ format: Export.Format, of export: Export) -> String {
        String(decoding: export.bytes(format), as: UTF8.self)
    }

    @Test func `JUnit has a case for the verdict, each safety rule and each kind of fault, and counts them`() throws {
        let junit = try JUnit(text(.junit, of: export()))
        #expect(junit.cases["electbench.run verdict"]?.outcome == "error")
        #expect(junit.cases["electbench.safety overlap"]?.outcome == nil)
        #expect(junit.cases["electbench.safety fence_passed"]?.outcome == "skipped")
        #expect(junit.cases["electbench.faults kill"]?.words == "1 roles were never led again")
        #expect(junit.cases.count == 2 + Violation.Rule.allCases.count + 1)
        let counts = try #require(junit.counts.first)
        #expect(counts["tests"] == junit.cases.count)
        for (name, kind) in [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")] {
            #expect(counts[name] == junit.cases.values.filter { $0.outcome == kind }.count, "\(name)")
        }
        #expect(junit.properties["seed"] == "42")
    }

    @Test func `A broken promise is a failure of its rule`() throws {
        let unsafe = export { _, story in
            story.spawn("d", 1, at: .seconds(20))
            story.lead("s", "d", term: 101, from: .seconds(30))
        }
        let junit = try JUnit(text(.junit, of: unsafe))
        #expect(junit.cases["electbench.safety overlap"]?.outcome == "failure")
        #expect(junit.cases["electbench.safety overlap"]?.words.contains("had two leaders") == true)
        #expect(junit.cases["electbench.run verdict"]?.outcome == "failure")
    }

    @Test func `A comparison has a suite for each run, and an error for one that was not carried out`() throws {
        let measured = RunReport(Story.run(), RunReportTests.story().history)
        let description = ComparisonDescription(name: "c", seed: 1, runs: ["a", "b"], repeatCommand: ["electbench"])
        let report = ComparisonReport(
            description,
            runs: [.init(label: "a", state: .measured(measured)), .init(label: "b", state: .unreadable)]
        )
        let junit = try JUnit(text(.junit, of: Export(report)))
        #expect(junit.counts.count == 2)
        #expect(junit.counts[1] == ["tests": 1, "failures": 0, "errors": 1, "skipped": 0])
        #expect(text(.openmetrics, of: Export(report)).contains("electbench_exit_code{run=\"a\"} "))
        #expect(text(.benchmark, of: Export(report)).contains("\"name\" : \"a leaderless_ms\""))
        let documents = try JSONSerialization.jsonObject(with: Data(Export(report).bytes(.json))) as? [Any]
        #expect(documents?.count == 1)
    }

    @Test func `What XML forbids is replaced, and what it needs is escaped`() throws {
        let odd = export { run, _ in
            run.repeatCommand = "a <b> & \"c\" 'd' \u{1B}[31m\u{0}\u{FFFE} e\tf\ng"
        }
        let junit = try JUnit(text(.junit, of: odd))
        #expect(junit.properties["repeat_command"] == "a <b> & \"c\" 'd' \u{FFFD}[31m\u{FFFD}\u{FFFD} e\tf\ng")
    }

    @Test func `OpenMetrics has the Go library's names, types and labels`() {
        let lines = text(.openmetrics, of: export()).split(separator: "\n").map(String.init)
        #expect(lines.last == "# EOF")
        for line in [
            "# TYPE election_is_leader gauge", "# TYPE election_transitions counter",
            "# TYPE election_acquire_attempts counter", "# TYPE election_heartbeat_duration_seconds histogram",
            "# UNIT election_heartbeat_duration_seconds seconds", "# TYPE election_leader_duration_seconds histogram",
            #"election_is_leader{role="s",instance_id="c",bucket="leaders"} 1"#,
            #"election_acquire_attempts_total{role="r",instance_id="a",bucket="leaders",status="success"} 5"#,
            #"election_heartbeat_duration_seconds_bucket{role="s",instance_id="c",bucket="leaders",status="success",le="0.001"} 1"#,
            #"election_leader_duration_seconds_bucket{role="r",instance_id="b",bucket="leaders",le="+Inf"} 6"#,
        ] { #expect(lines.contains(line), "no \(line)") }
    }

    @Test func `OpenMetrics keeps each family together, names each type once, and escapes labels`() {
        let odd = export { run, _ in run.settings.bucket = "a\\b\"c\nd" }
        let text = text(.openmetrics, of: odd)
        #expect(text.contains(#"bucket="a\\b\"c\nd""#))
        let types = text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }.map { $0.split(separator: " ")[2] }
        #expect(Set(types).count == types.count)
        var last = ""
        var seen: Set<String> = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let name = line.prefix { $0 != "{" && $0 != " " }
            let family = types.filter { name == $0 || name.hasPrefix("\($0)_") }.max { $0.count < $1.count } ?? ""
            if family == last { continue }
            last = String(family)
            let isNew = seen.insert(last).inserted
            #expect(isNew, "\(family) is scattered")
        }
    }

    @Test func `Compressed, it is what gzip reads back`() throws {
        let folder = try TemporaryFolder()
        let export = export()
        try folder.write("summary.csv.gz", export.bytes(.csv, compressed: true))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-cd", "\(folder.path)/summary.csv.gz"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(Array(bytes) == export.bytes(.csv))
        #expect(export.bytes(.csv, compressed: true) == export.bytes(.csv, compressed: true))
    }

    @Test func `The benchmark's names are unique and say the scope`() throws {
        let bytes = export().bytes(.benchmark)
        let list = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]])
        let names = list.compactMap { $0["name"] as? String }
        #expect(names.count == list.count && Set(names).count == names.count)
        #expect(list.allSatisfy { $0["unit"] is String && $0["value"] is NSNumber && $0["extra"] is String })
        let failover = try #require(list.first { $0["name"] as? String == "failover_ms{fault=kill} p50" })
        #expect(failover["range"] as? String == "2501.000–2501.000")
    }
}
