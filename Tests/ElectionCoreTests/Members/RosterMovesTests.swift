import ElectionCore
import Testing

@Suite("Giving roles away while all is well")
struct RosterMovesTests {
    private static func club(_ ids: String, _ leaders: String) -> Club {
        Club(ids.map(String.init), leaders: leaders.map(String.init)) { $0.balances = true }
    }

    @Test(
        "roles move until all lead as many but one, by as few moves as that takes",
        arguments: [
            ("abcd", String(repeating: "a", count: 50), 37), ("abcd", String(repeating: "b", count: 10), 7),
            ("abc", "aaaaabbbb", 3), ("abcde", "aaaabbbbccccdddd", 3), ("ab", "aab", 0), ("abc", "aaabbbcc", 0),
            ("abcdefg", "aaaaaabbbbbbcccccc", 9), ("abc", "a", 0), ("abc", "aa", 1),
        ]
    )
    func evensOut(ids: String, leaders: String, moves: Int) {
        var club = Self.club(ids, leaders)
        club.run(until: 5000)
        #expect(club.spread <= 1)
        #expect(club.moves.count == moves)
        #expect(club.moves.allSatisfy { $0.reason == .balanced })
        // No role moves twice.
        #expect(Set(club.moves.map(\.role)).count == moves)
    }

    @Test("nothing moves without being told to, though the load lies with one")
    func notToldTo() {
        var club = Club(["a", "b"], leaders: Array(repeating: "a", count: 6)) { _ in }
        club.run(until: 3000)
        #expect(club.moves.isEmpty)
    }

    @Test("in a race nothing moves")
    func race() {
        var club = Club(["a", "b"], leaders: Array(repeating: "a", count: 6)) {
            $0.balances = true
            $0.campaign = .race(spread: .zero)
        }
        club.run(until: 3000)
        #expect(club.moves.isEmpty)
    }

    @Test("after a change it waits a moment, and moves one role after another")
    func pace() {
        var club = Self.club("ab", "aaaaaa")
        club.run(until: 199)
        #expect(club.moves.isEmpty)
        club.run(until: 2000)
        let instants = club.moves.map(\.at)
        #expect(instants.count == 3)
        for (earlier, later) in zip(instants, instants.dropFirst()) { #expect(later >= earlier + .milliseconds(25)) }
    }

    @Test("who is giving its roles away gets none before it is known whether it stops")
    func giversGetNothing() {
        var bench = RosterBench(roles: 6) { $0.balances = true }
        bench.meets("b", "c")
        bench.shows("a", leading: 0, 1)
        bench.shows("b", leading: 2, 3)
        bench.shows("c", leading: 4, 5)
        #expect(bench.given(until: 220).isEmpty)
        // `c` stops: its first role goes to `a`, and its withdrawal is on its way.
        bench.meets("b", "c", at: 225)
        bench.shows("a", leading: 4, mark: .transfer(from: "c"), at: 230)
        #expect(bench.given(until: 429).isEmpty)
        // It goes on after all.
        bench.meets("b", "c", at: 430)
        #expect(bench.given(until: 640).count == 1)
    }

    @Test("what a member's earlier life gave back is given to a later one")
    func refusalsEndWithALife() {
        var bench = RosterBench(roles: 3) { $0.balances = true }
        bench.meets("b")
        bench.shows("b", leading: 0, mark: .transfer(from: "a"))
        _ = bench.roster.observed(0, .marker(revision: 50), at: .ms(5))
        #expect(bench.successor(at: 10) == nil)
        let later = RosterBench.record("b", life: 1, incarnation: 2)
        bench.roster.presence("b", .record(later, revision: 51), at: .ms(20))
        #expect(bench.successor(at: 20) == "b")
    }

    @Test("the next role waits until the one before has arrived")
    func oneAtATime() {
        var bench = RosterBench(roles: 6) { $0.balances = true }
        bench.meets("b")
        bench.shows("a", leading: 0, 1, 2, 3, 4, 5)
        let first = bench.given(until: 230)
        #expect(first.count == 1)
        #expect(bench.given(until: 400).isEmpty)
        bench.shows("b", leading: first[0], mark: .transfer(from: "a"), at: 400)
        bench.meets("b", at: 400)
        #expect(bench.given(until: 430).count == 1)
    }

    @Test("a vacancy puts it off")
    func vacancy() {
        var bench = RosterBench(roles: 6) { $0.balances = true }
        bench.meets("b", "c")
        bench.shows("a", leading: 0, 1, 2, 3, 4)
        bench.shows("c", leading: 5)
        _ = bench.roster.lost(RosterBench.connection("c"), at: .ms(150))
        #expect(bench.given(until: 349).isEmpty)
        #expect(bench.given(until: 360).count == 1)
    }

    @Test("who stops gives nothing to even out")
    func stopping() {
        var bench = RosterBench(roles: 6) { $0.balances = true }
        bench.meets("b")
        bench.shows("a", leading: 0, 1, 2, 3, 4, 5)
        bench.roster.stop()
        #expect(bench.given(until: 1000).isEmpty)
    }

    @Test("members of another priority take no part in evening out")
    func otherPriority() {
        var bench = RosterBench(roles: 6) { $0.balances = true }
        bench.meets("b", priority: -1)
        bench.meets("c", priority: 2)
        bench.shows("a", leading: 0, 1, 2, 3, 4, 5)
        #expect(bench.given(until: 900).isEmpty)
    }

    @Test("who asks and has a higher priority is given every role, the highest first")
    func outranked() {
        var club = Club(["a", "b", "c", "d"], leaders: ["a", "a", "b", "b", "c"]) { settings in
            switch settings.instance.name {
            case "c": (settings.priority, settings.takeover) = (1, .ask)
            case "d": (settings.priority, settings.takeover) = (2, .ask)
            default: break
            }
        }
        club.run(until: 5000)
        #expect(club.leaders == Array(repeating: "d", count: 5))
        #expect(club.moves.count == 5)
        #expect(club.moves.allSatisfy { $0.reason == .outranked && $0.to == "d" })
    }

    @Test("several who ask with one priority are given the roles in turns")
    func outrankedByTwo() {
        var club = Club(["a", "b", "c"], leaders: Array(repeating: "a", count: 8)) { settings in
            if settings.instance.name != "a" { (settings.priority, settings.takeover) = (1, .ask) }
        }
        club.run(until: 5000)
        #expect(club.led(by: "b") == 4)
        #expect(club.led(by: "c") == 4)
    }

    @Test("a higher priority that doesn't ask is given nothing")
    func doesNotAsk() {
        var bench = RosterBench(roles: 2)
        bench.shows("a", leading: 0, 1)
        bench.meets("b", priority: 4)
        #expect(bench.given(until: 900).isEmpty)
        bench.meets("b", priority: 4, mark: .asks, at: 900)
        #expect(bench.given(until: 1200).count == 1)
    }

    @Test("a member that gave a role back at once is given others")
    func givenBack() {
        var bench = RosterBench(roles: 4) { $0.balances = true }
        bench.meets("b")
        bench.shows("a", leading: 0, 1, 2, 3)
        let first = bench.given(until: 230)
        bench.shows("b", leading: first[0], mark: .transfer(from: "a"), at: 231)
        _ = bench.roster.observed(first[0], .marker(revision: 90), at: .ms(232))
        bench.shows("a", leading: first[0], at: 240)
        #expect(bench.successor(first[0], at: 240) == nil)
        bench.meets("b", at: 300)
        let second = bench.given(until: 500)
        #expect(second.count == 1)
        #expect(second != first)
    }
}

extension RosterBench {
    /// The roles that it gives away at its deadlines until then.
    fileprivate mutating func given(until milliseconds: Int64) -> [Int] {
        var given: [Int] = []
        while let next = roster.nextDeadline, next <= .ms(milliseconds) {
            for action in roster.tick(at: next) {
                if case .give(let role, _, _) = action { given.append(role) }
            }
        }
        return given
    }
}
