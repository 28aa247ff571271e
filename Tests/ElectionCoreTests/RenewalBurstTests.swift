import Testing

@testable import ElectionCore

@Suite("Renewals that go out in bursts")
struct RenewalBurstTests {
    private static let timing = try! LeaseTiming(ttl: .seconds(15), heartbeat: .seconds(5))

    private static func gathered(
        _ renewal: Int64,
        limit: Int64,
        after now: Int64,
        bursts: Int,
        phase: Int64 = 300
    ) -> Timestamp {
        timing.gathered(
            .ms(renewal),
            noLaterThan: .ms(limit),
            after: .ms(now),
            bursts: bursts,
            phase: .milliseconds(phase)
        )
    }

    @Test("a renewal goes with the last burst before it")
    func earlier() {
        #expect(Self.gathered(17_000, limit: 20_000, after: 15_000, bursts: 1) == .ms(15_300))
        #expect(Self.gathered(17_000, limit: 20_000, after: 15_000, bursts: 4) == .ms(16_550))
        #expect(Self.gathered(16_550, limit: 20_000, after: 15_000, bursts: 4) == .ms(16_550))
    }

    @Test("where that is over, it goes with the next one, but no later than it may")
    func next() {
        #expect(Self.gathered(17_000, limit: 21_000, after: 16_000, bursts: 1) == .ms(20_300))
        #expect(Self.gathered(17_000, limit: 20_000, after: 16_000, bursts: 1) == .ms(17_000))
        #expect(Self.gathered(17_000, limit: 17_000, after: 16_000, bursts: 1) == .ms(17_000))
    }

    @Test("a clock that began after the phase makes no difference")
    func earlyClock() {
        #expect(Self.gathered(100, limit: 200, after: 50, bursts: 1) == .ms(100))
        #expect(Self.gathered(100, limit: 5000, after: 50, bursts: 1) == .ms(300))
    }

    @Test("it is never later than the limit, and never over", arguments: [1, 2, 8, 64])
    func bounds(bursts: Int) {
        var random = SplitMix64(seed: UInt64(bursts))
        for _ in 0..<2000 {
            let now = Int64.random(in: 20_000...40_000, using: &random)
            let renewal = Int64.random(in: now + 1...now + 5000, using: &random)
            let limit = Int64.random(in: renewal...renewal + 5000, using: &random)
            let phase = Int64.random(in: 0..<5000, using: &random)
            let at = Self.gathered(renewal, limit: limit, after: now, bursts: bursts, phase: phase)
            #expect(at > .ms(now) && at <= .ms(limit))
            #expect(at <= .ms(renewal) || (at.nanoseconds / 1000 - phase * 1000) % (5_000_000 / Int64(bursts)) == 0)
        }
    }

    @Test("an acquisition's first renewal is due within a heartbeat of its sending", arguments: 0..<50 as Range<UInt64>)
    func firstRenewal(seed: UInt64) throws {
        var bench = Bench(seed: seed) { $0.gathersRenewals = true }
        bench.at(0, .start)
        bench.at(0, .connected)
        bench.at(0, .observed(.marker(revision: 5)))
        bench.at(0, .synced)
        bench.at(1, .written(.acknowledged(revision: 6)))
        let due = try #require(bench.machine.nextDeadline)
        #expect(due > .ms(1) && due <= .ms(250))
    }

    @Test("few roles of many go together, and who leads all goes many times")
    func bursts() {
        func bursts(_ led: Int, _ roles: Int, _ seconds: Int64) -> Int {
            LedRoles.bursts(leading: led, of: roles, heartbeat: .seconds(seconds))
        }
        #expect(bursts(5, 1000, 5) == 1)
        #expect(bursts(1000, 1000, 5) == 128)
        #expect(bursts(2, 50, 1) == 2)
        #expect(bursts(10, 50, 1) == 8)
        #expect(bursts(1, 1, 1) == 1)
        #expect(bursts(3, 3, 1) == 4)
    }

    @Test("those of fewer roles are among those of more")
    func nested() {
        for bursts in [1, 2, 4] {
            let few = Self.gathered(19_999, limit: 19_999, after: 10_000, bursts: bursts)
            #expect(Self.gathered(few.nanoseconds / 1_000_000, limit: 19_999, after: 10_000, bursts: bursts * 2) == few)
        }
    }
}
