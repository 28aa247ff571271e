import ElectionCore
import Measurement
import Testing

/// `a` leads role `r` as term 1 from 1 s; its last renewal before a fault at 10 s was sent at 9.5 s. Followers are told of lost
/// connections.
private func led() -> Story {
    var story = Story()
    story.lead("r", "a", term: 1, from: .seconds(1))
    story.renew("r", "a", firstRevision: 2, from: .milliseconds(1_500), until: .seconds(10))
    return story
}

extension Story {
    fileprivate mutating func takeOver(_ instance: String = "b", from: Duration) {
        suspect("r", instance, at: from - .milliseconds(1))
        lead("r", instance, term: 20, from: from)
        renew("r", instance, firstRevision: 21, from: from + .seconds(1), until: .seconds(60))
    }

    fileprivate func only() throws -> Failover {
        let failovers = analysis(detector: .connection).failovers
        try #require(failovers.count == 1)
        return failovers[0]
    }
}

@Suite struct LostConnectionTests {
    @Test func `A leader whose connection is reset bounds its successor by the end of its belief`() throws {
        var story = led()
        story.fault(1, "reset", "a", target: .link, at: .seconds(10))
        story.heal(1, "reset", "a", at: .milliseconds(10_001))
        story.demote("r", "a", term: 1, at: .milliseconds(10_002), .disconnected)
        story.takeOver(from: .milliseconds(10_004))
        let row = try story.only()
        #expect(row.fault.kind == "reset")
        #expect(row.floor == .milliseconds(2))
        #expect(row.excess == .milliseconds(3))
        #expect(story.analysis(detector: .connection).falseFailovers.isEmpty)
    }

    @Test func `A leader that alone is not told of its closed connection keeps nobody waiting`() throws {
        var story = led()
        story.fault(1, "drop-server-side", "a", target: .link, at: .seconds(10))
        story.takeOver(from: .milliseconds(10_005))
        story.demote("r", "a", term: 1, at: .milliseconds(12_470), .leaseExpired)
        let row = try story.only()
        #expect(row.floor == .zero)
        #expect(row.excess == .milliseconds(6))
        #expect(row.overlap == .milliseconds(2_465))
    }

    @Test func `A paused leader bounds it by its lease, in either mode`() throws {
        var story = led()
        story.fault(1, "pause", "a", at: .seconds(10))
        story.heal(1, "pause", "a", at: .seconds(14))
        // A holder counts a little less than a lease, for clocks that drift: its followers can't.
        story.demote("r", "a", term: 1, at: .milliseconds(12_470), .leaseExpired)
        story.takeOver(from: .milliseconds(12_510))
        #expect(try story.only().floor == .milliseconds(2_500))
        #expect(try #require(story.analysis().failovers.first).floor == .milliseconds(2_500))
    }

    @Test func `A leader that is cut off and gives up before its lease ends bounds it by then`() throws {
        var story = led()
        story.fault(1, "partition", "a", target: .link, at: .seconds(10))
        story.demote("r", "a", term: 1, at: .milliseconds(11_200), .disconnected)
        story.takeOver(from: .milliseconds(12_510))
        #expect(try story.only().floor == .milliseconds(1_200))
    }

    @Test func `Leaders that give up with their server are measured against its return`() throws {
        func floor(lost: Duration, promoted: Duration = .milliseconds(11_050)) throws -> Duration? {
            var story = led()
            story.fault(1, "server-kill", "server-1", nil, target: .server, at: .seconds(10))
            story.outage(lost, .seconds(11))
            story.heal(1, "server-kill", "server-1", at: .seconds(11))
            story.demote("r", "a", term: 1, at: .milliseconds(10_002), .disconnected)
            story.takeOver(from: promoted)
            return try story.only().floor
        }
        #expect(try floor(lost: .milliseconds(10_001)) == .seconds(1))
        // The driver's probe may notice it later than the leaders.
        #expect(try floor(lost: .milliseconds(10_080)) == .seconds(1))
        // Another server had taken the role's write before the store was out.
        #expect(try floor(lost: .milliseconds(10_080), promoted: .milliseconds(10_010)) == .milliseconds(2))
    }

    @Test func `A killed leader has no floor but the store's return`() throws {
        var story = led()
        story.outage(.milliseconds(9_900), .milliseconds(10_100))
        story.kill(1, "a", at: .seconds(10))
        story.takeOver(from: .milliseconds(10_104))
        #expect(try story.only().excess == .milliseconds(5))
    }

    @Test func `A killed leader is dead once somebody knows that its connection is closed, if not before`() {
        func death(heard: Duration, revision: UInt64 = 10) -> Timestamp? {
            var story = led()
            story.kill(1, "a", at: .seconds(10))
            story.add(.suspected, at: heard, source: "b", incarnation: 1) {
                $0.role = "r"
                $0.revision = revision
                $0.reason = VacancyReason.disconnected.rawValue
            }
            return Lives(story.history).deaths[Incarnation("a", 1)]
        }
        let returned = Story.time(.seconds(10) + .microseconds(100))
        let early = Duration.seconds(10) + .microseconds(60)
        #expect(death(heard: early) == Story.time(early))
        #expect(death(heard: .milliseconds(10_003)) == returned)
        // What was heard before the kill was another connection of it.
        #expect(death(heard: .milliseconds(9_999)) == returned)
        // Somebody else's record.
        #expect(death(heard: early, revision: 99) == returned)
    }

    @Test func `A connection that is lost without a fault is a false failover`() {
        var story = led()
        story.demote("r", "a", term: 1, at: .seconds(11), .disconnected)
        #expect(story.analysis(detector: .connection).falseFailovers.map(\.reason) == ["disconnected"])
        #expect(story.analysis(detector: .connection).handovers.isEmpty)
    }
}

@Suite struct LostRaceTests {
    /// `b` takes over from `a`, who is killed at 10 s; `c` tries at `tried`, having found the role vacant at `found`.
    private func raced(found: Duration, tried: Duration, outcome: OperationOutcome = .lost) -> [Int] {
        var story = led()
        story.kill(1, "a", at: .seconds(10))
        story.takeOver(from: .milliseconds(10_005))
        story.suspect("r", "c", at: found)
        story.operate(.acquire, "r", "c", sent: tried, at: tried + .milliseconds(2), outcome: outcome)
        return story.analysis(detector: .connection).failovers.map(\.lostRaces)
    }

    @Test func `Who found the role vacant before the promotion and came too late has lost a race`() {
        #expect(raced(found: .seconds(10), tried: .milliseconds(10_004)) == [1])
        #expect(raced(found: .milliseconds(10_006), tried: .milliseconds(10_009)) == [1])
    }

    @Test func `Who found it vacant at another time raced for something else`() {
        #expect(raced(found: .milliseconds(9_999), tried: .milliseconds(10_004)) == [0])
        #expect(raced(found: .milliseconds(10_007), tried: .milliseconds(10_009)) == [0])
    }

    @Test func `Only an acquisition that somebody else's write beat is a lost race`() {
        #expect(raced(found: .milliseconds(10_001), tried: .milliseconds(10_004), outcome: .error) == [0])
        #expect(raced(found: .milliseconds(10_001), tried: .milliseconds(10_004), outcome: .unknown) == [0])
    }

    @Test func `The summary divides lost races by failovers, of each kind and of all`() throws {
        var story = led()
        story.kill(1, "a", at: .seconds(10))
        story.takeOver(from: .milliseconds(10_005))
        for (index, instance) in ["a", "c", "c"].enumerated() {
            let sent = Duration.milliseconds(10_002 + index)
            story.operate(.acquire, "r", instance, 2, sent: sent, at: sent + .milliseconds(1), outcome: .lost)
        }
        story.fault(2, FaultName.stop, "b", at: .seconds(20))
        story.demote("r", "b", term: 20, at: .seconds(20), .stopped, steppedDown: .seconds(20))
        story.lead("r", "c", term: 30, from: .milliseconds(20_001))
        let summary = RunReport(Story.run(), story.history).summary
        func value(_ scope: String) -> String? { summary.statistic("lost_races_per_failover", scope: scope)?.value }
        #expect(value("fault=kill") == "3.000")
        #expect(value("fault=stop") == "0.000")
        #expect(value("") == "1.500")
    }
}
