import ElectionCore
import Measurement
import Testing

@Suite struct ViolationReportTests {
    private func overlapping() -> Story {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.renew("r", "a", firstRevision: 2, from: .seconds(2), until: .seconds(8))
        story.lead("other", "c", term: 3, from: .seconds(9))
        story.fault(3, "pause", "a", at: .seconds(8))
        story.fault(4, "pause", "c", at: .seconds(8))
        story.heal(3, "pause", "a", at: .seconds(11))
        story.add(.disconnected, at: .milliseconds(10_500), source: "a", incarnation: 1)
        story.demote("r", "a", term: 1, at: .seconds(10) + .nanoseconds(1), .leaseExpired)
        story.lead("r", "b", term: 20, from: .seconds(10))
        story.believe(["r": 1], "a", at: .milliseconds(9_999))
        return story
    }

    private func file(_ name: String, _ story: Story) throws -> String {
        let report = RunReport(Story.run(), story.history)
        let file = try #require(report.files.first { $0.name == name })
        return String(decoding: file.bytes, as: UTF8.self)
    }

    @Test func `A violation's row has both terms, the exact span and the faults in force`() throws {
        let rows = try file("violations.csv", overlapping()).split(separator: "\r\n")
        #expect(rows.count == 2)
        #expect(
            rows[1] == "20251123T164300Z-story,42,1,overlap,r,2025-11-23T16:43:10.000000001Z,10000000000,0.000001,"
                + "a,1,1,b,1,20,10000000001,3,pause"
        )
    }

    @Test func `The account tells what happened around it, in order, and nothing of other roles`() throws {
        let lines = try file("violations.txt", overlapping()).split(separator: "\n").map(String.init)
        let text = lines.joined(separator: "\n")
        #expect(text.contains("1. overlap: r had two leaders for 0.000001 ms: a #1 (term 1) and b #1 (term 20)"))
        #expect(text.contains("10000.000000 ms into the run; faults in force: 3 pause on a"))
        let expected = [
            "revision 6: record of a #1", "3 pause on a begins", "isLeader answered true, term 1",
            "isLeader turns true, term 20", "isLeader turns false, term 1: lease_expired", "connection lost",
            "3 pause on a is over",
        ]
        let found = expected.map { event in lines.firstIndex { $0.contains(event) } }
        #expect(found.compactMap(\.self) == found.compactMap(\.self).sorted())
        #expect(!found.contains(nil), "\(text)")
        #expect(!text.contains("4 pause"))
        #expect(!text.contains("term 3"))
        #expect(text.contains("  0.000001  a #1"))
    }

    @Test func `A long account keeps its turns and says how much it leaves out`() throws {
        var story = overlapping()
        story.renew("r", "b", firstRevision: 30, from: .milliseconds(10_100), until: .milliseconds(10_200))
        for index in 0..<200 {
            let sent = Duration.milliseconds(8_000 + index * 5)
            story.operate(.renew, "r", "a", sent: sent, at: sent + .milliseconds(1), outcome: .unknown)
            story.believe(["r": 1], "a", at: sent)
        }
        let text = try file("violations.txt", story)
        #expect(text.split(separator: "\n").count <= 42)
        #expect(text.contains("3 pause on a begins"))
        #expect(text.contains("events in between left out"))
    }

    @Test func `Of equal answers in a row the first and the last are told`() throws {
        var story = overlapping()
        for index in 0..<200 { story.believe(["r": 1], "a", at: .milliseconds(9_000 + index)) }
        let lines = try file("violations.txt", story).split(separator: "\n").filter { $0.contains("answered true") }
        #expect(lines.count == 2)
        #expect(lines[0].contains("-1000.000000") && lines[1].contains("-1.000000"))
    }

    @Test func `A hundred violations have an account, and the rest are counted`() throws {
        var story = Story()
        for index in 0..<101 {
            story.lead("role-\(index)", "a", term: UInt64(2 * index + 1), from: .seconds(1))
            story.lead("role-\(index)", "b", term: UInt64(2 * index + 2), from: .seconds(2))
        }
        let text = try file("violations.txt", story)
        #expect(text.contains("100. overlap"))
        #expect(!text.contains("101. overlap"))
        #expect(text.contains("And 1 more"))
        #expect(try file("violations.csv", story).split(separator: "\r\n").count == 102)
    }

    @Test func `A safe run has a header and no account`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        #expect(try file("violations.csv", story).split(separator: "\r\n").count == 1)
        #expect(try file("violations.txt", story) == "Run 20251123T164300Z-story: 0 violations\n")
    }
}

@Suite struct ConnectionTests {
    @Test func `Each stretch without a connection has a row, the first of a life included`() throws {
        var story = Story()
        story.add(.serverReady, at: .seconds(-30)) {
            $0.instance = "server-1"
            $0.server = "ID1"
        }
        func say(_ event: HistoryEvent, _ offset: Duration, server: String? = nil) {
            story.add(event, at: offset, source: "a", incarnation: 1) { $0.server = server }
        }
        say(.connected, .seconds(-9), server: "ID1")
        say(.synced, .seconds(-8))
        say(.disconnected, .seconds(1))
        say(.connected, .seconds(2), server: "ID1")
        say(.disconnected, .seconds(3))
        say(.connected, .seconds(4), server: "ID9")
        say(.synced, .seconds(5))
        let report = RunReport(Story.run(), story.history)
        let file = try #require(report.files.first { $0.name == "connections.csv" })
        let rows = String(decoding: file.bytes, as: UTF8.self).split(separator: "\r\n").dropFirst()
        #expect(
            rows.map { $0.dropFirst("20251123T164300Z-story,42,".count) } == [
                "a,1,,-9000000000,-8000000000,server-1",
                "a,1,1000000000,2000000000,,server-1",
                "a,1,3000000000,4000000000,5000000000,ID9",
            ]
        )
    }

    @Test func `What a link adds stands in the summary and on the page`() {
        var story = Story()
        story.add(.linkCost, at: .seconds(-5)) {
            $0.count = 500
            $0.directNs = 180_000
            $0.linkedNs = 242_300
        }
        let report = RunReport(Story.run(), story.history)
        #expect(report.summary.statistic("link_added_us")?.value == "62.300")
        #expect(report.summary.statistic("link_added_us")?.n == 500)
        #expect(report.finalTable(.plain).contains("adds 62.3 µs to a round trip of 180.0 µs"))
        #expect(RunReport(Story.run(), Story().history).summary.statistic("link_added_us") == nil)
    }
}

@Suite struct PageTests {
    @Test func `A sabotaged run says so in its title and in a section of its own`() {
        var run = Story.run()
        run.settings.sabotage = "no-cas"
        let text = RunReport(run, Story().history).finalTable(.plain)
        #expect(text.split(separator: "\n")[0].hasSuffix("SABOTAGED: no-cas"))
        #expect(text.contains("misbehave on purpose"))
    }

    @Test func `A scenario's phases are named`() {
        var run = Story.run()
        run.settings.scenario = "rolling-deploy"
        run.settings.phases = [
            RunPhase(name: "calm", durationNs: 30_000_000_000), RunPhase(name: "rollout", durationNs: 90_000_000_000),
        ]
        let text = RunReport(run, Story().history).finalTable(.plain)
        for piece in ["scenario rolling-deploy", "phase 1 calm 30 s", "phase 2 rollout 90 s"] {
            #expect(text.contains(piece))
        }
    }

    @Test func `A kind that took no role stands in the table of faults alone`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.renew("r", "a", firstRevision: 2, from: .seconds(2), until: .seconds(60))
        story.fault(1, "drop-server-side", "a", target: .link, at: .seconds(5))
        story.heal(1, "drop-server-side", "a", at: .seconds(6))
        let text = RunReport(Story.run(faults: ["drop-server-side"]), story.history).finalTable(.plain)
        let row = try #require(text.split(separator: "\n").first { $0.hasPrefix("  drop-server-side") })
        #expect(row.split(separator: " ") == ["drop-server-side", "1", "0", "1", "1", "0", "1", "0"])
        #expect(!text.contains("\nFailover"))
    }

    @Test func `Every kind at once fits a hundred columns`() {
        let kinds = [
            "kill", "stop", "pause", "restart-all", "partition", "half-open", "reset", "delay", "slow",
            "drop-server-side", "server-kill", "server-stop", "server-pause", "stream-leader-kill", "server-partition",
            "quorum-loss",
        ]
        let text = RunReport(Story.run(faults: kinds), RunReportTests.story().history).finalTable(.plain)
        #expect(text.contains("faults of 16 kinds"))
        #expect(text.split(separator: "\n").filter { $0.count > 100 } == [])
    }
}
