import ElectionCore
import Measurement
import Testing

/// `a` leads role `r` as term 1 from 1 s on and demotes itself at 5 s; its callback takes 1 ms.
private func given(_ reason: DemotionReason = .balanced) -> Story {
    var story = Story()
    story.lead("r", "a", term: 1, from: .seconds(1))
    story.renew("r", "a", firstRevision: 2, from: .seconds(2), until: .seconds(5))
    story.demote("r", "a", term: 1, at: .seconds(5), reason, steppedDown: .milliseconds(5_001))
    return story
}

@Suite struct TransferTests {
    /// `b` sees its name 200 µs after the store took the record.
    private func transferred(_ reason: DemotionReason = .balanced, answered: Bool = true) -> Story {
        var story = given(reason)
        story.transfer("r", "a", term: 1, to: "b", revision: 9, at: .milliseconds(5_002), answered: answered)
        story.succeed("r", "b", term: 9, at: .milliseconds(5_002) + .microseconds(200))
        story.renew("r", "b", firstRevision: 10, from: .seconds(6), until: .seconds(60))
        return story
    }

    @Test func `A term that began by a transfer is granted by the record that names its holder`() {
        let analysis = transferred().analysis()
        #expect(analysis.safety.terms == 2)
        #expect(analysis.safety.unconfirmed.isEmpty)
        #expect(analysis.violations.isEmpty)
        #expect(analysis.falseFailovers.isEmpty)
        #expect(analysis.failovers.isEmpty)
    }

    @Test func `A transfer to somebody else grants nothing`() {
        var story = given()
        story.transfer("r", "a", term: 1, to: "c", revision: 9, at: .milliseconds(5_002))
        story.succeed("r", "b", term: 9, at: .milliseconds(5_003))
        #expect(story.analysis().violations.map(\.rule) == [.notGranted])
    }

    @Test func `A leader that believed after it had given its role away is found`() {
        var story = given()
        story.believe(["r": 1], "a", at: .milliseconds(5_002))
        story.transfer("r", "a", term: 1, to: "b", revision: 9, at: .milliseconds(5_002))
        let found = story.analysis().safety.superseded
        #expect(found.map(\.span.length) == [.microseconds(100)])
    }

    @Test func `The successor's lease counts from its own earlier write`() throws {
        var story = given()
        story.transfer("r", "a", term: 1, to: "b", revision: 9, at: .milliseconds(5_002))
        story.succeed("r", "b", term: 9, at: .milliseconds(5_003))
        let term = try #require(story.terms[role: "r"].last)
        #expect(term.sent == Story.time(.milliseconds(4_503)))
        #expect(term.belief.end == Story.time(.milliseconds(7_503)))
    }

    @Test func `Others wait out a lease that counts from the transfer`() throws {
        var story = given()
        story.transfer("r", "a", term: 1, to: "b", revision: 9, at: .milliseconds(5_002))
        story.succeed("r", "b", term: 9, at: .milliseconds(5_003))
        story.kill(1, "b", at: .milliseconds(5_502))
        story.lead("r", "c", term: 12, from: .milliseconds(8_100))
        let row = try #require(story.analysis().failovers.first)
        #expect(row.floor == .milliseconds(2_500) - .microseconds(100))
        #expect(row.excess == .milliseconds(99) + .microseconds(100))
    }

    @Test func `A transfer is a handover of its cause, and a short time without a leader`() throws {
        for reason in [DemotionReason.balanced, .outranked, .claimed, .stopped] {
            let row = try #require(transferred(reason).analysis().handovers.first)
            #expect(row.cause == reason.rawValue)
            #expect(row.successor == "b")
            #expect(row.gap == .milliseconds(1) + .microseconds(250))
            #expect(row.leaderless == .milliseconds(2) + .microseconds(200))
        }
    }

    @Test func `A giver that never got its answer gave the role all the same`() throws {
        #expect(try #require(transferred(answered: false).analysis().handovers.first).successor == "b")
    }

    @Test func `A release is no transfer`() throws {
        var story = given()
        story.add(.released, at: .milliseconds(5_002), source: "a", incarnation: 1) {
            $0.role = "r"
            $0.term = 1
            $0.revision = 9
        }
        story.lead("r", "b", term: 10, from: .milliseconds(5_010))
        #expect(try #require(story.analysis().handovers.first).successor == nil)
        let summary = RunReport(Story.run(), story.history).summary
        #expect(summary.statistic("transfers", scope: "cause=balanced")?.value == "0")
        #expect(summary.statistic("transfer_leaderless_ms", scope: "cause=balanced")?.n == 0)
    }

    @Test func `A successor that dies before it leads leaves the role to the next one`() throws {
        var story = given()
        story.transfer("r", "a", term: 1, to: "b", revision: 9, at: .milliseconds(5_002))
        story.kill(1, "b", at: .milliseconds(5_002) + .microseconds(100))
        story.lead("r", "c", term: 10, from: .milliseconds(8_100))
        let analysis = story.analysis()
        let row = try #require(analysis.handovers.first)
        #expect(row.successor == "b")
        #expect(row.new?.holder.instance == "c")
        #expect(row.leaderless == .milliseconds(3_100))
        #expect(analysis.failovers.isEmpty)
        #expect(analysis.violations.isEmpty)
    }

    @Test func `A stop that ends in a transfer is measured from its signal`() throws {
        var story = given(.stopped)
        story.fault(1, FaultName.stop, "a", at: .seconds(5) - .microseconds(500))
        story.transfer("r", "a", term: 1, to: "b", revision: 9, at: .milliseconds(5_002))
        story.succeed("r", "b", term: 9, at: .milliseconds(5_002) + .microseconds(200))
        story.exit("a", at: .milliseconds(5_010))
        let stages = try #require(story.analysis().failovers.first?.stages)
        #expect(stages.total == .milliseconds(2) + .microseconds(750))
        #expect(stages.detect == .milliseconds(2) + .microseconds(700))
        #expect(stages.acquire == .zero)
    }

    @Test func `A role that is given away during a disturbance is kept by it`() {
        var story = given()
        story.fault(1, "delay", "a", target: .link, at: .seconds(4))
        story.transfer("r", "a", term: 1, to: "b", revision: 9, at: .milliseconds(5_002))
        story.succeed("r", "b", term: 9, at: .milliseconds(5_003))
        #expect(story.analysis().failovers.isEmpty)
        #expect(story.analysis().tolls[1]?.kept == 1)
    }

    @Test func `The account of a violation says who gave the role to whom`() {
        var story = transferred()
        story.believe(["r": 1], "a", at: .milliseconds(5_003))
        let text = ViolationReportText.of(story)
        #expect(text.contains("revision 9: the role is given to b #1"))
        #expect(text.contains("its transfer to b was acknowledged, term 1"))
    }
}

@Suite struct ClaimTests {
    /// `b` claims the role at 4.9 s while `a` leads; `a` hears of it and demotes itself at 5 s.
    private func claimed() -> Story {
        var story = given(.claimed)
        story.record("r", "b", revision: 7, sent: .milliseconds(4_900), at: .milliseconds(4_901), mark: "claim")
        story.operate(.claim, "r", "b", sent: .milliseconds(4_900), at: .milliseconds(4_902))
        return story
    }

    @Test func `A claim that the leader confirms replaces it only then`() {
        var story = claimed()
        story.transfer("r", "a", term: 1, to: "b", revision: 9, at: .milliseconds(5_002))
        story.succeed("r", "b", term: 9, at: .milliseconds(5_003))
        story.renew("r", "b", firstRevision: 10, from: .seconds(6), until: .seconds(60))
        let analysis = story.analysis()
        #expect(analysis.violations.isEmpty)
        #expect(analysis.falseFailovers.isEmpty)
        #expect(analysis.handovers.map(\.cause) == ["claimed"])
        #expect(analysis.safety.terms == 2)
    }

    @Test func `Believing on a claim is believing without a grant`() {
        var story = claimed()
        story.lead("r", "b", term: 7, from: .milliseconds(5_100), recorded: false)
        #expect(story.analysis().violations.map(\.rule) == [.notGranted])
    }

    @Test func `Behind a claim the record that acquires the role replaces the leader`() {
        func superseded(sent: Duration) -> [UInt64] {
            var story = Story()
            story.lead("r", "a", term: 1, from: .seconds(1))
            story.record("r", "b", revision: 7, sent: .seconds(2), at: .seconds(2), mark: "claim")
            story.demote("r", "a", term: 1, at: .seconds(4), .leaseExpired)
            story.record("r", "b", revision: 8, sent: sent, at: sent + .milliseconds(1))
            return story.analysis().safety.superseded.map(\.record.revision)
        }
        #expect(superseded(sent: .seconds(4)) == [])
        #expect(superseded(sent: .seconds(4) - .nanoseconds(1)) == [8])
    }

    @Test func `A claim does not lengthen the lease of its writer's own earlier term`() throws {
        var story = Story()
        story.lead("r", "b", term: 1, from: .seconds(1))
        story.record("r", "b", revision: 2, sent: .milliseconds(1_900), at: .milliseconds(1_901), mark: "claim")
        story.kill(1, "b", at: .seconds(2))
        story.lead("r", "c", term: 5, from: .milliseconds(4_100))
        #expect(try #require(story.analysis().failovers.first).leaseLeft == .milliseconds(1_999))
    }

    @Test func `A claim tells the revisions between two others like any write`() {
        var story = Story()
        story.lead("r", "a", term: 2, from: .seconds(1), recorded: false)
        story.record("q", "b", revision: 3, sent: .seconds(1), at: .seconds(1), mark: "claim")
        #expect(story.analysis().safety.contradicted.map(\.number) == [2])
    }
}

private enum ViolationReportText {
    static func of(_ story: Story) -> String {
        let file = RunReport(Story.run(), story.history).files.first { $0.name == "violations.txt" }
        return String(decoding: file?.bytes ?? [], as: UTF8.self)
    }
}
