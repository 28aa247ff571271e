import ElectionCore
import Testing

@testable import NATSStore

/// How the watch finds, makes and opens the bucket, and when it leaves a server.
@Suite struct WatchMachineBucketTests {
    private static let s = ConnectionID(server: "s", client: 1)

    private let made = StreamConfiguration(BucketSettings(leaseTTL: .seconds(3)))
    private var fresh: BucketFound { .unopened(start: 500, next: 1, as: made) }

    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(nanoseconds: milliseconds * 1_000_000) }

    /// A machine that has asked, by request 1, what bucket there is.
    private func connected(switchLimit: Duration? = nil) -> WatchMachine {
        var machine = WatchMachine(
            roles: 1,
            feeds: 1,
            silenceLimit: .seconds(10),
            answerLimit: .milliseconds(1000),
            switchLimit: switchLimit,
            opening: BucketOpening(patience: .milliseconds(300))
        )
        _ = machine.connected(Self.s, now: at(0))
        return machine
    }

    @Test func `a lost bucket is made, waits, is opened, and then watched`() {
        var machine = connected()
        #expect(machine.bucketFound(.nothing, number: 1, now: at(0)) == [.ask(.make, number: 2)])
        #expect(machine.bucketAnswered(true, number: 2, now: at(1)) == [.ask(.inspect, number: 3)])
        #expect(machine.bucketFound(fresh, number: 3, now: at(2)) == [.opensLater(.milliseconds(300))])
        // Another instance may open it earlier.
        #expect(machine.deadline == at(252))
        #expect(machine.tick(now: at(252)) == [.ask(.inspect, number: 4)])
        #expect(machine.bucketFound(fresh, number: 4, now: at(253)).isEmpty)
        #expect(machine.tick(now: at(302)) == [.ask(.inspect, number: 5)])
        #expect(machine.bucketFound(fresh, number: 5, now: at(303)) == [.ask(.raise(to: 500), number: 6)])
        #expect(machine.bucketAnswered(true, number: 6, now: at(304)) == [.ask(.inspect, number: 7)])
        #expect(
            machine.bucketFound(.unopened(start: 500, next: 500, as: made), number: 7, now: at(305)) == [
                .ask(.open(made), number: 8)
            ]
        )
        #expect(machine.bucketAnswered(true, number: 8, now: at(306)) == [.ask(.inspect, number: 9)])
        #expect(machine.bucketFound(.open, number: 9, now: at(307)) == [.open(generation: 1)])
    }

    @Test func `a bucket that another instance opens is watched at the next look`() {
        var machine = connected()
        _ = machine.bucketFound(fresh, number: 1, now: at(0))
        _ = machine.tick(now: at(250))
        #expect(machine.bucketFound(.open, number: 2, now: at(251)) == [.open(generation: 1)])
    }

    @Test func `a lost connection doesn't make a bucket wait longer`() {
        var machine = connected()
        _ = machine.bucketFound(fresh, number: 1, now: at(0))
        _ = machine.disconnected()
        #expect(machine.deadline == nil)
        _ = machine.connected(Self.s, now: at(290))
        #expect(machine.bucketFound(fresh, number: 2, now: at(299)).isEmpty)
        _ = machine.tick(now: at(300))
        #expect(machine.bucketFound(fresh, number: 3, now: at(300)) == [.ask(.raise(to: 500), number: 4)])
    }

    @Test func `late answers are not taken for others`() {
        var machine = connected()
        _ = machine.bucketFound(.nothing, number: 1, now: at(0))
        #expect(machine.bucketFound(.open, number: 1, now: at(1)).isEmpty)
        #expect(machine.bucketAnswered(true, number: 1, now: at(1)).isEmpty)
        #expect(machine.bucketFound(.open, number: 2, now: at(1)).isEmpty)
        #expect(machine.bucketAnswered(true, number: 2, now: at(1)) == [.ask(.inspect, number: 3)])
        #expect(machine.bucketAnswered(true, number: 3, now: at(1)).isEmpty)
    }

    @Test func `a bucket that nobody answers for is asked for again and again, and the first answer taken`() {
        var machine = connected()
        for round in 1...30 as ClosedRange<Int64> {
            #expect(machine.deadline == at(100 * round))
            #expect(machine.tick(now: at(100 * round - 1)).isEmpty)
            #expect(machine.tick(now: at(100 * round)) == [.ask(.inspect, number: 1)])
        }
        #expect(machine.bucketFound(.open, number: 1, now: at(3001)) == [.open(generation: 1)])
        #expect(machine.bucketFound(.open, number: 1, now: at(3002)).isEmpty)
        // The watch that follows isn't held for one that has failed so often.
        #expect(machine.deadline == at(4001))
    }

    @Test func `who answers that he can't tell is asked again, after a pause that stays short`() {
        var machine = connected()
        var pauses = [Duration]()
        var now = at(0)
        for round in 1...10 as ClosedRange<UInt64> {
            #expect(machine.bucketFound(nil, number: round, now: now).isEmpty)
            let next = machine.deadline ?? now
            pauses.append(next - now)
            now = next
            #expect(machine.tick(now: now) == [.ask(.inspect, number: round + 1)])
        }
        #expect(Array(pauses[..<5]) == [10, 20, 40, 80, 100].map { Duration.milliseconds($0) })
        #expect(pauses.last == .milliseconds(100))
    }

    @Test func `what changes the bucket is not repeated, but looked at, with more patience each time`() {
        var machine = connected()
        _ = machine.bucketFound(.nothing, number: 1, now: at(0))
        #expect(machine.deadline == at(1000))
        #expect(machine.tick(now: at(1000)) == [.ask(.inspect, number: 3)])
        #expect(machine.bucketAnswered(true, number: 2, now: at(1001)).isEmpty)
        #expect(machine.bucketFound(.nothing, number: 3, now: at(1002)) == [.ask(.make, number: 4)])
        #expect(machine.deadline == at(3002))
    }

    @Test func `a bucket that can't be made is tried again after a pause that grows`() {
        var machine = connected()
        var pauses = [Duration]()
        var now = at(0)
        for round in 0..<8 as Range<UInt64> {
            #expect(
                machine.bucketFound(.nothing, number: 2 * round + 1, now: now) == [.ask(.make, number: 2 * round + 2)]
            )
            #expect(machine.bucketAnswered(false, number: 2 * round + 2, now: now).isEmpty)
            let next = machine.deadline ?? now
            pauses.append(next - now)
            now = next
            #expect(machine.tick(now: now) == [.ask(.inspect, number: 2 * round + 3)])
        }
        #expect(pauses == pauses.sorted())
        #expect(pauses.first == .milliseconds(10))
        #expect(pauses.last == .milliseconds(500))
    }

    @Test func `a bucket that is gone each time it was made is not made without pauses`() {
        var machine = connected()
        _ = machine.bucketFound(.nothing, number: 1, now: at(0))
        _ = machine.bucketAnswered(true, number: 2, now: at(0))
        _ = machine.bucketFound(.nothing, number: 3, now: at(0))
        _ = machine.bucketAnswered(true, number: 4, now: at(0))
        _ = machine.bucketFound(.nothing, number: 5, now: at(0))
        #expect(machine.bucketAnswered(true, number: 6, now: at(0)).isEmpty)
        #expect(machine.deadline == at(40))
    }

    @Test func `a server that says nothing useful for long is left for another one`() {
        var machine = connected(switchLimit: .seconds(2))
        #expect(machine.bucketFound(nil, number: 1, now: at(5)).isEmpty)
        #expect(machine.tick(now: at(15)) == [.ask(.inspect, number: 2)])
        #expect(machine.bucketFound(nil, number: 2, now: at(1999)).isEmpty)
        #expect(machine.tick(now: at(2000)) == [.switchServer])
        #expect(machine.disconnected() == [.disconnected])
        _ = machine.connected(ConnectionID(server: "t", client: 1), now: at(2001))
        // While a cluster elects, no server answers: the next try is given more time.
        #expect(machine.tick(now: at(5999)) == [.ask(.inspect, number: 3)])
        #expect(machine.tick(now: at(6001)) == [.switchServer])
    }

    @Test func `a server that has sent the snapshot isn't left, though its answer about the consumer comes later`() {
        var machine = connected(switchLimit: .seconds(2))
        _ = machine.bucketFound(.open, number: 1, now: at(0))
        let effects = machine.received(
            generation: 1,
            feed: 0,
            sequence: 1,
            pending: 0,
            key: .role(0),
            .marker(revision: 1),
            now: at(1)
        )
        #expect(effects.last == .synced)
        _ = machine.consumerMade(generation: 1, feed: 0, snapshotEnd: 1, now: at(2))
        #expect(machine.deadline == at(10_001))
    }

    @Test func `a server whose watch goes on while it answers no write is left, too`() {
        var machine = connected(switchLimit: .seconds(2))
        _ = machine.bucketFound(.open, number: 1, now: at(0))
        _ = machine.consumerMade(generation: 1, feed: 0, snapshotEnd: 0, now: at(0))
        #expect(machine.deadline == at(10_000))
        machine.asked(now: at(1000))
        machine.asked(now: at(1500))
        _ = machine.heartbeat(generation: 1, feed: 0, lastSequence: 0, now: at(2000))
        #expect(machine.tick(now: at(2999)).isEmpty)
        #expect(machine.tick(now: at(3000)) == [.switchServer])
        machine.asked(now: at(4000))
        machine.answered()
        #expect(machine.deadline == at(12_000))
    }
}
