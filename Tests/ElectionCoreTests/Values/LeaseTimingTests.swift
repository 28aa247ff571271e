import ElectionCore
import Testing

@Suite("Lease arithmetic")
struct LeaseTimingTests {
    @Test(
        "a ttl has at least 100 ms and three heartbeats",
        arguments: [
            (100, 33), (100, 1), (3000, 1000), (10000, 100),
        ]
    )
    func soundTimings(ttl: Int, heartbeat: Int) throws {
        let timing = try LeaseTiming(ttl: .milliseconds(ttl), heartbeat: .milliseconds(heartbeat))
        #expect(timing.ttl == .milliseconds(ttl) && timing.heartbeat == .milliseconds(heartbeat))
    }

    @Test(
        "what gives no safe lease is refused",
        arguments: [
            (99, 10), (0, 0), (100, 34), (3000, 1001), (1000, 0), (1000, -1), (-1000, -400),
        ]
    )
    func unsoundTimings(ttl: Int, heartbeat: Int) {
        let error = #expect(throws: ElectionError.self) {
            _ = try LeaseTiming(ttl: .milliseconds(ttl), heartbeat: .milliseconds(heartbeat))
        }
        #expect(error?.code == .invalidTiming)
    }

    @Test(
        "the guard is 1 % of the ttl, at least 5 ms",
        arguments: [
            (100, 5), (499, 5), (500, 5), (501, 5.01), (1000, 10), (10_000, 100),
        ]
    )
    func driftGuard(ttl: Int, expected: Double) throws {
        let timing = try LeaseTiming(ttl: .milliseconds(ttl), heartbeat: .milliseconds(ttl / 4))
        #expect(timing.driftGuard == .microseconds(Int64(expected * 1000)))
    }

    @Test(
        "whatever the delay and within the guard's drift, the holder stops before a follower may start",
        arguments: [
            100, 250, 1000, 30_000,
        ]
    )
    func holderEndsBeforeFollower(ttl: Int) throws {
        let timing = try LeaseTiming(ttl: .milliseconds(ttl), heartbeat: .milliseconds(ttl / 4))
        let holderEnd = timing.holderEnd(sent: .ms(0))
        for delay in [0, 1, ttl / 2, ttl, ttl * 3] {
            let followerEnd = timing.followerEnd(received: .ms(Int64(delay)), recordTTL: nil)
            #expect(followerEnd - holderEnd == .milliseconds(delay) + timing.driftGuard)
        }
    }

    @Test(
        "a follower counts with the larger ttl",
        arguments: [(nil, 1000), (400, 1000), (1000, 1000), (2500, 2500)] as [(Int?, Int64)]
    )
    func largerTTL(record: Int?, expected: Int64) throws {
        let timing = try LeaseTiming(ttl: .milliseconds(1000), heartbeat: .milliseconds(250))
        let end = timing.followerEnd(received: .ms(70), recordTTL: record.map { .milliseconds($0) })
        #expect(end == .ms(70 + expected))
    }

    @Test("instants beyond the last are the last")
    func sumsSaturate() {
        #expect(Timestamp(nanoseconds: .max) + .seconds(1) == Timestamp(nanoseconds: .max))
        #expect(Timestamp(nanoseconds: .min) + .seconds(-1) == Timestamp(nanoseconds: .min))
        #expect(Timestamp.ms(5) + .milliseconds(7) == .ms(12))
        #expect(Timestamp.ms(5) - Timestamp.ms(7) == .milliseconds(-2))
    }
}
