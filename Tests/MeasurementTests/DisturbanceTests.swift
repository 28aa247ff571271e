import ElectionCore
import Measurement
import Testing

/// `a` leads role `r` as term 1 from 1 s and renews each second; the last renewal before a fault at 10 s was sent at 9.5 s, so
/// that its lease runs until 12.5 s.
private func led() -> Story {
    var story = Story()
    story.lead("r", "a", term: 1, from: .seconds(1))
    story.renew("r", "a", firstRevision: 2, from: .milliseconds(1_500), until: .seconds(10))
    return story
}

extension Story {
    /// `b` takes `r` over.
    fileprivate mutating func takeOver(term: UInt64 = 20, from: Duration = .milliseconds(12_600)) {
        suspect("r", "b", at: from - .milliseconds(50))
        lead("r", "b", term: term, from: from)
        renew("r", "b", firstRevision: term + 1, from: from + .seconds(1), until: .seconds(60))
    }
}

@Suite struct PauseTests {
    @Test func `A pause that outlasts the lease takes the role, measured from the pause`() throws {
        var story = led()
        story.fault(1, "pause", "a", at: .seconds(10))
        story.heal(1, "pause", "a", at: .seconds(14))
        story.demote("r", "a", term: 1, at: .milliseconds(12_500), .leaseExpired)
        story.takeOver()
        let analysis = story.analysis(faults: ["pause"])
        let row = try #require(analysis.failovers.first)
        #expect(analysis.failovers.count == 1)
        #expect(row.fault.kind == "pause")
        #expect(row.stages?.total == .milliseconds(2_601))
        #expect(row.floor == .milliseconds(2_500))
        #expect(row.excess == .milliseconds(101))
        #expect(analysis.tolls[1] == FaultToll(led: 1, taken: 1, kept: 0))
        #expect(analysis.falseFailovers.isEmpty)
        #expect(Judgement(analysis).verdict == .pass)
    }

    @Test func `A pause that ends before the lease takes nothing`() {
        var story = led()
        story.fault(1, "pause", "a", at: .seconds(10))
        story.heal(1, "pause", "a", at: .seconds(12))
        story.renew("r", "a", firstRevision: 20, from: .seconds(12), until: .seconds(60))
        let analysis = story.analysis(faults: ["pause"], minFaults: 1)
        #expect(analysis.failovers.isEmpty)
        #expect(analysis.tolls[1] == FaultToll(led: 1, taken: 0, kept: 1))
        #expect(analysis.hits(of: "pause") == 1)
        #expect(Judgement(analysis).verdict == .pass)
    }

    @Test func `A loss up to a ttl after a fault is charged to it, and not a nanosecond later`() {
        func failovers(healed: Duration) -> Int {
            var story = led()
            story.fault(1, "partition", "a", target: .link, at: .seconds(9))
            story.heal(1, "partition", "a", at: healed)
            story.demote("r", "a", term: 1, at: .milliseconds(12_500), .leaseExpired)
            story.takeOver()
            let analysis = story.analysis()
            #expect(analysis.falseFailovers.count == 1 - analysis.failovers.count)
            return analysis.failovers.count
        }
        #expect(failovers(healed: .milliseconds(9_500)) == 1)
        #expect(failovers(healed: .milliseconds(9_500) - .nanoseconds(1)) == 0)
    }

    @Test func `A leader that never wakes up again has lost its role all the same`() throws {
        var story = led()
        story.fault(1, "pause", "a", at: .seconds(10))
        story.takeOver()
        let row = try #require(story.analysis().failovers.first)
        #expect(row.old.ending == .expired)
        #expect(row.excess == .milliseconds(101))
    }

    @Test func `A kill of a paused leader takes the role while the lease runs, and the pause takes it after`() {
        func taker(killed: Duration) -> [String] {
            var story = led()
            story.fault(1, "pause", "a", at: .seconds(10))
            story.kill(2, "a", at: killed)
            story.takeOver()
            let analysis = story.analysis()
            #expect(analysis.tolls[1]?.kept == (analysis.failovers[0].fault.id == 1 ? 0 : 1))
            return analysis.failovers.map(\.fault.kind)
        }
        #expect(taker(killed: .milliseconds(12_400)) == ["kill"])
        #expect(taker(killed: .milliseconds(12_501)) == ["pause"])
    }

    @Test func `A stop that reaches a paused leader only after its lease took nothing`() {
        func taker(_ reason: DemotionReason) -> [String] {
            var story = led()
            story.fault(1, "pause", "a", at: .seconds(10))
            story.fault(2, FaultName.stop, "a", at: .seconds(11))
            story.demote("r", "a", term: 1, at: .milliseconds(12_500), reason)
            story.takeOver()
            return story.analysis().failovers.map(\.fault.kind)
        }
        #expect(taker(.leaseExpired) == ["pause"])
        #expect(taker(.stopped) == ["stop"])
    }

    @Test func `A role that is given up in order during a pause is kept by it`() {
        var story = led()
        story.fault(1, "delay", "a", target: .link, at: .seconds(10))
        story.demote("r", "a", term: 1, at: .seconds(11), .unhealthy, steppedDown: .seconds(11))
        story.takeOver(from: .milliseconds(11_100))
        #expect(story.analysis().failovers.isEmpty)
        #expect(story.analysis().tolls[1]?.kept == 1)
    }

    @Test func `A role that was acquired and lost under the fault was not taken by it`() {
        var story = Story()
        story.fault(1, "delay", "a", target: .link, at: .milliseconds(500))
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(4) - .milliseconds(1), .leaseExpired)
        let analysis = story.analysis()
        #expect(analysis.failovers.isEmpty)
        #expect(analysis.falseFailovers.isEmpty)
        #expect(analysis.tolls[1] == FaultToll(led: 0, taken: 0, kept: 0))
    }

    @Test func `A winner that was promoted and then lost the role has a row of its own`() {
        var story = led()
        story.kill(1, "a", at: .seconds(10))
        story.fault(2, "partition", "b", target: .link, at: .milliseconds(12_650))
        story.suspect("r", "b", at: .milliseconds(12_550))
        story.lead("r", "b", term: 20, from: .milliseconds(12_600), promoted: .milliseconds(100))
        story.demote("r", "b", term: 20, at: .milliseconds(15_599), .leaseExpired)
        story.lead("r", "c", term: 21, from: .milliseconds(15_700))
        #expect(story.analysis().failovers.map(\.fault.id) == [1, 2])
        #expect(story.analysis().failovers.map(\.new?.number) == [20, 21])
    }
}

@Suite struct LinkTests {
    @Test func `A renewal that a link open one way lets through lengthens the floor`() throws {
        var story = led()
        story.fault(1, "half-open", "a", target: .link, at: .seconds(10), detail: "from-server")
        story.operate(.renew, "r", "a", sent: .milliseconds(10_500), at: .milliseconds(11_500), outcome: .unknown)
        story.record("r", "a", revision: 15, sent: .milliseconds(10_500), at: .milliseconds(10_501))
        story.demote("r", "a", term: 1, at: .milliseconds(12_500), .leaseExpired)
        story.takeOver(from: .milliseconds(13_510))
        let row = try #require(story.analysis().failovers.first)
        #expect(row.leaseLeft == .milliseconds(2_500))
        #expect(row.floor == .milliseconds(3_500))
        #expect(row.excess == .milliseconds(11))
    }

    @Test func `What the holder sends after its term is no part of the floor`() throws {
        var story = led()
        story.fault(1, "partition", "a", target: .link, at: .seconds(10))
        story.demote("r", "a", term: 1, at: .milliseconds(12_500), .leaseExpired)
        story.record("r", "a", revision: 15, sent: .milliseconds(12_501), at: .milliseconds(12_600))
        story.takeOver(from: .milliseconds(15_700))
        #expect(try #require(story.analysis().failovers.first).floor == .milliseconds(2_500))
    }

    @Test func `The same process need not wait for its own lease, so its floor is the end of its term`() throws {
        var story = led()
        story.fault(1, "half-open", "a", target: .link, at: .seconds(10))
        story.record("r", "a", revision: 15, sent: .milliseconds(10_500), at: .milliseconds(10_501))
        story.demote("r", "a", term: 1, at: .milliseconds(12_500), .leaseExpired)
        story.lead("r", "a", term: 20, from: .milliseconds(12_600))
        let row = try #require(story.analysis().failovers.first)
        #expect(row.floor == .milliseconds(2_500))
        #expect(row.excess == .milliseconds(101))
    }

    @Test func `A fault on a link concerns every life of its instance`() {
        var story = Story()
        story.spawn("a", 2, at: .milliseconds(500))
        story.lead("r", "a", 2, term: 1, from: .seconds(1))
        story.fault(1, "partition", "a", 1, target: .link, at: .seconds(2))
        story.demote("r", "a", 2, term: 1, at: .milliseconds(3_999), .leaseExpired)
        #expect(story.analysis().falseFailovers.isEmpty)
    }

    @Test func `A pause concerns one life of its instance`() {
        var story = Story()
        story.fault(1, "pause", "a", 1, at: .milliseconds(500))
        story.lead("r", "a", 2, term: 1, from: .seconds(1))
        story.demote("r", "a", 2, term: 1, at: .milliseconds(3_999), .leaseExpired)
        #expect(story.analysis().falseFailovers.count == 1)
    }

    @Test func `Of several faults the one counts that no renewal outlived`() {
        func taker(_ story: Story) -> [String] {
            var story = story
            story.demote("r", "a", term: 1, at: .milliseconds(12_500), .leaseExpired)
            story.takeOver()
            return story.analysis().failovers.map(\.fault.kind)
        }
        var harmlessBefore = led()
        harmlessBefore.fault(1, "delay", "a", target: .link, at: .seconds(5))
        harmlessBefore.fault(2, "partition", "a", target: .link, at: .seconds(10))
        #expect(taker(harmlessBefore) == ["partition"])

        var harmlessAfter = led()
        harmlessAfter.fault(1, "partition", "a", target: .link, at: .seconds(10))
        harmlessAfter.fault(2, "delay", "a", target: .link, at: .seconds(11))
        #expect(taker(harmlessAfter) == ["partition"])

        // Both had let a renewal through.
        var both = led()
        both.fault(1, "slow", "a", target: .link, at: .seconds(4))
        both.fault(2, "delay", "a", target: .link, at: .seconds(5))
        #expect(taker(both) == ["delay"])
    }
}

@Suite struct SeveralVictimsTests {
    private func restarted() -> Story {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.lead("s", "b", term: 2, from: .seconds(1))
        for (index, instance) in ["a", "b"].enumerated() {
            story.fault(7, FaultName.restartAll, instance, target: .instance, at: .seconds(2) + .milliseconds(index))
            story.exit(instance, at: .milliseconds(2_010 + index), status: "signal 9")
        }
        story.add(.faultSkipped, at: .milliseconds(2_002)) {
            $0.faultId = 7
            $0.fault = FaultName.restartAll
            $0.instance = "c"
            $0.instanceIncarnation = 1
        }
        story.endFault(7, FaultName.restartAll, "a", 2, at: .seconds(3))
        story.endFault(7, FaultName.restartAll, "b", 2, at: .milliseconds(3_500))
        story.lead("r", "b", 2, term: 5, from: .milliseconds(4_100))
        story.lead("s", "a", 2, term: 6, from: .milliseconds(4_200))
        return story
    }

    @Test func `A fault of several victims is one fault with a life's end for each`() throws {
        let faults = FaultRecord.all(restarted().history)
        let fault = try #require(faults.first)
        #expect(faults.count == 1)
        #expect(fault.victims.map(\.name) == ["a", "b", "c"])
        #expect(fault.hit.map(\.name) == ["a", "b"])
        #expect(fault.ended == Story.time(.milliseconds(3_500)))
        let lives = Lives(restarted().history)
        #expect(lives.deaths[Incarnation("b", 1)] == Story.time(.milliseconds(2_001) + .microseconds(100)))
    }

    @Test func `Each victim's roles are measured from its own instant`() {
        let analysis = restarted().analysis()
        #expect(analysis.failovers.map(\.fault.id) == [7, 7])
        #expect(analysis.failovers.map(\.stages?.total) == [.milliseconds(2_101), .milliseconds(2_200)])
        #expect(analysis.tolls[7] == FaultToll(led: 2, taken: 2, kept: 0))
        #expect(analysis.hits(of: FaultName.restartAll) == 1)
    }

    @Test func `The table of faults names them all in one row`() throws {
        let report = RunReport(Story.run(), restarted().history)
        let file = try #require(report.files.first { $0.name == "faults.csv" })
        let row = String(decoding: file.bytes, as: UTF8.self).split(separator: "\r\n")[1]
        #expect(row.contains(",7,restart-all,instance,a;b;c,1;1;,,"))
        #expect(row.hasSuffix(",2,2,0,3500000000,applied"))
    }

    @Test func `A history from before there were targets is one of faults on instances`() throws {
        var story = Story()
        story.kill(1, "a", at: .seconds(1))
        #expect(FaultRecord.all(story.history).map(\.target) == [.instance])
        #expect(FaultRecord.all(story.history).map(\.effect) == [.kills])
    }
}
