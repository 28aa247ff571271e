import ElectionCore
import Testing

@testable import NATSStore

@Suite struct WatchMachineTests {
    private typealias Effect = WatchMachine.Effect

    private static let s = ConnectionID(server: "s", client: 7)

    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(nanoseconds: milliseconds * 1_000_000) }

    private func make(roles: Int = 2, feeds: Int = 1) -> WatchMachine {
        WatchMachine(
            roles: roles,
            feeds: feeds,
            silenceLimit: .milliseconds(100),
            answerLimit: .milliseconds(1000),
            switchLimit: nil,
            opening: BucketOpening(patience: .milliseconds(3000))
        )
    }

    /// A machine whose connection stands and that has asked for a watch on the bucket that is there, at generation 1.
    private func opening(roles: Int = 2, feeds: Int = 1) -> WatchMachine {
        var machine = make(roles: roles, feeds: feeds)
        _ = machine.connected(Self.s, now: at(0))
        _ = machine.bucketFound(.open, number: 1, now: at(0))
        return machine
    }

    private func message(
        _ machine: inout WatchMachine,
        _ sequence: UInt64,
        pending: UInt64 = 9,
        key: WatchMachine.Key = .role(0),
        generation: UInt64 = 1,
        feed: Int = 0,
        at time: Int64 = 0
    ) -> [WatchMachine.Effect] {
        machine.received(
            generation: generation,
            feed: feed,
            sequence: sequence,
            pending: pending,
            key: key,
            .marker(revision: sequence),
            now: at(time)
        )
    }

    /// A machine that is current at generation 1, with nothing in the bucket.
    private func current(roles: Int = 2) -> WatchMachine {
        var machine = opening(roles: roles)
        _ = machine.consumerMade(generation: 1, feed: 0, snapshotEnd: 0, now: at(0))
        return machine
    }

    @Test func `a connection looks at the bucket, then opens a watch`() {
        var machine = make()
        #expect(machine.deadline == nil)
        #expect(machine.connected(Self.s, now: at(0)) == [.connected(Self.s), .ask(.inspect, number: 1)])
        #expect(machine.deadline == at(100))
        #expect(machine.bucketFound(.open, number: 1, now: at(0)) == [.open(generation: 1)])
        #expect(machine.deadline == at(1000))
    }

    @Test func `what an empty bucket lacks is missing as soon as the consumer is made`() {
        var machine = opening()
        #expect(
            machine.consumerMade(generation: 1, feed: 0, snapshotEnd: 0, now: at(1))
                == [.observed(role: 0, .missing, at: at(1)), .observed(role: 1, .missing, at: at(1)), .synced]
        )
    }

    @Test func `the snapshot ends with its last message, and what it lacked is missing`() {
        var machine = opening()
        #expect(machine.consumerMade(generation: 1, feed: 0, snapshotEnd: 2, now: at(0)).isEmpty)
        #expect(message(&machine, 1, key: .other).isEmpty)
        #expect(
            message(&machine, 2, key: .role(1)) == [
                .observed(role: 1, .marker(revision: 2), at: at(0)), .observed(role: 0, .missing, at: at(0)), .synced,
            ]
        )
    }

    @Test func `messages may come before the answer that makes their consumer`() {
        var machine = opening(roles: 1)
        #expect(message(&machine, 1, pending: 1) == [.observed(role: 0, .marker(revision: 1), at: at(0))])
        #expect(
            machine.consumerMade(generation: 1, feed: 0, snapshotEnd: 1, now: at(0)) == [.synced]
        )
    }

    @Test func `nothing pending ends the snapshot, too`() {
        var machine = opening(roles: 1)
        #expect(message(&machine, 1, pending: 0) == [.observed(role: 0, .marker(revision: 1), at: at(0)), .synced])
        #expect(machine.consumerMade(generation: 1, feed: 0, snapshotEnd: 1, now: at(0)).isEmpty)
    }

    @Test func `a heartbeat ends a snapshot whose last message aged out`() {
        var machine = opening(roles: 1)
        _ = machine.consumerMade(generation: 1, feed: 0, snapshotEnd: 3, now: at(0))
        _ = message(&machine, 1, pending: 2)
        #expect(machine.heartbeat(generation: 1, feed: 0, lastSequence: 1, now: at(5)) == [.synced])
    }

    @Test func `all feeds have to end their part of the snapshot`() {
        var machine = opening(roles: 2, feeds: 2)
        #expect(machine.consumerMade(generation: 1, feed: 1, snapshotEnd: 0, now: at(0)).isEmpty)
        #expect(machine.consumerMade(generation: 1, feed: 0, snapshotEnd: 1, now: at(0)).isEmpty)
        #expect(
            message(&machine, 1, pending: 0, key: .role(0)) == [
                .observed(role: 0, .marker(revision: 1), at: at(0)), .observed(role: 1, .missing, at: at(0)), .synced,
            ]
        )
    }

    @Test func `changes are observed as they come`() {
        var machine = current()
        #expect(message(&machine, 1, key: .role(1)) == [.observed(role: 1, .marker(revision: 1), at: at(0))])
        #expect(message(&machine, 2, key: .other).isEmpty)
    }

    @Test func `a member's presence is told in the snapshot and after it, and is no role`() {
        var machine = opening(roles: 1, feeds: 2)
        #expect(
            message(&machine, 1, pending: 0, key: .presence("a.b"), feed: 1)
                == [.presence(id: "a.b", .marker(revision: 1), at: at(0))]
        )
        #expect(
            machine.consumerMade(generation: 1, feed: 0, snapshotEnd: 0, now: at(0))
                == [.observed(role: 0, .missing, at: at(0)), .synced]
        )
        #expect(
            message(&machine, 2, key: .presence("a.b"), feed: 1) == [
                .presence(id: "a.b", .marker(revision: 2), at: at(0))
            ]
        )
        #expect(message(&machine, 3, key: .presence("a.b"), generation: 0, feed: 1).isEmpty)
    }

    /// As after a lost connection: nothing that was known counts.
    private static let anew: [WatchMachine.Effect] = [
        .disconnected, .close(generation: 1), .connected(s), .ask(.inspect, number: 2),
    ]

    @Test func `a gap makes a fresh watch, which doesn't hear the old one`() {
        var machine = current()
        _ = message(&machine, 1)
        #expect(message(&machine, 3) == Self.anew)
        #expect(message(&machine, 4).isEmpty)
        #expect(machine.bucketFound(.open, number: 2, now: at(0)) == [.open(generation: 2)])
        #expect(machine.consumerMade(generation: 1, feed: 0, snapshotEnd: 0, now: at(0)).isEmpty)
        #expect(message(&machine, 1, pending: 0, generation: 2).last == .synced)
    }

    @Test func `a heartbeat that names a message we never got makes a fresh watch`() {
        var machine = current()
        #expect(machine.heartbeat(generation: 1, feed: 0, lastSequence: 0, now: at(50)).isEmpty)
        #expect(machine.deadline == at(150))
        #expect(
            machine.heartbeat(generation: 1, feed: 0, lastSequence: 1, now: at(60))
                == Self.anew
        )
    }

    @Test func `silence makes a fresh watch`() {
        var machine = current()
        _ = message(&machine, 1, at: 30)
        #expect(machine.tick(now: at(129)).isEmpty)
        #expect(machine.tick(now: at(130)) == Self.anew)
    }

    @Test func `a doubt makes a fresh watch once`() {
        var machine = current()
        #expect(machine.doubted(now: at(1)) == Self.anew)
        #expect(machine.doubted(now: at(2)).isEmpty)
    }

    @Test func `a consumer that can't be made is tried again after a pause, and the bucket looked at first`() {
        var machine = opening(roles: 1)
        #expect(machine.consumerFailed(generation: 1, feed: 0, now: at(1)) == [.close(generation: 1)])
        #expect(machine.deadline == at(11))
        #expect(machine.tick(now: at(10)).isEmpty)
        #expect(machine.tick(now: at(11)) == [.ask(.inspect, number: 2)])
        #expect(machine.bucketFound(.open, number: 2, now: at(11)) == [.open(generation: 2)])
    }

    @Test func `a snapshot that doesn't come is tried again`() {
        var machine = opening(roles: 1)
        #expect(machine.tick(now: at(1000)) == [.close(generation: 1)])
        #expect(machine.tick(now: at(1010)) == [.ask(.inspect, number: 2)])
        #expect(machine.bucketFound(.open, number: 2, now: at(1010)) == [.open(generation: 2)])
        // The server may just be slow.
        #expect(machine.deadline == at(3010))
    }

    @Test func `a lost connection ends the watch at once`() {
        var machine = current()
        #expect(machine.disconnected() == [.disconnected, .close(generation: 1)])
        #expect(machine.disconnected().isEmpty)
        #expect(message(&machine, 1).isEmpty)
        #expect(machine.heartbeat(generation: 1, feed: 0, lastSequence: 7, now: at(1)).isEmpty)
        #expect(machine.bucketFound(.open, number: 1, now: at(1)).isEmpty)
        #expect(machine.bucketAnswered(true, number: 1, now: at(1)).isEmpty)
        #expect(machine.doubted(now: at(1)).isEmpty)
        #expect(machine.tick(now: at(9999)).isEmpty)
        let t = ConnectionID(server: "t", client: 7)
        #expect(machine.connected(t, now: at(1)) == [.connected(t), .ask(.inspect, number: 2)])
    }
}
