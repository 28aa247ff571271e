import ElectionCore
import Measurement
import Testing

@Suite struct RunReportTests {
    static func story() -> Story {
        var story = Story()
        var term: UInt64 = 0
        for index in 0..<12 {
            let begin = Duration.seconds(index * 5 - 3)
            let leader = ["a", "b"][index % 2]
            let life = Int64(index / 2 + 1)
            term += 1
            story.suspect("r", leader, life, at: begin - .milliseconds(10))
            story.lead("r", leader, life, term: term, from: begin)
            story.operate(.acquire, "r", leader, life, sent: begin - .milliseconds(1), at: begin)
            story.kill(index, leader, life, at: begin + .milliseconds(2_500))
            story.endFault(index, FaultName.kill, leader, life + 1, at: begin + .seconds(3))
        }
        story.lead("s", "c", term: 100, from: .seconds(-1))
        story.operate(.renew, "s", "c", due: .seconds(58), sent: .seconds(58), at: .milliseconds(58_001))
        story.add(.faultSkipped, at: .seconds(59)) {
            $0.faultId = 99
            $0.fault = "stop"
            $0.instance = "a"
            $0.reason = "not running"
        }
        story.add(.sample, at: .seconds(3), source: "a", incarnation: 1) {
            $0.tasks = ["watch": 1, "heartbeat": 2]
            $0.threads = 11
            $0.cpuMs = 40
        }
        story.add(.warning, at: .seconds(4)) {
            $0.message = "the machine has 2 cores\nfor 4 processes | careful\u{1B}[31m"
        }
        return story
    }

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try RunReport.write(Story.run(roles: ["r", "s"], faults: ["kill"], minFaults: 1), folder: folder.path)
        try folder.write(RunReport.historyFile, Self.story().entries.flatMap(\.line))
        return folder
    }

    @Test func `A check reproduces every file byte for byte`() throws {
        let first = try folder()
        let second = try folder()
        _ = try RunReport.write(folder: first.path)
        let report = try RunReport.write(folder: second.path)
        _ = try RunReport.write(folder: second.path)
        let names = [
            "balance.csv", "connections.csv", "distribution.csv", "failovers.csv", "faults.csv", "handovers.csv",
            "history.jsonl",
            "operations.csv", "outages.csv", "run.json", "stale.csv", "summary.csv", "summary.json", "summary.md",
            "tasks.csv", "thresholds.csv",
            "violations.csv", "violations.txt",
        ]
        #expect(try second.names == names)
        for name in names { #expect(try first.read(name) == second.read(name), "\(name)") }
        // One of its roles is never led again.
        #expect(report.verdict == .inconclusive, "\(report.judgement.reasons)")
    }

    @Test func `The description of a run is read back as it was written`() throws {
        let run = Story.run(faults: ["kill", "stop"])
        #expect(try RunDescription(json: run.json) == run)
        #expect(run.startedAt == "2025-11-23T16:43:00.000000001Z")
        #expect(run.repeatCommand == #"electbench --seed 42 --name 'it'\''s'"#)
        let error = #expect(throws: MeasurementError.self) { try RunDescription(json: Array("{}".utf8)) }
        #expect(error?.code == .invalidRun)
    }

    private func lines(_ name: String) throws -> [String] {
        let report = RunReport(Story.run(roles: ["r", "s"]), Self.story().history)
        let file = try #require(report.files.first { $0.name == name })
        return String(decoding: file.bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
    }

    @Test func `Every row of every CSV begins with the run and its seed`() throws {
        let report = RunReport(Story.run(), Self.story().history)
        for file in report.files where file.name.hasSuffix(".csv") {
            let rows = try lines(file.name)
            #expect(rows[0].hasPrefix("run_id,seed,"), "\(file.name)")
            #expect(rows.dropFirst().allSatisfy { $0.hasPrefix("20251123T164300Z-story,42,") }, "\(file.name)")
        }
    }

    @Test func `Failovers have the columns of the design`() throws {
        let rows = try lines("failovers.csv")
        let columns =
            "run_id,seed,fault_id,fault,role,old_instance,old_incarnation,old_term,new_instance,new_incarnation,new_term,at,"
            + "offset_ns,lease_left_ms,detect_ms,acquire_ms,promote_ms,failover_ms,floor_ms,excess_ms,store_out_ms,"
            + "overlap_ms,leaderless_ms,lost_races,driver_late_ms,outcome"
        #expect(rows[0] == columns)
        let second =
            "20251123T164300Z-story,42,1,kill,r,b,1,2,a,2,3,2025-11-23T16:43:04.500000001Z,4500000000,499.000,2490.000,"
            + "10.000,1.000,2501.000,499.000,2002.000,0.000,0.000000,2499.900,0,0.000,promoted"
        #expect(rows[1] == second)
        // The first fault came before the run began; the last one's role was not led again.
        #expect(rows.count == 12)
        #expect(rows.last?.hasSuffix(",lost") == true)
    }

    @Test func `The other tables have the columns of the design`() throws {
        let expected = [
            "handovers.csv":
                "cause,role,old_instance,old_term,given_to,new_instance,new_term,at,offset_ns,gap_ms,leaderless_ms,outcome",
            "balance.csv": "change,fault_id,fault,instance,at,offset_ns,live,spread,balance_ms,outcome",
            "distribution.csv": "instance,incarnations,uptime_s,roles_led_mean,roles_led_max,roles_led_end,share",
            "tasks.csv":
                "at,offset_ns,instance,incarnation,roles_led,tasks,tasks_heartbeat,tasks_watch,activities,threads,"
                + "resident_kb,private_kb,cpu_ms,descriptors",
            "operations.csv": "instance,operation,count,errors,lost_races,p50_us,p90_us,p99_us,p999_us,max_us",
            "faults.csv":
                "fault_id,fault,target,instance,incarnation,detail,at,due_offset_ns,offset_ns,late_ms,duration_ms,"
                + "roles_led,roles_taken,roles_kept,ended_offset_ns,outcome",
            "outages.csv":
                "fault_id,fault,server,at,offset_ns,store_out_ms,recovery_ms,roles_led_before,roles_kept,"
                + "roles_back_to_same,roles_moved,roles_lost,stream_leader,outcome",
            "violations.csv":
                "account,rule,role,at,offset_ns,length_ms,first_instance,first_incarnation,first_term,second_instance,"
                + "second_incarnation,second_term,end_offset_ns,fault_ids,faults",
            "stale.csv":
                "role,at,offset_ns,sent_offset_ns,revision,instance,incarnation,term,newer_revision,newer_instance,"
                + "newer_incarnation,newer_term,newer_sent_offset_ns,fence,fault_ids,faults",
            "connections.csv": "instance,incarnation,lost_offset_ns,back_offset_ns,synced_offset_ns,server",
            "summary.csv": "measure,scope,unit,n,faults,min,p50,p90,p99,max,value",
        ]
        for (name, columns) in expected { #expect(try lines(name)[0] == "run_id,seed," + columns) }
    }

    @Test func `A skipped fault and an absent figure are empty cells`() throws {
        let skipped = try #require(try lines("faults.csv").last)
        #expect(
            skipped
                == "20251123T164300Z-story,42,99,stop,instance,a,,,2025-11-23T16:43:59.000000001Z,,59000000000,,,,,,,skipped"
        )
        let sample = try #require(try lines("tasks.csv").last)
        #expect(sample == "20251123T164300Z-story,42,2025-11-23T16:43:03.000000001Z,3000000000,a,1,,3,2,1,,11,,,40,")
    }

    @Test func `The summary leaves percentiles empty that the sample is too small for`() throws {
        let row = try #require(try lines("summary.csv").first { $0.contains(",failover_ms,fault=kill,") })
        #expect(
            row == "20251123T164300Z-story,42,failover_ms,fault=kill,ms,10,10,2501.000,2501.000,2501.000,,2501.000,"
        )
    }

    @Test func `A violation stands in the summary`() throws {
        var story = Self.story()
        story.lead("s", "a", 1, term: 101, from: .milliseconds(-500))
        let report = RunReport(Story.run(roles: ["r", "s"]), story.history)
        #expect(report.verdict == .unsafe)
        let summary = try #require(report.files.first { $0.name == "summary.csv" })
        #expect(String(decoding: summary.bytes, as: UTF8.self).contains(",violation,"))
    }

    @Test func `Unknown events change no figure`() {
        var entries = Self.story().entries
        let plain = RunReport(Story.run(), History(entries))
        var unknown = entries[3]
        unknown.event = "moon_landing"
        entries.append(unknown)
        let other = RunReport(Story.run(), History(entries))
        #expect(other.summary.analysis.history.unknownEvents == 1)
        for (left, right) in zip(plain.files, other.files) where !["summary.csv", "summary.json"].contains(left.name) {
            #expect(left.bytes == right.bytes, "\(left.name)")
        }
    }

    @Test func `A folder without a run is an error`() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: MeasurementError.self) { try RunReport.write(folder: folder.path) }
        #expect(error?.code == .unreadableFile)
    }
}

@Suite struct FinalTableTests {
    private let report = RunReport(Story.run(roles: ["r", "s"], faults: ["kill"]), RunReportTests.story().history)

    @Test func `No line of the terminal's table is wider than a hundred columns`() {
        let lines = report.finalTable(.plain).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.filter { $0.count > 100 } == [])
        #expect(lines.filter { $0.hasSuffix(" ") } == [])
    }

    @Test func `The terminal's table tells the figures and the verdict`() throws {
        let text = report.finalTable(.plain)
        let row = try #require(text.split(separator: "\n").first { $0.contains("failover  ") && $0.contains("kill") })
        #expect(
            row.split(separator: " ") == [
                "kill", "failover", "10", "10", "1", "2501.000", "2501.000", "2501.000", "–", "2501.000",
            ]
        )
        #expect(text.contains("Verdict: INCONCLUSIVE"))
        #expect(text.contains("the machine has 2 cores"))
    }

    @Test func `Colour adds escapes and nothing else`() {
        let plain = report.finalTable(.plain)
        let colour = report.finalTable(.colour)
        #expect(!plain.contains("\u{1B}"))
        #expect(colour.contains("\u{1B}[1;33mVerdict: INCONCLUSIVE"))
        #expect(colour.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test func `Many reasons are cut short on the terminal and whole in the Markdown`() throws {
        var story = Story()
        for index in 0..<30 {
            story.lead("role-\(index)", "a", term: UInt64(2 * index + 1), from: .seconds(1))
            story.lead("role-\(index)", "b", term: UInt64(2 * index + 2), from: .seconds(2))
        }
        let report = RunReport(Story.run(), story.history)
        #expect(report.finalTable(.plain).contains("and 19 more"))
        let markdown = try #require(report.files.first { $0.name == "summary.md" })
        let text = String(decoding: markdown.bytes, as: UTF8.self)
        #expect(text.split(separator: "\n").count { $0.contains("had two leaders") } == 30)
    }

    @Test func `A run that never began has a table, too`() {
        let text = RunReport(Story.run(), History([])).finalTable(.plain)
        #expect(text.contains("availability     – %, worst role – %"))
        #expect(!text.contains("Stages"))
        #expect(text.contains("Verdict: INCONCLUSIVE"))
    }

    @Test func `A name in the Markdown cannot end its cell`() throws {
        let markdown = try #require(report.files.first { $0.name == "summary.md" })
        let text = String(decoding: markdown.bytes, as: UTF8.self)
        #expect(text.contains(#"4 processes \| careful"#))
        #expect(text.contains("| kill | failover | 10 | 10 | 1 |"))
    }
}
