import ElectionCore
import Measurement
import Testing

@Suite struct LedgerTests {
    /// `a` leads as term 5 until 10 s, `b` as term 8 from then on.
    private func handed() -> Story {
        var story = Story()
        story.lead("r", "a", term: 5, from: .seconds(1))
        story.renew("r", "a", firstRevision: 6, from: .seconds(7), until: .seconds(8))
        story.demote("r", "a", term: 5, at: .seconds(10), .leaseExpired)
        story.lead("r", "b", term: 8, from: .milliseconds(10_100))
        story.renew("r", "b", firstRevision: 9, from: .seconds(11), until: .seconds(60))
        return story
    }

    @Test func `Entries whose terms rise are none of them stale`() {
        var story = handed()
        story.append("r", "a", term: 5, number: 1, sent: .seconds(2), at: .seconds(2))
        story.append("r", "a", term: 5, number: 2, sent: .seconds(4), at: .seconds(4))
        story.append("r", "b", term: 8, number: 3, sent: .seconds(11), at: .seconds(11))
        story.append("s", "a", term: 2, number: 4, sent: .seconds(11), at: .seconds(11))
        let ledger = story.analysis().ledger
        #expect(ledger.entries == 4)
        #expect(ledger.stale.isEmpty)
    }

    @Test func `An entry of the term before that comes late is stale; a fence refuses it, and the run is safe`() throws
    {
        var story = handed()
        story.fault(1, "delay", "a", target: .link, at: .seconds(9))
        story.heal(1, "delay", "a", at: .seconds(12))
        story.append("r", "b", term: 8, number: 1, sent: .seconds(11), at: .seconds(11))
        story.append("r", "a", term: 7, number: 2, sent: .milliseconds(9_900), at: .seconds(12))
        let analysis = story.analysis()
        let stale = try #require(analysis.ledger.stale.first)
        #expect(analysis.ledger.stale.count == 1)
        #expect(!stale.passesFence && !stale.refusesLeader)
        #expect(stale.newer.holder == Incarnation("b", 1))
        #expect(stale.faults.map(\.kind) == ["delay"])
        #expect(Judgement(analysis).verdict == .pass)
        let summary = Summary(analysis)
        #expect(summary.statistic("stale_writes")?.value == "1")
        #expect(summary.statistic("stale_writes_fenced")?.value == "0")
        #expect(summary.statistic("stale_writes", scope: "fault=delay")?.value == "1")
    }

    @Test func `Another leader's entry of the same term passes a fence, and the run is unsafe`() {
        var story = handed()
        story.append("r", "b", term: 8, number: 1, sent: .seconds(11), at: .seconds(11))
        story.append("r", "a", term: 8, number: 2, sent: .seconds(12), at: .seconds(12))
        story.append("r", "b", term: 8, number: 3, sent: .seconds(13), at: .seconds(13))
        let analysis = story.analysis()
        #expect(analysis.ledger.stale.map(\.passesFence) == [true])
        #expect(analysis.violations.map(\.rule) == [.fencePassed])
        #expect(Judgement(analysis).verdict == .unsafe)
    }

    @Test func `Another life of an instance is another leader`() {
        var story = handed()
        story.append("r", "b", 1, term: 8, number: 1, at: .seconds(11))
        story.append("r", "b", 2, term: 8, number: 2, at: .seconds(12))
        #expect(story.analysis().ledger.stale.map(\.passesFence) == [true])
    }

    @Test func `The numbers give the order, and what is told again counts once`() {
        var story = handed()
        story.append("r", "b", term: 8, number: 2, sent: .seconds(11), at: .seconds(11))
        story.add(.ledgerGap, at: .seconds(12), source: "ledger")
        story.append("r", "a", term: 5, number: 1, sent: .seconds(4), at: .seconds(13))
        story.append("r", "b", term: 8, number: 2, sent: .seconds(11), at: .seconds(13))
        let ledger = story.analysis().ledger
        #expect(ledger.entries == 2)
        #expect(ledger.gaps == 1)
        #expect(ledger.stale.isEmpty)
    }

    @Test func `A fence that would refuse the only leader is found, where terms fell`() {
        func rules(sent: Duration) -> [Violation.Rule] {
            var story = Story()
            story.lead("r", "a", term: 9, from: .seconds(1))
            story.demote("r", "a", term: 9, at: .seconds(3), .leaseExpired)
            story.lead("r", "b", term: 4, from: .seconds(5))
            story.renew("r", "b", firstRevision: 10, from: .seconds(6), until: .seconds(60))
            story.append("r", "a", term: 9, number: 1, sent: .seconds(2), at: .seconds(2))
            story.append("r", "b", term: 4, number: 2, sent: sent, at: .seconds(7))
            return story.analysis().violations.map(\.rule)
        }
        #expect(rules(sent: .seconds(6)) == [.fallen, .fenceRefused])
        // It was nobody's term when it was sent.
        #expect(rules(sent: .seconds(4)) == [.fallen])
    }

    @Test func `A stale entry has a row`() throws {
        var story = handed()
        story.append("r", "b", term: 8, number: 1, sent: .seconds(11), at: .seconds(11))
        story.append("r", "a", term: 5, number: 2, sent: .milliseconds(9_900), at: .seconds(12))
        let report = RunReport(Story.run(), story.history)
        let file = try #require(report.files.first { $0.name == "stale.csv" })
        let row = String(decoding: file.bytes, as: UTF8.self).split(separator: "\r\n")[1]
        #expect(
            row == "20251123T164300Z-story,42,r,2025-11-23T16:43:12.000000001Z,12000000000,9900000000,2,a,1,5,1,b,1,8,"
                + "11000000000,refuses,,"
        )
        #expect(report.finalTable(.plain).contains("2 entries; stale writes 1 without fencing, 0 with"))
    }
}
