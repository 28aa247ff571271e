import ElectionCore
import Testing

/// `z` leads the roles and is lost at 10 ms; ranks are 20 ms apart, and hearing of one new leader takes 20 µs a member and role.
@Suite("Turns to try for the roles of a dead member")
struct RosterTurnsTests {
    private static let ids = ["a", "b", "c"]

    private static func benches(roles: Int = 6) -> [String: RosterBench] {
        var benches: [String: RosterBench] = [:]
        for id in ids {
            var bench = RosterBench(id, roles: roles)
            bench.meets("a", "b", "c", "z")
            for role in 0..<roles { bench.shows("z", leading: role) }
            benches[id] = bench
        }
        return benches
    }

    @Test("each role's machine is told at once in the one member that is to try first, and then in one after the other")
    func oneAfterTheOther() {
        var told: [Int: [String]] = [:]
        var first: Set<Int> = []
        for (id, bench) in Self.benches() {
            var bench = bench
            for role in bench.loses("z", at: 10) {
                told[role, default: []].append(id)
                first.insert(role)
            }
            var instants: Set<Timestamp> = []
            while let next = bench.roster.nextTurn {
                instants.insert(next)
                for (role, lost) in bench.roster.takeTurns(at: next) {
                    #expect(lost == RosterBench.connection("z"))
                    told[role, default: []].append(id)
                    // Its turn has come: it doesn't wait for another one.
                    #expect(bench.rank(role, at: 200) == 0)
                }
            }
            #expect(instants.allSatisfy { .ms(30) < $0 && $0 < .ms(51) })
        }
        #expect(first.count == 6)
        for role in 0..<6 { #expect(told[role]?.sorted() == Self.ids) }
    }

    @Test("a role that somebody leads by then is told to no other machine")
    func ledByThen() throws {
        var bench = try #require(Self.benches()["a"])
        let mine = bench.loses("z", at: 10)
        for role in 0..<6 where !mine.contains(role) { bench.shows("b", leading: role, at: 20) }
        #expect(bench.roster.nextTurn == nil)
        #expect(bench.roster.takeTurns(at: .ms(100)).isEmpty)
    }

    @Test("who was to try first is lost, too: the next one is told at once")
    func firstIsLost() {
        var roles = 0
        for (id, bench) in Self.benches() {
            var bench = bench
            roles += bench.loses("z", at: 10).count
            for other in Self.ids where other != id { roles += bench.loses(other, at: 11).count }
            #expect(bench.roster.nextTurn == nil)
        }
        #expect(roles == 18)
    }

    @Test("who hears of the first new leaders before it hears of the loss makes the same plan for the other roles")
    func overtaken() {
        let plans = Self.benches(roles: 12).mapValues { bench in
            var bench = bench
            return Set(bench.loses("z", at: 10))
        }
        let takenByC = plans["c", default: []].sorted().prefix(2)
        #expect(takenByC.count == 2)
        for (id, bench) in Self.benches(roles: 12) where id != "c" {
            var bench = bench
            for role in takenByC { bench.shows("c", leading: role, at: 9) }
            #expect(Set(bench.loses("z", at: 10)) == plans[id])
        }
    }

    @Test("in a race all are told at once")
    func race() {
        var bench = RosterBench(roles: 3) { $0.campaign = .race(spread: .milliseconds(5)) }
        bench.meets("z")
        bench.shows("z", leading: 0, 1, 2)
        #expect(bench.loses("z", at: 10) == [0, 1, 2])
        #expect(bench.roster.nextTurn == nil)
    }
}

extension RosterBench {
    /// - Returns: the roles whose machines are told at once.
    fileprivate mutating func loses(_ id: String, at milliseconds: Int64) -> [Int] {
        let connection = Self.connection(id)
        let left = roster.lost(connection, at: .ms(milliseconds))
        return roster.takeTurns(left, lost: connection, at: .ms(milliseconds)).map(\.role)
    }
}
