import ElectionCore
import Measurement
import Testing

@Suite struct FailoverTests {
    /// `a` leads from 1 s and renews at 9.5 s; it is killed at 10 s; `b` takes over.
    private func killed(from acquired: Duration = .milliseconds(12_600)) -> Story {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.operate(.renew, "r", "a", sent: .milliseconds(9_500), at: .milliseconds(9_501))
        story.record("r", "a", revision: 7, sent: .milliseconds(9_500), at: .milliseconds(9_501))
        story.kill(1, "a", at: .seconds(10), due: .milliseconds(9_998))
        story.suspect("r", "c", at: .milliseconds(12_510))
        story.suspect("r", "b", at: .milliseconds(12_520))
        story.lead("r", "b", term: 8, from: acquired)
        return story
    }

    @Test func `A killed leader's role is failed over in stages that add up`() throws {
        let rows = killed().analysis().failovers
        let row = try #require(rows.first)
        #expect(rows.count == 1)
        #expect(row.outcome == .promoted)
        #expect(row.old.number == 1)
        #expect(row.new?.number == 8)
        let stages = try #require(row.stages)
        #expect(stages.detect == .milliseconds(2_520))
        #expect(stages.acquire == .milliseconds(80))
        #expect(stages.promote == .milliseconds(1))
        #expect(stages.total == .milliseconds(2_601))
        #expect(row.leaseLeft == .milliseconds(2_500))
        #expect(row.excess == .milliseconds(101))
        #expect(row.overlap == .zero)
        #expect(row.leaderless == .milliseconds(2_600) - .microseconds(100))
        #expect(row.driverLate == .milliseconds(2))
    }

    @Test func `Stages add up as text whatever their nanoseconds are`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.kill(1, "a", at: .seconds(2))
        story.suspect("r", "b", at: .seconds(3) + .nanoseconds(400))
        story.lead("r", "b", term: 2, from: .seconds(4) + .nanoseconds(800), promoted: .nanoseconds(1_400))
        let stages = try #require(story.analysis().failovers.first?.stages)
        #expect(stages.total == .seconds(2) + .microseconds(2))
        #expect(stages.detect == .seconds(1))
        #expect(stages.acquire == .seconds(1) + .microseconds(1))
        #expect(stages.promote == .microseconds(1))
    }

    @Test func `A winner without a suspicion after the fault has no stages but the last`() throws {
        var story = Story()
        story.suspect("r", "b", at: .milliseconds(500))
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.kill(1, "a", at: .seconds(2))
        story.lead("r", "b", term: 2, from: .seconds(4))
        let stages = try #require(story.analysis().failovers.first?.stages)
        #expect(stages.detect == nil)
        #expect(stages.acquire == nil)
        #expect(stages.promote == .milliseconds(1))
        #expect(stages.total == .milliseconds(2_001))
    }

    @Test func `Every role that the victim led has a row, and no other`() {
        var story = Story()
        for (index, role) in ["r2", "r1", "r3"].enumerated() {
            story.lead(role, index < 2 ? "a" : "b", term: UInt64(index + 1), from: .seconds(1))
        }
        story.kill(4, "a", at: .seconds(2))
        #expect(story.analysis().failovers.map(\.old.role) == ["r1", "r2"])
    }

    @Test func `A role that had left the victim before the fault is not taken from it`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .milliseconds(1_999), .superseded)
        story.kill(1, "a", at: .seconds(2))
        #expect(story.analysis().failovers.isEmpty)
    }

    @Test func `A role that nobody leads again is lost`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.kill(1, "a", at: .seconds(2))
        story.lead("r", "b", term: 2, from: .seconds(60) + .milliseconds(100))
        let row = try #require(story.analysis().failovers.first)
        #expect(row.outcome == .lost)
        #expect(row.stages == nil)
        #expect(row.excess == nil)
        #expect(row.leaderless == .seconds(58) - .microseconds(100))
    }

    @Test func `A stop counts from the signal and its floor is nothing`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.fault(1, FaultName.stop, "a", at: .seconds(2))
        // A renewal after the signal is no lease at the signal.
        story.record("r", "a", revision: 2, sent: .milliseconds(2_001), at: .milliseconds(2_001))
        story.demote("r", "a", term: 1, at: .milliseconds(2_002), .stopped, steppedDown: .milliseconds(2_003))
        story.exit("a", at: .milliseconds(2_010))
        story.suspect("r", "b", at: .milliseconds(2_004))
        story.lead("r", "b", term: 3, from: .milliseconds(2_006))
        let analysis = story.analysis()
        let row = try #require(analysis.failovers.first)
        #expect(row.stages?.total == .milliseconds(7))
        #expect(row.excess == .milliseconds(7))
        #expect(row.leaseLeft == .milliseconds(1_999))
        #expect(row.leaderless == .milliseconds(4))
        #expect(analysis.handovers.map(\.gap) == [.milliseconds(4)])
    }

    @Test func `A second fault before the winner's callback lengthens the first one's row`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.kill(1, "a", at: .seconds(2))
        story.suspect("r", "b", at: .seconds(4))
        story.lead("r", "b", term: 2, from: .seconds(5), promoted: nil)
        story.kill(2, "b", at: .seconds(6))
        story.suspect("r", "c", at: .seconds(8))
        story.lead("r", "c", term: 3, from: .seconds(9))
        let rows = story.analysis().failovers
        let row = try #require(rows.first)
        #expect(rows.map(\.fault.id) == [1])
        #expect(row.new?.holder == Incarnation("c", 1))
        #expect(row.stages?.total == .milliseconds(7_001))
        // b believed for a second in between.
        #expect(row.leaderless == .seconds(6) - .microseconds(200))
    }

    @Test func `A second fault after the winner's callback makes a row of its own`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.kill(1, "a", at: .seconds(2))
        story.lead("r", "b", term: 2, from: .seconds(5))
        story.kill(2, "b", at: .seconds(6))
        story.lead("r", "c", term: 3, from: .seconds(9))
        #expect(story.analysis().failovers.map(\.fault.id) == [1, 2])
        #expect(story.analysis().failovers.map(\.new?.number) == [2, 3])
    }

    @Test func `The driver's own lateness between fault and promotion is charged to the row`() throws {
        var story = killed()
        func late(_ offset: Duration, by length: Duration) {
            story.add(.late, at: offset) { $0.lateNs = length.nanoseconds }
        }
        late(.milliseconds(12_700), by: .milliseconds(100))
        late(.milliseconds(12_702), by: .milliseconds(100))
        late(.milliseconds(20_000), by: .milliseconds(900))
        late(.milliseconds(9_990), by: .milliseconds(900))
        #expect(try #require(story.analysis().failovers.first).driverLate == .milliseconds(100))
    }

    @Test func `An overlap of old and new leader stands in the row`() throws {
        let row = try #require(killed(from: .seconds(10) + .nanoseconds(99_999)).analysis().failovers.first)
        #expect(row.overlap == .nanoseconds(1))
        #expect(row.leaderless == .zero)
    }

    @Test func `The connection detector has no floor`() throws {
        let row = try #require(killed().analysis(detector: .connection).failovers.first)
        #expect(row.excess == .milliseconds(2_601))
    }
}

@Suite struct HandoverTests {
    @Test func `A gap runs from the finished callback to the next promotion`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(2), .unhealthy, steppedDown: .milliseconds(2_500))
        story.lead("r", "b", term: 2, from: .milliseconds(2_600))
        let rows = story.analysis().handovers
        #expect(rows.map(\.cause) == ["unhealthy"])
        #expect(rows.map(\.gap) == [.milliseconds(101)])
        #expect(rows.map(\.new?.number) == [2])
    }

    @Test func `A demotion that was not in order is no handover`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(2), .leaseExpired, steppedDown: .milliseconds(2_500))
        #expect(story.analysis().handovers.isEmpty)
    }

    @Test func `What is given up while the run stops is no handover`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(60), .stopped, steppedDown: .milliseconds(60_001))
        #expect(story.analysis().handovers.isEmpty)
    }

    @Test func `A role given up and not taken has no gap`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(2), .stopped, steppedDown: .milliseconds(2_500))
        let row = try #require(story.analysis().handovers.first)
        #expect(row.gap == nil)
        #expect(row.new == nil)
    }
}

@Suite struct FalseFailoverTests {
    private func falseFailovers(_ reason: DemotionReason, at offset: Duration) -> [FalseFailover] {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.fault(1, "pause", "a", at: .seconds(10))
        story.endFault(1, "pause", "a", 1, at: .seconds(20))
        story.demote("r", "a", term: 1, at: offset, reason)
        return story.analysis().falseFailovers
    }

    @Test func `A leader that loses its role without a fault is counted`() {
        #expect(falseFailovers(.leaseExpired, at: .seconds(5)).map(\.reason) == ["lease_expired"])
        #expect(falseFailovers(.leaseExpired, at: .seconds(23) + .nanoseconds(1)).count == 1)
    }

    @Test func `A demotion during the fault, in order, or while the run stops is not`() {
        #expect(falseFailovers(.leaseExpired, at: .seconds(15)).isEmpty)
        #expect(falseFailovers(.leaseExpired, at: .seconds(23)).isEmpty)
        #expect(falseFailovers(.stopped, at: .seconds(5)).isEmpty)
        #expect(falseFailovers(.leaseExpired, at: .milliseconds(60_500)).isEmpty)
    }
}
