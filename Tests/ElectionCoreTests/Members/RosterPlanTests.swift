import ElectionCore
import Simulation
import Testing

@Suite("Who is to try for a vacant role")
struct RosterPlanTests {
    @Test("alone, a member is the first")
    func alone() {
        var bench = RosterBench()
        #expect(bench.rank() == 0)
        #expect(bench.successor() == nil)
    }

    @Test("the least loaded comes first")
    func leastLoaded() {
        var ranks: [String: Int64] = [:]
        for id in ["a", "b", "c"] {
            var bench = RosterBench(id, roles: 4)
            bench.meets("a", "b", "c")
            bench.shows("a", leading: 1, 2)
            bench.shows("b", leading: 3)
            ranks[id] = bench.rank()
        }
        #expect(ranks == ["c": 0, "b": 1, "a": 2])
    }

    @Test("a higher priority comes before a lower load")
    func priority() {
        var ranks: [String: Int64] = [:]
        for id in ["a", "b", "c"] {
            var bench = RosterBench(id, roles: 3) { $0.priority = id == "a" ? 1 : 0 }
            bench.meets("a", priority: 1)
            bench.meets("b", "c")
            bench.shows("b", leading: 2)
            // A record carries its leader's priority as well.
            _ = bench.roster.observed(1, .record(RosterBench.record("a", priority: 1), revision: 50), at: .ms(0))
            ranks[id] = bench.rank()
        }
        #expect(ranks == ["a": 0, "c": 1, "b": 2])
    }

    @Test("all members agree on the order of all, whatever came first to whom")
    func agreement() {
        let ids = ["a", "b", "c", "d", "e", "f", "g"]
        for seed in 0..<50 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let leaders = (0..<30).map { _ in random.pick(ids + ["z", "z"]) }
            var ranks = Array(repeating: [Int64](), count: leaders.count)
            for id in ids {
                var bench = RosterBench(id, roles: leaders.count)
                for other in ids.shuffled(using: &random) { bench.meets(other) }
                for role in leaders.indices.shuffled(using: &random) { bench.shows(leaders[role], leading: role) }
                _ = bench.roster.lost(RosterBench.connection("z"), at: .ms(1))
                for role in bench.roster.vacant.shuffled(using: &random) { ranks[role].append(bench.rank(role, at: 2)) }
            }
            for role in leaders.indices where leaders[role] == "z" {
                #expect(ranks[role].sorted() == Array(0..<7), "seed \(seed), role \(role)")
            }
        }
    }

    @Test("roles that are lost at once are spread over those who are left")
    func spread() {
        let ids = ["a", "b", "c", "d"]
        var firsts: [String: Int] = [:]
        for id in ids.dropLast() {
            var bench = RosterBench(id, roles: 13)
            bench.meets("a", "b", "c", "d")
            bench.shows("a", leading: 0, 1, 2)
            bench.shows("b", leading: 3, 4)
            bench.shows("c", leading: 5)
            bench.shows("d", leading: 6, 7, 8, 9, 10, 11, 12)
            let lost = bench.roster.lost(RosterBench.connection("d"), at: .ms(10))
            #expect(lost == Array(6...12))
            firsts[id] = lost.count { bench.rank($0, at: 11) == 0 }
        }
        // 13 roles for three: five, four and four.
        #expect(firsts.values.reduce(0, +) == 7)
        #expect(
            [firsts["a", default: 0] + 3, firsts["b", default: 0] + 2, firsts["c", default: 0] + 1].sorted() == [
                4, 4, 5,
            ]
        )
    }

    @Test("who has been silent for a lease gets nothing, until it is heard again")
    func silence() {
        var bench = RosterBench(roles: 2)
        bench.meets("b")
        bench.shows("a", leading: 1)
        #expect(bench.rank(at: 999) == 1)
        #expect(bench.rank(at: 1000) == 0)
        #expect(bench.successor(at: 1000) == nil)
        bench.meets("b", at: 1100)
        #expect(bench.rank(at: 1101) == 1)
    }

    @Test("who withdrew gets nothing, though it still leads, until it announces itself anew")
    func leaving() {
        var bench = RosterBench(roles: 3)
        bench.meets("b")
        bench.shows("a", leading: 1, 2)
        #expect(bench.successor() == "b")
        bench.roster.presence("b", .marker(revision: 90), at: .ms(10))
        #expect(bench.successor() == nil)
        #expect(bench.rank(at: 11) == 0)
        bench.shows("b", leading: 2, at: 20)
        #expect(bench.successor() == nil)
        bench.meets("b", at: 30)
        #expect(bench.successor(at: 30) == "b")
    }

    @Test("a withdrawal of an earlier life that is shown once more changes nothing")
    func earlierWithdrawal() {
        var bench = RosterBench()
        bench.roster.presence("b", .record(RosterBench.record("b"), revision: 5), at: .ms(0))
        bench.roster.presence("b", .marker(revision: 6), at: .ms(1))
        #expect(bench.successor(at: 1) == nil)
        let later = RosterBench.record("b", life: 1, incarnation: 2)
        bench.roster.session("b", .record(later, revision: 7), at: .ms(2))
        bench.roster.presence("b", .marker(revision: 6), at: .ms(3))
        #expect(bench.successor(at: 3) == "b")
        bench.roster.presence("b", .marker(revision: 8), at: .ms(4))
        #expect(bench.successor(at: 4) == nil)
    }

    @Test("a presence record that was aged out withdraws as well")
    func agedOut() {
        var bench = RosterBench()
        bench.meets("b")
        bench.roster.presence("b", .missing, at: .ms(10))
        #expect(bench.successor(at: 20) == nil)
    }

    @Test("whose lease ran out gets nothing until it is heard again, though others of its leases still run")
    func suspect() {
        var bench = RosterBench(roles: 3)
        bench.meets("b")
        bench.shows("b", leading: 0)
        bench.shows("a", leading: 1, 2)
        // Its rank is asked for: the lease of role 0 is over.
        #expect(bench.rank(0, at: 900) == 0)
        #expect(bench.roster.vacant == [0])
        #expect(bench.successor(1, at: 900) == nil)
        bench.shows("b", leading: 0, at: 950)
        #expect(bench.successor(1, at: 950) == "b")
    }

    @Test("who has taken a role that others still find vacant is no suspect, and nobody ranks behind it")
    func taken() {
        var bench = RosterBench(roles: 2)
        bench.meets("b")
        bench.shows("b", leading: 0)
        // As of the revision before that record: the machine is about to see it.
        #expect(bench.roster.delay(of: 0, vacantAsOf: bench.revision - 1, at: .ms(10)) >= .milliseconds(40))
        #expect(bench.roster.delay(of: 0, at: .ms(10)) == nil)
        #expect(bench.roster.vacant == [1])
        #expect(bench.successor(1, at: 10) == "b")
    }

    @Test("a new incarnation takes the place of the one before, and a late word of that one changes nothing")
    func incarnations() {
        var bench = RosterBench()
        bench.meets("b")
        bench.roster.presence("b", .marker(revision: 5), at: .ms(5))
        let later = RosterBench.record("b", life: 1, incarnation: 2)
        bench.roster.presence("b", .record(later, revision: 6), at: .ms(10))
        #expect(bench.successor(at: 10) == "b")
        bench.meets("b", at: 20)
        var roster = bench.roster
        #expect(roster.successor(of: 0, at: .ms(20))?.connection == RosterBench.connection("b", life: 1))
    }

    @Test("a later life may have a lower number, once nothing is heard of the one before")
    func lowerIncarnation() {
        var bench = RosterBench()
        let first = RosterBench.record("b", incarnation: 9)
        bench.roster.presence("b", .record(first, revision: 5), at: .ms(0))
        let second = RosterBench.record("b", life: 1, incarnation: 2)
        bench.roster.presence("b", .record(second, revision: 6), at: .ms(100))
        var roster = bench.roster
        #expect(roster.successor(of: 0, at: .ms(100))?.incarnation == 9)
        bench.roster.presence("b", .record(second, revision: 7), at: .ms(1000))
        #expect(bench.roster.successor(of: 0, at: .ms(1000))?.incarnation == 2)
        bench.roster.presence("b", .marker(revision: 8), at: .ms(1001))
        bench.roster.presence("b", .record(first, revision: 9), at: .ms(1002))
        #expect(bench.roster.successor(of: 0, at: .ms(1002))?.incarnation == 9)
    }

    @Test("who misses its heartbeat is given nothing, though it still takes part in the campaigns")
    func silentSuccessor() {
        var bench = RosterBench(roles: 2)
        bench.meets("b")
        bench.shows("a", leading: 1)
        // A heartbeat is not known, but at most a third of the ttl of 1000 ms; a quarter of that more.
        #expect(bench.successor(at: 416) == "b")
        #expect(bench.successor(at: 417) == nil)
        #expect(bench.rank(at: 417) == 1)
    }

    @Test("a plan holds no longer than what it was made from")
    func planIsRenewed() {
        var bench = RosterBench(roles: 4)
        bench.meets("b", "c")
        bench.shows("a", leading: 2, 3)
        #expect(bench.rank(at: 1) == 2)
        _ = bench.roster.lost(RosterBench.connection("c"), at: .ms(2))
        #expect(bench.rank(at: 3) == 1)
        bench.shows("b", leading: 1, at: 4)
        bench.roster.presence("b", .marker(revision: 90), at: .ms(5))
        #expect(bench.rank(at: 6) == 0)
    }

    @Test("roles that are given up one after another fall to the least loaded each time")
    func successorsTakeTurns() {
        var bench = RosterBench(roles: 8)
        bench.meets("b", "c", "d")
        bench.shows("a", leading: 0, 1, 2, 3, 4)
        bench.shows("b", leading: 5)
        bench.shows("c", leading: 6)
        var given: [String: Int] = [:]
        for role in 0..<5 {
            if let successor = bench.roster.successor(of: role, at: .ms(10)) { given[successor.id, default: 0] += 1 }
        }
        // Seven roles for three, of whom two led one before.
        #expect(given.values.reduce(0, +) == 5)
        #expect(given["d", default: 0] >= 2)
        #expect(
            [given["b", default: 0] + 1, given["c", default: 0] + 1, given["d", default: 0]].sorted() == [2, 2, 3]
        )
    }

    @Test("another member's departure changes the successor of its own roles alone, and no order favours anybody")
    func rendezvous() {
        let ids = ["b", "c", "d", "e", "f"]
        let count = 1000
        var all = RosterBench(roles: count)
        var without = RosterBench(roles: count)
        for id in ids {
            all.meets(id)
            if id != "d" { without.meets(id) }
        }
        var shares: [String: Int] = [:]
        var inherited: [String: Int] = [:]
        for role in 0..<count {
            let before = all.successor(role) ?? ""
            let after = without.successor(role) ?? ""
            shares[before, default: 0] += 1
            if before == "d" { inherited[after, default: 0] += 1 } else { #expect(after == before) }
        }
        #expect(shares.values.allSatisfy { (150...250).contains($0) })
        #expect(inherited.values.allSatisfy { (30...70).contains($0) })
    }

    @Test("roles that nobody ever led wait until those who are enlisted together know of each other")
    func enlistment() {
        var bench = RosterBench(roles: 2) { $0.startsOnStandby = true }
        bench.shows("b", leading: 1)
        bench.roster.enlist(at: .ms(10))
        bench.meets("c", at: 50)
        #expect(bench.delay(of: 0, at: 60) >= .milliseconds(50))
        // A failover doesn't.
        _ = bench.roster.lost(RosterBench.connection("b"), at: .ms(70))
        #expect(bench.delay(of: 1, at: 71) <= .milliseconds(20))
        // With the time that it takes to hear of others.
        #expect(bench.delay(of: 0, at: 110) <= .milliseconds(21))
    }

    @Test(
        "those who are enlisted together know of each other once nobody new was heard for twice as long as the store answers"
    )
    func settling() {
        var bench = RosterBench(roles: 2) { $0.startsOnStandby = true }
        bench.roster.enlist(at: .ms(0))
        let announcement = bench.roster.tick(at: .ms(0))
        #expect(announcement.count == 1)
        bench.meets("b", at: 90)
        // The own announcement has no answer yet.
        #expect(bench.settles(at: 100) == false)
        bench.roster.announced(1, .acknowledged(revision: 90), at: .ms(120))
        #expect(bench.settles(at: 300) == false)
        #expect(bench.settles(at: 330) == true)
        // However many come and go, it ends.
        bench.meets("c", at: 990)
        #expect(bench.settles(at: 999) == false)
        #expect(bench.settles(at: 1000) == true)
    }

    @Test("the roles that fall to each at first are all roles, each once, and who takes its own makes no other plan")
    func ownVacancies() {
        let ids = ["a", "b", "c", "d"]
        var benches = ids.map { RosterBench($0, roles: 90) }
        for index in benches.indices { for id in ids where id != ids[index] { benches[index].meets(id) } }
        let own = benches.indices.map { benches[$0].roster.ownVacancies(at: .ms(1)) }
        #expect(own.flatMap(\.self).sorted() == Array(0..<90))
        #expect(own.allSatisfy { (22...23).contains($0.count) })
        for role in own[1] { benches[0].shows("b", leading: role, at: 2) }
        let left = benches[0].roster.ownVacancies(at: .ms(500))
        #expect(left == own[0])
    }
}
