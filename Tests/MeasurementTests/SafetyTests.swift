import ElectionCore
import Measurement
import Testing

@Suite struct OverlapTests {
    private func overlaps(secondFrom: Duration) -> [Overlap] {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(5), .leaseExpired)
        story.lead("r", "b", term: 2, from: secondFrom)
        return Overlap.all(story.terms)
    }

    @Test func `One nanosecond with two leaders is an overlap`() throws {
        let found = overlaps(secondFrom: .seconds(5) - .nanoseconds(1))
        let overlap = try #require(found.first)
        #expect(found.count == 1)
        #expect(overlap.span.length == .nanoseconds(1))
        #expect(overlap.first.holder == Incarnation("a", 1))
        #expect(overlap.second.holder == Incarnation("b", 1))
    }

    @Test func `Beliefs that touch are no overlap`() {
        #expect(overlaps(secondFrom: .seconds(5)).isEmpty)
    }

    @Test func `A long belief overlaps each of the short ones within it`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(20))
        for (index, instance) in ["b", "c"].enumerated() {
            story.lead("r", instance, term: UInt64(index + 2), from: .seconds(5 * index + 5))
            story.demote("r", instance, term: UInt64(index + 2), at: .seconds(5 * index + 6))
        }
        #expect(Overlap.all(story.terms).map(\.second.holder.instance) == ["b", "c"])
    }

    @Test func `Leaders of different roles don't overlap, and a process not with itself`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.believe(["r": 1], "a", at: .seconds(9))
        story.lead("r", "a", term: 2, from: .seconds(5))
        story.lead("s", "b", term: 3, from: .seconds(1))
        #expect(Overlap.all(story.terms).isEmpty)
    }
}

@Suite struct StoreConfirmationTests {
    @Test func `Terms that rise and that the store shows are safe`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(5))
        story.lead("r", "b", term: 2, from: .seconds(6))
        let safety = story.analysis().safety
        #expect(safety.terms == 2)
        #expect(safety.fallen.isEmpty)
        #expect(safety.contradicted.isEmpty)
        #expect(safety.unconfirmed.isEmpty)
    }

    @Test func `A term not above all earlier ones of its role is found`() {
        var story = Story()
        for (index, number) in [5, 3, 5, 6].enumerated() {
            story.lead("r", "a", Int64(index), term: UInt64(number), from: .seconds(index * 5))
            story.demote("r", "a", Int64(index), term: UInt64(number), at: .seconds(index * 5 + 1))
        }
        let fallen = story.analysis().safety.fallen
        #expect(fallen.map(\.later.number) == [3, 5])
        #expect(fallen.map(\.earlier.number) == [5, 5])
    }

    @Test func `A term whose revision is somebody else's record is contradicted`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1), recorded: false)
        story.record("r", "b", revision: 1, sent: .seconds(1), at: .seconds(1))
        #expect(story.analysis().safety.contradicted.map(\.number) == [1])
    }

    @Test func `A term whose revision is the record of another life of the instance is contradicted`() {
        var story = Story()
        story.lead("r", "a", 2, term: 1, from: .seconds(1), recorded: false)
        story.record("r", "a", 1, revision: 1, sent: .seconds(1), at: .seconds(1))
        #expect(story.analysis().safety.contradicted.count == 1)
    }

    @Test func `A term whose revision is a delete marker or another role's is contradicted`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1), recorded: false)
        story.add(.revision, at: .seconds(1), source: "observer") {
            $0.role = "r"
            $0.revision = 1
            $0.value = "marker"
        }
        story.lead("s", "a", term: 2, from: .seconds(2), recorded: false)
        story.record("q", "a", revision: 2, sent: .seconds(2), at: .seconds(2))
        #expect(story.analysis().safety.contradicted.map(\.role) == ["r", "s"])
    }

    @Test func `A revision that a whole watch passed over is contradicted`() {
        var story = Story()
        story.lead("r", "a", term: 2, from: .seconds(1), recorded: false)
        story.record("q", "b", revision: 3, sent: .seconds(1), at: .seconds(1) + .milliseconds(2))
        #expect(story.analysis().safety.contradicted.map(\.number) == [2])
    }

    @Test func `A revision that never came though the watch went on for a ttl is contradicted`() {
        var story = Story()
        story.lead("r", "a", term: 900, from: .seconds(1), recorded: false)
        story.record("q", "b", revision: 3, sent: .seconds(5), at: .seconds(5))
        #expect(story.analysis().safety.contradicted.map(\.number) == [900])
    }

    @Test func `A promotion while the observer was blind is unconfirmed`() {
        var story = Story()
        story.record("q", "b", revision: 1, sent: .seconds(1), at: .seconds(1))
        story.add(.observerLost, at: .seconds(2), source: "observer")
        story.lead("r", "a", term: 2, from: .seconds(3), recorded: false)
        story.add(.observerSynced, at: .seconds(4), source: "observer")
        story.record("q", "b", revision: 9, sent: .seconds(9), at: .seconds(9))
        let safety = story.analysis().safety
        #expect(safety.contradicted.isEmpty)
        #expect(safety.unconfirmed.map(\.number) == [2])
    }

    @Test func `A promotion before the observer's watch stood is unconfirmed`() {
        var story = Story(observed: false)
        story.lead("r", "a", term: 2, from: .seconds(1), recorded: false)
        story.add(.observerSynced, at: .seconds(2), source: "observer")
        story.record("q", "b", revision: 9, sent: .seconds(9), at: .seconds(9))
        #expect(story.analysis().safety.unconfirmed.map(\.number) == [2])
    }

    @Test func `A promotion after the observer's last word is unconfirmed, but not held against a run that stops`() {
        var story = Story()
        story.record("q", "b", revision: 1, sent: .seconds(1), at: .seconds(1))
        story.lead("r", "a", term: 2, from: .seconds(59), recorded: false)
        story.lead("s", "a", term: 3, from: .milliseconds(60_500), recorded: false)
        let safety = story.analysis().safety
        #expect(safety.contradicted.isEmpty)
        #expect(safety.unconfirmed.map(\.number) == [2])
    }

    @Test func `A term that has no acquired, only a promotion, is checked, too`() {
        var story = Story()
        story.add(.promoted, at: .seconds(1), source: "a", incarnation: 1) {
            $0.role = "r"
            $0.term = 2
        }
        story.record("q", "b", revision: 3, sent: .milliseconds(900), at: .seconds(2))
        #expect(story.analysis().safety.contradicted.map(\.number) == [2])
    }
}
