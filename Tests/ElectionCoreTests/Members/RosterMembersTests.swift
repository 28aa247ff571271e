import ElectionCore
import Testing

@Suite("What a roster says and hears of members")
struct RosterMembersTests {
    // MARK: Presence

    @Test("a member announces itself when it is synced, then after each heartbeat in which it wrote nothing else")
    func announces() throws {
        var bench = RosterBench { $0.priority = 3 }
        let actions = bench.roster.tick(at: .ms(0))
        guard case .announce(let record?, let id)? = actions.first, actions.count == 1 else {
            Issue.record("not an announcement: \(actions)")
            return
        }
        #expect(record.id == "a")
        #expect(record.token.isEmpty)
        #expect(record.priority == 3)
        #expect(record.meta?.mark == nil)
        #expect(record.meta?.connection == RosterBench.connection("a"))
        bench.roster.announced(id, .acknowledged(revision: 1), at: .ms(1))
        #expect(bench.roster.nextDeadline == .ms(250))
        bench.roster.wrote(revision: 2, sent: .ms(200), at: .ms(200))
        #expect(bench.roster.nextDeadline == .ms(450))
        #expect(bench.roster.tick(at: .ms(449)).isEmpty)
        #expect(bench.roster.tick(at: .ms(450)).count == 1)
    }

    @Test("who asks for roles is heard asking every heartbeat, whatever else it writes")
    func asks() {
        var bench = RosterBench { ($0.priority, $0.takeover) = (3, .ask) }
        guard case .announce(let record?, _)? = bench.roster.tick(at: .ms(0)).first else {
            Issue.record("no announcement")
            return
        }
        #expect(record.meta?.mark == .asks)
        bench.roster.wrote(revision: 2, sent: .ms(200), at: .ms(200))
        #expect(bench.roster.nextDeadline == .ms(250))
    }

    @Test("who was not heard for long is forgotten as soon as somebody new is heard")
    func forgets() {
        var bench = RosterBench()
        bench.meets("b", "c")
        bench.meets("c", at: 1000)
        bench.meets("d", at: 600_000)
        // One that is led is tried for after all members.
        bench.shows("c", leading: 0, at: 600_000)
        let delay = bench.roster.delay(of: 0, vacantAsOf: 0, at: .ms(600_000))
        #expect(delay == .milliseconds(20 * 3))
        // It comes back as a new one.
        bench.meets("b", at: 600_001)
        let later = bench.roster.delay(of: 0, vacantAsOf: 0, at: .ms(600_001))
        #expect(later == .milliseconds(20 * 4))
    }

    @Test("it announces itself anew over each connection, and nothing without one")
    func reconnection() {
        var bench = RosterBench()
        _ = bench.roster.tick(at: .ms(0))
        bench.roster.disconnected()
        #expect(bench.roster.nextDeadline == nil)
        #expect(bench.roster.tick(at: .ms(500)).isEmpty)
        bench.roster.connected(RosterBench.connection("a", life: 1))
        bench.roster.synced(at: .ms(600))
        guard case .announce(let record?, _)? = bench.roster.tick(at: .ms(600)).first else {
            Issue.record("no announcement")
            return
        }
        #expect(record.meta?.connection == RosterBench.connection("a", life: 1))
    }

    @Test("in a race nobody announces anything")
    func race() {
        var bench = RosterBench { $0.campaign = .race(spread: .zero) }
        #expect(bench.roster.nextDeadline == nil)
        #expect(bench.roster.tick(at: .ms(500)).isEmpty)
        #expect(bench.roster.withdraw(at: .ms(600)).isEmpty)
    }

    @Test("on standby it is silent until it is enlisted")
    func standby() {
        var bench = RosterBench { $0.startsOnStandby = true }
        #expect(bench.roster.tick(at: .ms(500)).isEmpty)
        #expect(bench.roster.withdraw(at: .ms(500)).isEmpty)
        bench.roster.enlist(at: .ms(600))
        #expect(bench.roster.tick(at: .ms(600)).count == 1)
    }

    @Test("who stops announces itself no more, and withdraws once")
    func withdrawal() {
        var bench = RosterBench()
        _ = bench.roster.tick(at: .ms(0))
        bench.roster.stop()
        #expect(bench.roster.tick(at: .ms(500)).isEmpty)
        #expect(bench.roster.withdraw(at: .ms(510)) == [.announce(nil, id: 2)])
        #expect(bench.roster.withdraw(at: .ms(520)).isEmpty)
    }

    @Test("it announces itself again where an earlier life's withdrawal came late")
    func lateWithdrawal() {
        var bench = RosterBench()
        #expect(bench.roster.tick(at: .ms(0)).count == 1)
        #expect(bench.roster.tick(at: .ms(10)).isEmpty)
        bench.roster.presence("a", .marker(revision: 9), at: .ms(10))
        #expect(bench.roster.nextDeadline == .ms(10))
        #expect(bench.roster.tick(at: .ms(10)).count == 1)
        bench.roster.stop()
        _ = bench.roster.withdraw(at: .ms(20))
        bench.roster.presence("a", .marker(revision: 10), at: .ms(21))
        #expect(bench.roster.nextDeadline == nil)
    }

    // MARK: What precedes a record

    @Test("a record is preceded by the last own write of a lower revision, as far as that is known")
    func precededBy() {
        var bench = RosterBench()
        bench.roster.wrote(revision: 10, sent: .ms(100), at: .ms(100))
        bench.roster.wrote(revision: 20, sent: .ms(200), at: .ms(200))
        // Too soon after the one before to be remembered.
        bench.roster.wrote(revision: 22, sent: .ms(210), at: .ms(210))
        func preceded(_ revision: UInt64) -> Timestamp? {
            bench.roster.standing(of: .record(RosterBench.record("b"), revision: revision)).precededBy
        }
        #expect(preceded(10) == nil)
        #expect(preceded(11) == .ms(100))
        #expect(preceded(20) == .ms(100))
        #expect(preceded(21) == .ms(200))
        #expect(preceded(90) == .ms(200))
        #expect(bench.roster.standing(of: .marker(revision: 90)) == Standing())
    }

    @Test("an announcement precedes what comes after it, counted from when it was sent, if the store took it")
    func announcementPrecedes() {
        var bench = RosterBench()
        bench.roster.announced(7, .acknowledged(revision: 3), at: .ms(5))
        _ = bench.roster.tick(at: .ms(10))
        bench.roster.announced(1, .refused(reason: "no"), at: .ms(15))
        #expect(bench.shows("b", leading: 0).precededBy == nil)
        _ = bench.roster.tick(at: .ms(260))
        bench.roster.announced(2, .acknowledged(revision: 1), at: .ms(300))
        #expect(bench.shows("b", leading: 0).precededBy == .ms(260))
    }

    @Test("of many own writes the last are known, over more than a heartbeat")
    func manyWrites() {
        var bench = RosterBench()
        for write in 0..<1000 {
            bench.roster.wrote(revision: UInt64(write + 1), sent: .ms(Int64(write)), at: .ms(Int64(write)))
        }
        let standing = bench.roster.standing(of: .record(RosterBench.record("b"), revision: 700))
        #expect(standing.precededBy.map { (.ms(660)...(.ms(699))).contains($0) } == true)
    }

    // MARK: Lost connections

    @Test("the roles of a lost connection are vacant, and its member gets nothing")
    func lostAfterTheRecords() {
        var bench = RosterBench(roles: 4)
        bench.meets("b", "c")
        bench.shows("b", leading: 0, 2)
        bench.shows("c", leading: 1)
        #expect(bench.roster.lost(RosterBench.connection("b"), at: .ms(10)) == [0, 2])
        #expect(Set(bench.roster.vacant) == [0, 2, 3])
        #expect(bench.successor(at: 10) == "c")
    }

    @Test("a record or a presence that comes after its connection's loss is nobody's")
    func lostBeforeTheRecords() {
        var bench = RosterBench()
        #expect(bench.roster.lost(RosterBench.connection("b"), at: .ms(0)) == [])
        #expect(bench.shows("b", leading: 0).isLost)
        bench.meets("b")
        #expect(bench.roster.vacant == [0])
        #expect(bench.successor() == nil)
        #expect(!bench.shows("b", leading: 0, life: 1).isLost)
        #expect(bench.roster.vacant.isEmpty)
        #expect(bench.successor() == "b")
    }

    @Test("the loss of a connection that a member has no more costs it the records of that one alone")
    func earlierConnection() {
        var bench = RosterBench(roles: 2)
        bench.shows("b", leading: 0)
        bench.shows("b", leading: 1, life: 1)
        #expect(bench.roster.lost(RosterBench.connection("b"), at: .ms(10)) == [0])
        #expect(bench.successor(at: 10) == "b")
    }

    @Test("the own connection, and one without a number, are never heard to be lost")
    func neverLost() {
        var bench = RosterBench()
        bench.shows("a", leading: 0)
        #expect(bench.roster.lost(RosterBench.connection("a"), at: .ms(0)) == [])
        #expect(bench.roster.lost(ConnectionID(server: "s", client: 0), at: .ms(0)) == [])
        #expect(bench.roster.vacant.isEmpty)
    }

    @Test("a role that was promised to the lost member is among its roles")
    func promised() {
        var bench = RosterBench(roles: 2)
        bench.shows("a", leading: 0, 1)
        bench.meets("b")
        #expect(bench.roster.successor(of: 1, at: .ms(0))?.id == "b")
        #expect(bench.roster.lost(RosterBench.connection("b"), at: .ms(1)) == [1])
    }

    @Test("a claimed role is lost with the leader before, and with the claimer")
    func claimed() {
        var bench = RosterBench()
        bench.shows("b", leading: 0)
        bench.shows("c", leading: 0, mark: .claim)
        var claimerIsLost = bench
        #expect(bench.roster.lost(RosterBench.connection("b"), at: .ms(1)) == [0])
        #expect(claimerIsLost.roster.lost(RosterBench.connection("c"), at: .ms(1)) == [0])
    }

    // MARK: Asking after members

    @Test("where losses are heard of, nobody is asked after")
    func hearing() {
        var bench = RosterBench()
        bench.shows("b", leading: 0)
        #expect(bench.probes(until: 1500).isEmpty)
    }

    @Test("a member whose heartbeat is late is asked after, until it is heard or its lease is over")
    func late() {
        var bench = RosterBench(roles: 2, isHearingLosses: false)
        bench.shows("b", leading: 0)
        bench.shows("c", leading: 1, at: 250)
        #expect(bench.probes(until: 312).isEmpty)
        #expect(bench.probes(until: 340) == ["b"])
        bench.shows("b", leading: 0, at: 350)
        bench.shows("c", leading: 1, at: 500)
        #expect(bench.probes(until: 600).isEmpty)
        bench.shows("c", leading: 1, at: 700)
        bench.shows("c", leading: 1, at: 950)
        #expect(Set(bench.probes(until: 1200)) == ["b"])
        #expect(bench.probes(until: 1349).allSatisfy { $0 == "b" || $0 == "c" })
        bench.shows("c", leading: 1, at: 1350)
        #expect(bench.probes(until: 1500).isEmpty)
    }

    @Test("only a few of many ask after one that is late")
    func fewAsk() {
        let ids = (0..<20).map { String(UnicodeScalar(UInt8(97 + $0))) }
        var asking = 0
        for id in ids where id != "t" {
            var bench = RosterBench(id, isHearingLosses: false)
            bench.shows("t", leading: 0)
            for other in ids where other != "t" { bench.meets(other, at: 300) }
            if !bench.probes(until: 400).isEmpty { asking += 1 }
        }
        #expect(asking == 3)
    }
}

extension RosterBench {
    /// After whom it asks at its deadlines until then.
    fileprivate mutating func probes(until milliseconds: Int64) -> [String] {
        var asked: [String] = []
        while let next = roster.nextDeadline, next <= .ms(milliseconds) {
            for action in roster.tick(at: next) {
                if case .probe(let member) = action { asked.append(member.id) }
            }
        }
        return asked
    }
}
