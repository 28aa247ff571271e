import ElectionCore
import Testing

/// The detector `connection`, with the lease underneath. The leader `b` holds its record over connection 2.
@Suite("Lost connections in an election")
struct ElectionConnectionTests {
    private static func following() -> Bench { .following { $0.hearsLosses() } }
    private static func leading() -> Bench { .leading { $0.hearsLosses() } }

    @Test("the role of a leader whose connection is lost is taken over at once, on its last revision")
    func lossIsTakenOver() {
        var bench = Self.following()
        #expect(bench.at(100, .lost(2)) == "~suspected 6 disconnected, put #1 T1 if 6")
        #expect(bench.at(101, .written(.acknowledged(revision: 7))).hasSuffix("PROMOTE 7 T1"))
    }

    @Test("with the detector lease, a lost connection says nothing")
    func leaseIgnoresLosses() {
        var bench = Bench.following()
        #expect(bench.at(100, .lost(2)) == "")
        bench.at(200, .observed(Bench.foreign(7), Standing(isLost: true)))
        #expect(bench.summary == "follower @1200")
    }

    @Test("another connection's loss, also an earlier one of the same leader, says nothing")
    func otherLossesSayNothing() {
        var bench = Self.following()
        bench.at(50, .observed(Bench.foreign(7, client: 3)))
        #expect(bench.at(100, .lost(2)) == "")
        #expect(bench.summary == "follower @1050")
    }

    @Test("a record that comes after its connection's loss is no leader's")
    func lossBeforeTheRecord() {
        var bench = Self.following()
        #expect(
            bench.at(100, .observed(Bench.foreign(7), Standing(isLost: true)))
                == "~suspected 7 disconnected, put #1 T1 if 7"
        )
    }

    @Test("a try on a revision that the lost leader's last renewal has overtaken is made anew on that one")
    func renewalOvertakesTheTry() {
        var bench = Self.following()
        bench.at(100, .lost(2))
        #expect(
            bench.at(101, .observed(Bench.foreign(7), Standing(isLost: true)))
                == "~acquire lost, ~suspected 7 disconnected, put #2 T2 if 7"
        )
        #expect(bench.at(102, .written(.acknowledged(revision: 8))).hasSuffix("PROMOTE 8 T2"))
    }

    @Test("a record that is known already loses its leader by what is heard with it")
    func lossWithAKnownRecord() {
        var bench = Self.following()
        #expect(
            bench.at(100, .observed(Bench.foreign(6), Standing(isLost: true)))
                == "~suspected 6 disconnected, put #1 T1 if 6"
        )
    }

    @Test("where no loss is heard of, the lease decides")
    func leaseIsUnderneath() {
        var bench = Self.following()
        #expect(bench.at(1010, .tick) == "~suspected 6 expired, put #1 T1 if 6")
    }

    @Test("while the bucket is empty for a moment, the loss of who still has a lease is heard")
    func lossOfALeaseWithoutARecord() {
        var bench = Self.following()
        bench.at(100, .read(.missing))
        #expect(bench.at(200, .lost(2)) == "~suspected 0 disconnected, put #1 T1 if 0")
    }

    @Test("a leader demotes itself the moment its own connection is lost")
    func leaderDemotesAtDisconnect() {
        var bench = Self.leading()
        #expect(bench.at(50, .disconnected) == "~demoted 6 disconnected at 50, DEMOTE 6 disconnected")
        #expect(!bench.machine.isLeader(at: .ms(50)))
    }

    @Test("who demoted itself tries again over its next connection, and finds who took over")
    func reconnection() {
        var bench = Self.leading()
        bench.at(50, .disconnected)
        #expect(bench.at(60, .callbackFinished) == "~steppedDown 6 disconnected, ~suspected 6 expired")
        bench.at(70, .connectedAs(3))
        var replaced = bench
        bench.at(80, .observed(TransitionTable.own(6)))
        #expect(bench.at(80, .synced) == "put #2 T2 if 6")
        replaced.at(80, .observed(Bench.foreign(7)))
        #expect(replaced.at(80, .synced) == "")
        #expect(replaced.summary == "follower @1080")
    }

    @Test("one whose callback still runs when the connection is back leads again only after it")
    func reconnectionDuringTheCallback() {
        var bench = Self.leading()
        bench.at(50, .disconnected)
        bench.at(70, .connectedAs(3))
        bench.at(80, .observed(TransitionTable.own(6)))
        #expect(bench.at(80, .synced) == "")
        #expect(bench.at(90, .callbackFinished).hasSuffix("put #2 T2 if 6"))
    }

    @Test("an acquisition that is acknowledged after its connection was lost doesn't promote")
    func acknowledgementAfterTheLoss() {
        var bench = Bench.acquiring { $0.hearsLosses() }
        bench.at(50, .disconnected)
        #expect(bench.at(60, .written(.acknowledged(revision: 6))) == "~acquire ok 6, ~suspected 6 expired")
        bench.at(70, .connectedAs(3))
        #expect(bench.at(80, .synced) == "put #2 T2 if 6")
        #expect(bench.at(81, .written(.acknowledged(revision: 7))).hasSuffix("PROMOTE 7 T2"))
    }

    @Test("an acquisition over an older connection doesn't promote")
    func acknowledgementOverAnOlderConnection() {
        var bench = Bench.acquiring { $0.hearsLosses() }
        bench.at(50, .disconnected)
        bench.at(60, .connectedAs(3))
        #expect(bench.at(70, .observedWrite(6)) == "~acquire ok 6, ~suspected 6 expired")
        #expect(bench.at(80, .synced) == "put #2 T2 if 6")
    }

    @Test("with the detector lease, an acquisition over an older connection promotes")
    func leaseKeepsAnOlderConnectionsAcquisition() {
        var bench = Bench.acquiring()
        bench.at(50, .disconnected)
        bench.at(60, .connectedAs(3))
        #expect(bench.at(70, .observedWrite(6)).hasSuffix("PROMOTE 6 T1"))
    }

    @Test("a record names the connection that it is sent over")
    func recordNamesTheConnection() throws {
        var bench = Self.leading()
        bench.at(50, .disconnected)
        bench.at(60, .callbackFinished)
        bench.at(70, .connectedAs(3))
        bench.at(80, .synced)
        #expect(try #require(bench.lastRecord?.meta).connection == ConnectionID(server: "s", client: 3))
    }
}
