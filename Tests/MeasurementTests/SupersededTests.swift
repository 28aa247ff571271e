import ElectionCore
import Measurement
import Testing

@Suite struct SupersededTests {
    /// `a` leads until 4 s, when its lease ends; the record of `b` is sent at `sent` and seen 2 ms later.
    private func superseded(sent: Duration, stamped: Bool = true, by instance: String = "b") -> [Superseded] {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(4), .leaseExpired)
        story.record("r", instance, revision: 2, sent: sent, at: sent + .milliseconds(2))
        if !stamped { story.entries[story.entries.count - 1].sentNs = nil }
        let analysis = story.analysis()
        #expect(analysis.safety.overlaps.isEmpty)
        #expect(analysis.violations.count == analysis.safety.superseded.count)
        return analysis.safety.superseded
    }

    @Test func `A belief that ends as its successor's record is sent is right`() {
        #expect(superseded(sent: .seconds(4)).isEmpty)
    }

    @Test func `A nanosecond of belief after the successor's record was sent is found, though nobody else believed`()
        throws
    {
        let found = try #require(superseded(sent: .seconds(4) - .nanoseconds(1)).first)
        #expect(found.span.length == .nanoseconds(1))
        #expect(found.term.holder == Incarnation("a", 1))
        #expect(found.record.holder == Incarnation("b", 1))
    }

    @Test func `A record that doesn't say when it was sent proves nothing`() {
        #expect(superseded(sent: .seconds(3), stamped: false).isEmpty)
    }

    @Test func `One's own later record replaces nobody`() {
        #expect(superseded(sent: .seconds(3), by: "a").isEmpty)
    }

    @Test func `A later life of the instance is somebody else`() {
        var story = Story()
        story.lead("r", "a", 1, term: 1, from: .seconds(1))
        story.demote("r", "a", 1, term: 1, at: .seconds(4), .leaseExpired)
        story.record("r", "a", 2, revision: 2, sent: .seconds(3), at: .seconds(3))
        #expect(story.analysis().safety.superseded.count == 1)
    }

    @Test func `The first record of somebody else counts, behind one's own renewals`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.renew("r", "a", firstRevision: 2, from: .seconds(2), until: .seconds(5))
        story.demote("r", "a", term: 1, at: .seconds(7), .leaseExpired)
        story.record("r", "b", revision: 5, sent: .milliseconds(6_999), at: .seconds(7))
        story.record("r", "b", revision: 6, sent: .seconds(8), at: .seconds(8))
        let found = story.analysis().safety.superseded
        #expect(found.map(\.record.revision) == [5])
        #expect(found.map(\.span.length) == [.milliseconds(1)])
    }

    @Test func `A record below the term's revision replaced somebody before it`() {
        var story = Story()
        story.record("r", "b", revision: 1, sent: .milliseconds(500), at: .milliseconds(500))
        story.lead("r", "a", term: 2, from: .seconds(1))
        story.demote("r", "a", term: 2, at: .seconds(4), .leaseExpired)
        // Told once more after a reconnection.
        story.record("r", "b", revision: 1, sent: .milliseconds(500), at: .seconds(3))
        #expect(story.analysis().safety.superseded.isEmpty)
    }

    @Test func `A belief that meets the successor's is told as their overlap alone`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(4), .leaseExpired)
        story.lead("r", "b", term: 2, from: .seconds(3))
        #expect(story.analysis().violations.map(\.rule) == [.overlap])
    }
}

@Suite struct ReplayTests {
    /// What the bucket keeps is told again after a reconnection at 20 s.
    private func replayed(_ story: Story) -> Story {
        var story = story
        let told = story.entries.filter { $0.kind == .revision }
        story.add(.observerLost, at: .seconds(19), source: "observer")
        for (index, entry) in told.sorted(by: { $0.revision ?? 0 < $1.revision ?? 0 }).suffix(8).enumerated() {
            var again = entry
            again.t = Story.time(.seconds(20) + .nanoseconds(index)).nanoseconds
            story.entries.append(again)
        }
        story.add(.observerSynced, at: .seconds(20) + .nanoseconds(100), source: "observer")
        return story
    }

    private func taken() -> Story {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.renew("r", "a", firstRevision: 2, from: .seconds(2), until: .seconds(6))
        story.fault(1, "partition", "a", target: .link, at: .milliseconds(5_500))
        story.demote("r", "a", term: 1, at: .seconds(8), .leaseExpired)
        story.lead("r", "b", term: 6, from: .milliseconds(8_100))
        story.renew("r", "b", firstRevision: 7, from: .seconds(9), until: .seconds(18))
        return story
    }

    @Test func `Revisions that are told twice change nothing`() {
        let once = taken().analysis()
        let twice = replayed(taken()).analysis()
        #expect(once.safety == twice.safety)
        #expect(once.failovers == twice.failovers)
        #expect(once.violations.isEmpty)
        #expect(once.failovers.count == 1)
    }

    @Test func `A promotion in a gap that the replay tells is confirmed`() {
        var story = Story()
        story.record("q", "c", revision: 1, sent: .seconds(1), at: .seconds(1))
        story.add(.observerLost, at: .seconds(2), source: "observer")
        story.lead("r", "a", term: 2, from: .seconds(3), recorded: false)
        story.record("r", "a", revision: 2, sent: .milliseconds(2_999), at: .seconds(4))
        story.record("q", "c", revision: 3, sent: .seconds(3), at: .seconds(4))
        story.add(.observerSynced, at: .seconds(4), source: "observer")
        let safety = story.analysis().safety
        #expect(safety.unconfirmed.isEmpty)
        #expect(safety.contradicted.isEmpty)
    }

    @Test func `A promotion at the end of a watch is not contradicted by older revisions that come late`() {
        var story = Story()
        story.record("q", "c", revision: 1, sent: .seconds(1), at: .seconds(1))
        story.lead("r", "a", term: 9, from: .seconds(2), recorded: false)
        // The observer's server stood still: what was written before comes more than a ttl later, and then the watch breaks.
        story.record("q", "c", revision: 2, sent: .milliseconds(1_100), at: .seconds(12))
        story.record("q", "c", revision: 3, sent: .milliseconds(1_200), at: .seconds(12))
        story.add(.observerLost, at: .seconds(13), source: "observer")
        let safety = story.analysis().safety
        #expect(safety.contradicted.isEmpty)
        #expect(safety.unconfirmed.map(\.number) == [9])
    }

    @Test func `A higher revision that comes after the bucket may have dropped the record contradicts nothing`() {
        func contradicted(at offset: Duration) -> Int {
            var story = Story()
            story.lead("r", "a", term: 2, from: .seconds(1), recorded: false)
            story.record("q", "b", revision: 50, sent: .milliseconds(500), at: offset)
            return story.analysis().safety.contradicted.count
        }
        // Its write was sent 1 ms before the acquisition: no sooner was it stored.
        #expect(contradicted(at: .milliseconds(3_999)) == 1)
        #expect(contradicted(at: .milliseconds(3_999) + .nanoseconds(1)) == 0)
    }

    @Test func `A record that was replaced before the observer came to it is not contradicted`() {
        func contradicted(replaced: Duration) -> Int {
            var story = Story()
            story.lead("r", "a", term: 2, from: .seconds(1), recorded: false)
            // Only its writer tells of the replacement.
            story.operate(.acquire, "r", "b", sent: replaced, at: .seconds(3))
            story.entries[story.entries.count - 1].revision = 3
            story.record("q", "c", revision: 4, sent: .milliseconds(500), at: .seconds(2))
            return story.analysis().safety.contradicted.count
        }
        #expect(contradicted(replaced: .seconds(2)) == 0)
        #expect(contradicted(replaced: .seconds(2) + .nanoseconds(1)) == 1)
    }

    @Test func `A lower revision that was sent after the acquisition contradicts it, one sent before doesn't`() {
        func contradicted(sent: Duration) -> Int {
            var story = Story()
            story.lead("r", "a", term: 900, from: .seconds(1), recorded: false)
            story.record("q", "b", revision: 3, sent: sent, at: .seconds(9))
            return story.analysis().safety.contradicted.count
        }
        #expect(contradicted(sent: .seconds(1) + .nanoseconds(1)) == 1)
        #expect(contradicted(sent: .seconds(1)) == 0)
    }
}
