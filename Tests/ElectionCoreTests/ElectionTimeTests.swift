import ElectionCore
import Testing

@Suite("Time in an election")
struct ElectionTimeTests {
    @Test("the leader stops answering at its lease's end, before any input")
    func leaseEndsWithoutInput() {
        let bench = Bench.leading()
        #expect(bench.machine.isLeader(at: .ms(989)))
        #expect(!bench.machine.isLeader(at: .ms(990)))
        #expect(bench.machine.term(at: .ms(990)) == nil)
        #expect(bench.machine.knownLeader(at: .ms(990)) == nil)
    }

    @Test("the lease counts from before the write was sent, not from its acknowledgement")
    func leaseCountsFromSending() {
        var bench = Bench.acquiring()
        bench.at(240, .written(.acknowledged(revision: 6)))
        #expect(bench.machine.leaseEnd == .ms(990))
    }

    @Test("an acquisition acknowledged after its lease never promotes")
    func lateAcknowledgementNeverPromotes() {
        var bench = Bench.acquiring()
        #expect(bench.at(990, .written(.acknowledged(revision: 6))).hasPrefix("~acquire late 6, ~suspected 6 expired"))
        #expect(!bench.machine.isLeader(at: .ms(990)))
        // It tries anew, with a new token.
        #expect(bench.lastWrite?.expectedRevision == 6)
        #expect(bench.directives.allSatisfy { if case .promote = $0 { false } else { true } })
    }

    @Test("an acknowledgement just in time promotes")
    func acknowledgementInTimePromotes() {
        var bench = Bench.acquiring()
        #expect(bench.at(989, .written(.acknowledged(revision: 6))).contains("PROMOTE 6 T1"))
    }

    @Test("a renewal's acknowledgement after the demotion doesn't bring the term back")
    func acknowledgementDoesNotRevive() {
        var bench = Bench.renewing()
        #expect(bench.at(990, .tick).contains("DEMOTE 6 lease_expired"))
        #expect(bench.at(1000, .written(.acknowledged(revision: 7))) == "~renew ok 7")
        #expect(!bench.machine.isLeader(at: .ms(1000)))
        let next = bench.at(1010, .callbackFinished)
        #expect(next == "~steppedDown 6 lease_expired, ~suspected 7 expired, put #3 T2 if 7")
        #expect(bench.at(1020, .written(.acknowledged(revision: 8))).contains("PROMOTE 8 T2"))
    }

    @Test("an acknowledgement that comes after the lease demotes before it is believed")
    func expiryComesBeforeTheAcknowledgement() {
        var bench = Bench.renewing()
        #expect(
            bench.at(1000, .written(.acknowledged(revision: 7))).hasPrefix("~demoted 6 lease_expired at 990, DEMOTE 6")
        )
    }

    @Test("a leader that is disconnected demotes itself at its lease's end")
    func disconnectedLeaderDemotes() {
        var bench = Bench.leading()
        bench.at(100, .disconnected)
        #expect(bench.machine.nextDeadline == .ms(990))
        #expect(bench.machine.isLeader(at: .ms(500)))
        #expect(bench.at(990, .tick) == "~demoted 6 lease_expired at 990, DEMOTE 6 lease_expired")
    }

    @Test(
        "a follower counts from the receipt, with the larger ttl",
        arguments: [
            (.milliseconds(3000), 3100), (.milliseconds(300), 1100), (nil, 1100),
        ] as [(Duration?, Int64)]
    )
    func followerCountsLargerTTL(recordTTL: Duration?, until: Int64) {
        var bench = Bench.following()
        bench.at(100, .observed(Bench.foreign(7, ttl: recordTTL)))
        #expect(bench.machine.nextDeadline == .ms(until))
    }

    @Test("a record that is seen again doesn't lengthen its lease")
    func knownRecordIsNotRecounted() {
        var bench = Bench.following()
        bench.at(500, .disconnected)
        bench.at(600, .connected)
        bench.at(700, .observed(Bench.foreign(6)))
        bench.at(700, .synced)
        #expect(bench.machine.nextDeadline == .ms(1010))
    }

    @Test("another record of the same revision, in a bucket that others have made, is another lease once it is read")
    func sameRevisionOfAnotherRecord() {
        var bench = Bench.following()
        bench.at(500, .disconnected)
        bench.at(600, .connected)
        let other = Bench.foreign(6, ttl: .milliseconds(1500))
        bench.at(690, .observed(other))
        #expect(bench.at(690, .synced) == "read")
        bench.at(700, .read(other))
        #expect(bench.machine.nextDeadline == .ms(2200))
    }

    @Test("a renewal that the store refused is tried again, and the next one keeps its place in the interval")
    func refusedRenewalKeepsItsPhase() {
        var bench = Bench.leading()
        #expect(bench.at(114, .tick) == "put #2 T1 if 6")
        #expect(bench.at(120, .written(.refused(reason: "busy"))) == "~renew error")
        #expect(bench.machine.nextDeadline.map { milliseconds($0) } == 133)
        #expect(bench.at(133, .tick) == "put #3 T1 if 6")
        bench.at(140, .written(.acknowledged(revision: 7)))
        #expect(bench.machine.nextDeadline.map { milliseconds($0) } == 364)
    }

    @Test("a missing key honours a lease that still runs: the server may have lost its store")
    func missingKeyHonoursALease() {
        var bench = Bench.following()
        bench.at(500, .disconnected)
        bench.at(600, .connected)
        bench.at(700, .observed(.missing))
        #expect(bench.at(700, .synced) == "read")
        #expect(bench.at(710, .read(.missing)) == "")
        #expect(bench.at(1010, .tick) == "~suspected 0 expired, put #1 T1 if 0")
    }

    @Test("a new incarnation takes its predecessor's record for a foreign one until its lease is over")
    func incarnationInheritsNothing() {
        var bench = Bench.started()
        bench.at(0, .connected)
        bench.at(10, .observed(Bench.ownLate(6, incarnation: 0)))
        #expect(bench.at(20, .synced) == "")
        #expect(bench.summary == "follower @1010")
        #expect(bench.at(1010, .tick).hasSuffix("put #1 T1 if 6"))
    }

    @Test("renewals are spread over the interval, one each heartbeat")
    func renewalsAreSpread() {
        let phases = (0..<100 as Range<UInt64>).compactMap { seed -> Int64? in
            var bench = Bench(seed: seed)
            for input in [Input.start, .connected, .observed(.missing), .synced] { bench.at(0, input) }
            bench.at(0, .written(.acknowledged(revision: 1)))
            return bench.machine.nextDeadline.map { milliseconds($0) }
        }
        #expect(phases.allSatisfy { (1...250).contains($0) })
        #expect((0..<5).allSatisfy { fifth in phases.contains { ($0 - 1) / 50 == Int64(fifth) } })
        var bench = Bench.leading()
        #expect(bench.at(114, .tick) == "put #2 T1 if 6")
        bench.at(120, .written(.acknowledged(revision: 7)))
        #expect(milliseconds(bench.machine.nextDeadline ?? .ms(0)) == 364)
        #expect(bench.machine.leaseEnd == .ms(1104))
    }

    @Test("a record with an endless ttl is followed, not trapped on")
    func endlessTTL() {
        var bench = Bench.following()
        bench.at(100, .observed(Bench.foreign(7, ttl: .nanoseconds(Int64.max))))
        #expect(bench.machine.nextDeadline == Timestamp(nanoseconds: .max))
    }
}
