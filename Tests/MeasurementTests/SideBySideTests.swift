import ElectionCore
import Measurement
import Testing

@Suite struct SideBySideTests {
    private static func summary(_ story: Story, detector: Detector = .lease) -> Summary {
        RunReport(Story.run(roles: ["r", "s"], faults: ["kill"], detector: detector), story.history).summary
    }

    /// Two runs: of the first only it has a fault on a link, of the second only it gave a role away.
    private var two: SideBySide {
        var first = RunReportTests.story()
        first.fault(50, "stream-leader-kill", "server-1", nil, target: .server, at: .seconds(57))
        first.demote("s", "c", term: 100, at: .milliseconds(57_500), .leaseExpired)
        first.lead("s", "a", 7, term: 120, from: .seconds(58))
        var second = RunReportTests.story()
        second.demote("s", "c", term: 100, at: .seconds(20), .balanced, steppedDown: .seconds(20))
        second.lead("s", "b", term: 130, from: .milliseconds(20_001))
        return SideBySide([
            ("lease race", Self.summary(first)), ("connection ranked", Self.summary(second, detector: .connection)),
        ])
    }

    private func row(_ text: String, _ measure: String) throws -> [String] {
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        return try #require(lines.first { $0.joined(separator: " ").hasPrefix(measure) })
    }

    @Test func `Measures are rows and runs are columns`() throws {
        let text = two.finalTable(.plain)
        let heads = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(heads.contains(["lease", "connection"]))
        #expect(heads.contains(["measure", "figure", "race", "ranked"]))
        #expect(try row(text, "verdict") == ["verdict", "inconclusive", "inconclusive"])
        #expect(try row(text, "failover, kill") == ["failover,", "kill", "p50", "ms", "2501.000", "2501.000"])
        #expect(try row(text, "excess, kill") == ["excess,", "kill", "p50", "ms", "2002.000", "2501.000"])
        #expect(try row(text, "failover, stream") == ["failover,", "stream-leader-kill", "max", "ms", "1001.000", "–"])
        // One sample has no median, in no run.
        #expect(!text.contains("gap, balanced"))
        #expect(text.contains("Verdict: INCONCLUSIVE"))
        #expect(text.contains("  - connection ranked: "))
    }

    @Test func `What all runs have in common is said once`() {
        let text = two.finalTable(.plain)
        #expect(text.contains("3 instances · 2 roles · ttl 3 s"))
        #expect(!text.contains("detector lease"))
    }

    @Test func `Four runs fit a hundred columns`() {
        var story = RunReportTests.story()
        story.fault(50, "stream-leader-kill", "server-1", nil, target: .server, at: .seconds(57))
        story.demote("s", "c", term: 100, at: .milliseconds(57_500), .leaseExpired)
        story.lead("s", "a", 7, term: 120, from: .seconds(58))
        let summary = Self.summary(story)
        let labels = ["lease race", "lease ranked", "connection race", "connection ranked"]
        let lines = SideBySide(labels.map { ($0, summary) }).finalTable(.plain)
            .split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.filter { $0.count > 100 } == [])
        #expect(lines.filter { $0.hasSuffix(" ") } == [])
    }

    @Test func `The CSV has every figure of the summaries, beside each other`() throws {
        let rows = String(decoding: two.csv, as: UTF8.self).split(separator: "\r\n").map(String.init)
        #expect(rows[0] == "measure,scope,statistic,unit,lease race,connection ranked")
        #expect(rows[1] == "run_id,,value,,20251123T164300Z-story,20251123T164300Z-story")
        #expect(rows.contains("failover_ms,fault=kill,n,count,10,10"))
        #expect(rows.contains("failover_ms,fault=kill,p50,ms,2501.000,2501.000"))
        #expect(rows.contains("failover_ms,fault=stream-leader-kill,max,ms,1001.000,"))
        #expect(rows.contains("handovers_lost,cause=balanced,value,roles,,0"))
        #expect(rows.contains("verdict,,value,,inconclusive,inconclusive"))
        #expect(rows.allSatisfy { !$0.hasPrefix("doubt,") })
        let names = rows.map { $0.split(separator: ",").prefix(3).joined(separator: ",") }
        #expect(Set(names).count == names.count)
        // What one run lacks stands where the other one has it.
        let gap = try #require(rows.firstIndex { $0.hasPrefix("gap_ms,cause=balanced,n,") })
        let leaderless = try #require(rows.firstIndex { $0.hasPrefix("leaderless_ms,") })
        let failover = try #require(rows.firstIndex { $0.hasPrefix("failover_ms,") })
        #expect(failover < gap && gap < leaderless)
    }

    @Test func `The Markdown names the runs and how to repeat each`() throws {
        let file = try #require(two.files.first { $0.name == SideBySide.markdownFile })
        let text = String(decoding: file.bytes, as: UTF8.self)
        #expect(text.contains("- connection ranked: run `20251123T164300Z-story`"))
        #expect(text.contains("# lease race\nelectbench --seed 42"))
        #expect(text.contains("| measure | figure | lease race | connection ranked |"))
        #expect(text.contains("| failover, kill | p50 ms | 2501.000 | 2501.000 |"))
    }

    @Test func `The reports are written into a folder`() throws {
        let folder = try TemporaryFolder()
        try two.write(folder: folder.path)
        #expect(try folder.names == ["comparison.csv", "comparison.md"])
        #expect(try folder.read("comparison.csv") == two.csv)
    }

    @Test func `The worst verdict is the comparison's`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.lead("r", "b", term: 2, from: .seconds(2))
        let runs = [("good", Self.summary(RunReportTests.story())), ("bad", Self.summary(story))]
        #expect(SideBySide(runs.map { (label: $0.0, summary: $0.1) }).finalTable(.plain).contains("Verdict: UNSAFE"))
    }
}

@Suite struct SettingsOnThePageTests {
    private func page(_ change: (inout RunSettings) -> Void) -> String {
        var run = Story.run()
        change(&run.settings)
        return RunReport(run, Story().history).finalTable(.plain)
    }

    @Test func `The detector, the campaign and the policies are told`() {
        let text = page { settings in
            settings.detector = "connection"
            settings.campaign = "ranked"
            settings.balance = true
            settings.takeover = "ask"
            settings.priorities = ["b": 1, "a": 5]
        }
        .replacing("\n", with: " · ")
        #expect(text.contains("detector connection · campaign ranked · balance · takeover ask · priority a=5, b=1"))
    }

    @Test func `What is not set is not told, and an older run is read`() throws {
        #expect(!page { _ in }.contains("balance ·"))
        let run = Story.run()
        let text = String(decoding: run.json, as: UTF8.self)
        #expect(!text.contains("takeover") && !text.contains("priorities") && !text.contains("\"balance\""))
        #expect(try RunDescription(json: run.json).settings.priorities == nil)
    }
}
