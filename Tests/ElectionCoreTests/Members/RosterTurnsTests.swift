import ElectionCore
import Testing

/// `z` leads the roles and is lost at 10 ms; ranks are 20 ms apart, and hearing of one new leader takes 20 µs a member and role.
@Suite("Turns to try for the roles of a dead member")
struct RosterTurnsTests {
    private static let ids = ["a", "b", "c"]

    private static func benches(roles: Int = 6) -> [String: Member] {
        var benches: [String: Member] = [:]
        for id in ids {
            var bench = RosterBench(id, roles: roles)
            bench.meets("a", "b", "c", "z")
            for role in 0..<roles { bench.shows("z", leading: role) }
            benches[id] = Member(roster: bench)
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
            while let next = bench.next {
                instants.insert(next)
                for (role, loss) in bench.turns(at: next) {
                    #expect(loss == .init(connection: RosterBench.connection("z")))
                    told[role, default: []].append(id)
                    // Its turn has come: it doesn't wait for another one.
                    #expect(bench.roster.rank(role, at: 200) == 0)
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
        for role in 0..<6 where !mine.contains(role) { bench.roster.shows("b", leading: role, at: 20) }
        let next = try #require(bench.next)
        #expect(bench.turns(at: next).isEmpty)
        #expect(bench.next == nil)
    }

    @Test("who was to try first is lost, too: the next one is told at once")
    func firstIsLost() {
        var roles = 0
        for (id, bench) in Self.benches() {
            var bench = bench
            roles += bench.loses("z", at: 10).count
            for other in Self.ids where other != id { roles += bench.loses(other, at: 11).count }
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
            for role in takenByC { bench.roster.shows("c", leading: role, at: 9) }
            #expect(Set(bench.loses("z", at: 10)) == plans[id])
        }
    }

    @Test("a role that was given away is no role that was taken: what its receiver leads counts")
    func given() {
        let benches = Self.benches(roles: 12)
        var (whole, taken, handed) = (benches["a"], benches["a"], benches["a"])
        for role in 0..<4 {
            taken?.roster.shows("b", leading: role, at: 9)
            handed?.roster.shows("b", leading: role, mark: .transfer(from: "z"), at: 9)
        }
        let plan = Set(whole?.loses("z", at: 10) ?? [])
        #expect(Set(taken?.loses("z", at: 10) ?? []) == plan.subtracting(0..<4))
        // The eight that are left are shared with `c`: `b` leads four.
        #expect(handed?.loses("z", at: 10).count == 4)
    }

    @Test("a session's end is told with the loss of the connection, which came first")
    func bothCauses() throws {
        var bench = try #require(Self.benches()["a"])
        let mine = Set(bench.loses("z", at: 10))
        let other = try #require((0..<6).first { !mine.contains($0) })
        let session = SessionRef(instance: "z", number: 5, token: "t")
        #expect(bench.turns([other], .init(session: session), at: .ms(11)).isEmpty)
        var told: Roster.Turns.Loss?
        while let next = bench.next {
            for (role, loss) in bench.turns(at: next) where role == other { told = loss }
        }
        #expect(told == .init(connection: RosterBench.connection("z"), session: session))
    }

    @Test("in a race all are told at once")
    func race() {
        var roster = RosterBench(roles: 3) { $0.campaign = .race(spread: .milliseconds(5)) }
        roster.meets("z")
        roster.shows("z", leading: 0, 1, 2)
        var bench = Member(roster: roster)
        #expect(bench.loses("z", at: 10) == [0, 1, 2])
        #expect(bench.next == nil)
    }

    /// A roster, and when it is to take turns next.
    private struct Member {
        var roster: RosterBench
        private(set) var next: Timestamp?

        init(roster: RosterBench) {
            self.roster = roster
        }

        mutating func turns(_ roles: [Int] = [], _ loss: Roster.Turns.Loss = .init(), at now: Timestamp) -> [(
            role: Int, Roster.Turns.Loss
        )] {
            if let next, next <= now {
                self.next = nil
                roster.roster.turnCame()
            }
            let (due, next) = roster.roster.takeTurns(roles, loss, at: now)
            if let next { self.next = next }
            return due
        }

        /// - Returns: the roles whose machines are told at once.
        mutating func loses(_ id: String, at milliseconds: Int64) -> [Int] {
            let connection = RosterBench.connection(id)
            let left = roster.roster.lost(connection, at: .ms(milliseconds))
            return turns(left, .init(connection: connection), at: .ms(milliseconds)).map(\.role)
        }
    }
}
