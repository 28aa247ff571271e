import ElectionCore
import Measurement
import Testing

/// `a` leads `r`, `b` leads `s`; both renewed at 9.5 s and the server is killed at 10 s.
private func struck() -> Story {
    var story = Story()
    story.lead("r", "a", term: 1, from: .seconds(1))
    story.lead("s", "b", term: 2, from: .seconds(1))
    story.renew("r", "a", firstRevision: 100, from: .milliseconds(1_500), until: .seconds(10))
    story.renew("s", "b", firstRevision: 200, from: .milliseconds(1_500), until: .seconds(10))
    story.fault(1, "server-kill", "server-1", nil, target: .server, at: .seconds(10))
    return story
}

extension Story {
    fileprivate mutating func back(at ready: Duration) {
        heal(1, "server-kill", "server-1", at: ready - .milliseconds(100))
        outage(.milliseconds(9_990), ready)
    }

    fileprivate mutating func renewBoth(from: Duration) {
        renew("r", "a", firstRevision: 300, from: from, until: .seconds(60))
        renew("s", "b", firstRevision: 400, from: from, until: .seconds(60))
    }
}

@Suite struct OutageTests {
    @Test func `Leaders whose leases outlive an outage keep their roles and nothing has to recover`() throws {
        var story = struck()
        story.back(at: .milliseconds(11_200))
        story.renewBoth(from: .milliseconds(11_210))
        let analysis = story.analysis(roles: ["r", "s"], faults: ["server-kill"], minFaults: 1)
        let outage = try #require(analysis.outages.first)
        #expect(analysis.outages.count == 1)
        #expect(outage.faults.map(\.id) == [1])
        #expect(outage.kind == "server-kill")
        #expect(outage.store.span.length == .milliseconds(1_210))
        #expect(outage.store.leader == "server-1")
        #expect(outage.recovery == .zero)
        #expect([outage.ledBefore, outage.kept, outage.backToSame, outage.moved, outage.lost] == [2, 2, 0, 0, 0])
        #expect(analysis.tolls[1] == FaultToll(led: 2, taken: 0, kept: 2))
        #expect(analysis.failovers.isEmpty)
        #expect(Judgement(analysis).verdict == .pass)
    }

    @Test func `Roles whose leases ran out count as back, moved or lost, and recovery runs to the last of them`() throws
    {
        var story = struck()
        story.back(at: .seconds(14))
        for (role, instance, term) in [("r", "a", UInt64(1)), ("s", "b", 2)] {
            story.demote(role, instance, term: term, at: .milliseconds(12_500), .leaseExpired)
        }
        story.lead("r", "a", term: 500, from: .milliseconds(14_050))
        story.lead("s", "c", term: 501, from: .milliseconds(14_120))
        story.renew("r", "a", firstRevision: 600, from: .seconds(15), until: .seconds(60))
        story.renew("s", "c", firstRevision: 700, from: .seconds(15), until: .seconds(60))
        let analysis = story.analysis(roles: ["r", "s"])
        let outage = try #require(analysis.outages.first)
        #expect(outage.recovery == .milliseconds(120))
        #expect([outage.ledBefore, outage.kept, outage.backToSame, outage.moved, outage.lost] == [2, 0, 1, 1, 0])
        #expect(analysis.tolls[1] == FaultToll(led: 2, taken: 2, kept: 0))
        // The leases had run out by then, so the store's return is the floor.
        #expect(analysis.failovers.map(\.floor) == [.seconds(4), .seconds(4)])
        #expect(analysis.failovers.map(\.excess) == [.milliseconds(51), .milliseconds(121)])
        #expect(analysis.failovers.map(\.storeOut) == [.seconds(4), .seconds(4)])
        #expect(analysis.falseFailovers.isEmpty)
    }

    @Test func `A lease that runs out after the return, before a renewal got through, was lost to the outage`() throws {
        var story = struck()
        story.back(at: .milliseconds(12_400))
        story.renew("r", "a", firstRevision: 300, from: .milliseconds(12_410), until: .seconds(60))
        story.demote("s", "b", term: 2, at: .milliseconds(12_500), .leaseExpired)
        let unled = story.analysis(roles: ["r", "s"]).outages.first
        #expect(unled?.recovery == nil)
        #expect(unled?.lost == 1)
        story.lead("s", "b", term: 501, from: .milliseconds(12_530))
        let outage = try #require(story.analysis(roles: ["r", "s"]).outages.first)
        #expect(outage.recovery == .milliseconds(130))
        #expect([outage.kept, outage.backToSame] == [1, 1])
        let row = try #require(story.analysis(roles: ["r", "s"]).failovers.first)
        #expect(row.floor == .milliseconds(2_500))
        #expect(row.storeOut == .milliseconds(2_400))
    }

    @Test func `The floor is the store's return only where the store was out at the end of the lease`() throws {
        func floor(ready: Duration) throws -> Duration? {
            var story = struck()
            story.back(at: ready)
            story.demote("r", "a", term: 1, at: .milliseconds(12_500), .leaseExpired)
            story.lead("r", "b", term: 500, from: .milliseconds(12_600))
            return try #require(story.analysis(roles: ["r", "s"]).failovers.first).floor
        }
        #expect(try floor(ready: .milliseconds(12_500)) == .milliseconds(2_500))
        #expect(try floor(ready: .milliseconds(12_500) + .microseconds(1)) == .milliseconds(2_500) + .microseconds(1))
    }

    @Test func `A role that a kill takes after the return was kept by the outage`() throws {
        var story = struck()
        story.back(at: .milliseconds(11_200))
        story.renewBoth(from: .milliseconds(11_210))
        story.kill(2, "a", at: .milliseconds(11_300))
        story.lead("r", "b", term: 500, from: .milliseconds(14_300))
        let analysis = story.analysis(roles: ["r", "s"])
        #expect(analysis.outages.map(\.kept) == [2])
        #expect(analysis.outages.map(\.recovery) == [.zero])
        #expect(analysis.failovers.map(\.fault.kind) == ["kill"])
        #expect(analysis.tolls[1]?.kept == 2)
    }

    @Test func `A fault on servers reaches as far as the outage that it made`() {
        var story = struck()
        // The servers run again at 10.5 s, but have no leader before 17 s.
        story.heal(1, "server-kill", "server-1", at: .milliseconds(10_500))
        story.outage(.milliseconds(9_990), .seconds(17))
        story.renew("r", "a", firstRevision: 300, from: .milliseconds(11_000), until: .milliseconds(11_500))
        story.demote("r", "a", term: 1, at: .seconds(14), .leaseExpired)
        story.lead("r", "a", term: 500, from: .milliseconds(17_010))
        story.renew("r", "a", firstRevision: 600, from: .seconds(18), until: .seconds(60))
        let analysis = story.analysis(roles: ["r", "s"])
        #expect(analysis.failovers.map(\.old.role) == ["r", "s"])
        #expect(analysis.failovers.allSatisfy { $0.fault.kind == "server-kill" })
        #expect(analysis.falseFailovers.isEmpty)
    }

    @Test func `An outage without a fault has a row and explains lost leases, up to a ttl later`() {
        func falseFailovers(at offset: Duration) -> Int {
            var story = Story()
            story.lead("r", "a", term: 1, from: .seconds(1))
            story.renew("r", "a", firstRevision: 100, from: .seconds(2), until: .seconds(10))
            story.renew("r", "a", firstRevision: 120, from: .seconds(12), until: .seconds(14))
            story.outage(.seconds(10), .seconds(12))
            story.demote("r", "a", term: 1, at: offset, .leaseExpired)
            #expect(story.analysis().outages.map(\.kind) == ["none"])
            return story.analysis().falseFailovers.count
        }
        #expect(falseFailovers(at: .seconds(15)) == 0)
        #expect(falseFailovers(at: .seconds(15) + .nanoseconds(1)) == 1)
    }

    @Test func `An outage that lasts to the end has no recovery, and a repeated loss is one outage`() throws {
        var story = struck()
        story.outage(.seconds(10), nil)
        story.outage(.seconds(11), nil)
        let outage = try #require(story.analysis(roles: ["r", "s"]).outages.first)
        #expect(!outage.store.isOver)
        #expect(outage.recovery == nil)
        #expect(story.analysis().outages.count == 1)
    }

    @Test func `A write that is acknowledged before the probe comes round ends the outage`() throws {
        func out(sent: Duration, answered: Duration) throws -> Duration {
            var story = struck()
            story.back(at: .milliseconds(11_200))
            story.operate(.renew, "r", "a", sent: sent, at: answered)
            return try #require(story.analysis(roles: ["r", "s"]).outages.first).store.span.length
        }
        #expect(try out(sent: .milliseconds(11_150), answered: .milliseconds(11_151)) == .milliseconds(1_161))
        // Sent before the server was hit, whenever its writer came to read the answer.
        #expect(try out(sent: .milliseconds(9_995), answered: .milliseconds(10_500)) == .milliseconds(1_210))
        #expect(try out(sent: .milliseconds(11_150), answered: .milliseconds(11_201)) == .milliseconds(1_210))
    }

    @Test func `The store's first readiness is no outage`() {
        var story = Story()
        story.add(.storeReady, at: .seconds(-15)) { $0.server = "server-1" }
        #expect(story.analysis().outages.isEmpty)
    }

    @Test func `A fault on servers hits if anybody led`() {
        var story = Story()
        story.fault(1, "server-pause", "server-1", nil, target: .server, at: .seconds(1))
        #expect(story.analysis().hits(of: "server-pause") == 0)
        story.lead("r", "c", term: 1, from: .milliseconds(500))
        #expect(story.analysis().hits(of: "server-pause") == 1)
    }

    @Test func `The outages' table tells the store's part apart from the election's`() throws {
        var story = struck()
        story.back(at: .milliseconds(11_200))
        story.renewBoth(from: .milliseconds(11_210))
        let report = RunReport(Story.run(roles: ["r", "s"], faults: ["server-kill"]), story.history)
        let file = try #require(report.files.first { $0.name == "outages.csv" })
        let row = String(decoding: file.bytes, as: UTF8.self).split(separator: "\r\n")[1]
        #expect(
            row == "20251123T164300Z-story,42,1,server-kill,server-1,2025-11-23T16:43:09.990000001Z,9990000000,"
                + "1210.000,0.000,2,2,0,0,0,server-1,over"
        )
        let text = report.finalTable(.plain)
        #expect(text.contains("Outages"))
        #expect(!text.contains("\nFailover  "))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }
}

@Suite struct HungLeaderTests {
    @Test func `A leader that hangs and never says that it lost its lease is a false failover`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.lead("r", "b", term: 2, from: .milliseconds(4_100))
        story.renew("r", "b", firstRevision: 3, from: .seconds(5), until: .seconds(60))
        let found = story.analysis().falseFailovers
        #expect(found.map(\.reason) == [FalseFailover.unsaid])
        #expect(found.map(\.at) == [Story.time(.milliseconds(3_999))])
    }

    @Test func `A killed leader, and one that renews to the end, are none`() {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.kill(1, "a", at: .seconds(2))
        story.lead("s", "b", term: 2, from: .milliseconds(4_100))
        story.renew("s", "b", firstRevision: 3, from: .seconds(5), until: .seconds(62))
        #expect(story.analysis().falseFailovers.isEmpty)
    }
}
