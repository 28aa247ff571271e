import ElectionCore
import Testing

/// The giver is `a`, which leads term 6, and the successor `b`; or, on the other side, `b` gives to `a`.
@Suite("Transfers of a role")
struct ElectionTransferTests {
    // MARK: Giving

    @Test("a role is given when the demote callback has returned, by a record that names the successor")
    func give() throws {
        var bench = Bench.leading()
        #expect(bench.at(50, .give(.balanced)) == "~demoted 6 balanced at 50, DEMOTE 6 balanced")
        #expect(!bench.machine.isLeader(at: .ms(50)))
        #expect(!bench.machine.wantsSuccessor)
        #expect(bench.at(60, .callbackFinished) == "~steppedDown 6 balanced, give b #2 T2 if 6")
        let record = try #require(bench.lastRecord)
        #expect(record.id == "b")
        #expect(
            record.meta
                == .init(
                    incarnation: 1,
                    ttl: .milliseconds(1000),
                    sent: .ms(60),
                    connection: ConnectionID(server: "s", client: 2),
                    mark: .transfer(from: "a")
                )
        )
        #expect(bench.at(61, .written(.acknowledged(revision: 7))) == "~transfer ok 7, ~released 6 by 7 to b")
        #expect(bench.summary == "follower @1061")
        #expect(bench.machine.knownLeader(at: .ms(61)) == "b")
    }

    @Test("the watch's own echo of a transfer changes nothing")
    func echo() {
        var bench = Self.given()
        let record = bench.lastRecord
        #expect(bench.at(80, .observed(.record(record ?? LeadershipRecord(id: "", token: ""), revision: 7))) == "")
        #expect(bench.summary == "follower @1061")
    }

    @Test("a stopping leader gives its role to whom it is told when its callback has returned")
    func stop() {
        var bench = Bench.leading()
        bench.at(50, .stop)
        #expect(bench.machine.wantsSuccessor)
        #expect(bench.at(60, .callbackFinishedFor(Bench.other)) == "~steppedDown 6 stopped, give b #2 T2 if 6")
        #expect(
            bench.at(61, .written(.acknowledged(revision: 7))) == "~transfer ok 7, ~released 6 by 7 to b, FINISHED"
        )
    }

    @Test("nobody but a leader that goes on gives a role")
    func onlyLeadersGive() {
        var follower = Bench.following()
        #expect(follower.at(50, .give(.balanced)) == "")
        var stopping = Bench.leading()
        stopping.at(50, .stop)
        #expect(stopping.at(51, .give(.balanced)) == "")
    }

    @Test("the renewal in flight is settled before the role is given")
    func renewalFirst() {
        var bench = Bench.renewing()
        bench.at(260, .give(.balanced))
        #expect(bench.at(270, .callbackFinished) == "~steppedDown 6 balanced")
        #expect(bench.at(280, .written(.acknowledged(revision: 7))) == "~renew ok 7, give b #3 T2 if 7")
    }

    @Test("the record is kept renewed until the callback returns")
    func keptRenewed() {
        var bench = Bench.leading()
        bench.at(50, .give(.balanced))
        #expect(bench.at(114, .tick) == "put #2 T1 if 6")
        bench.at(120, .written(.acknowledged(revision: 7)))
        #expect(bench.at(130, .callbackFinished).hasSuffix("give b #3 T2 if 7"))
    }

    @Test("a successor that is lost before it was given the role gets it no more: it is released")
    func successorIsLost() {
        var bench = Bench.leading { $0.hearsLosses() }
        bench.at(50, .give(.balanced))
        #expect(bench.at(55, .lost(2)) == "")
        #expect(bench.machine.wantsSuccessor)
        #expect(bench.at(60, .callbackFinished) == "~steppedDown 6 balanced, delete #2 if 6")
    }

    @Test("a successor that is lost while the transfer is on its way is taken for lost when it has landed")
    func successorIsLostInFlight() {
        var bench = Bench.leading { $0.hearsLosses() }
        bench.at(50, .give(.balanced))
        bench.at(60, .callbackFinished)
        bench.at(61, .lost(2))
        let record = bench.lastRecord ?? LeadershipRecord(id: "", token: "")
        let echo = Input.observed(.record(record, revision: 7), Standing(isLost: true))
        var watchComesFirst = bench
        bench.at(62, .written(.acknowledged(revision: 7)))
        #expect(bench.at(63, echo) == "~suspected 7 disconnected, put #3 T3 if 7")
        #expect(
            watchComesFirst.at(62, echo)
                == "~transfer ok 7, ~released 6 by 7 to b, ~suspected 7 disconnected, put #3 T3 if 7"
        )
    }

    @Test("a transfer that the store rejects is settled by reading, and given up for whoever came first")
    func rejectedTransfer() {
        var bench = Self.giving()
        #expect(bench.at(61, .written(.rejected(lastRevision: 7))) == "read")
        #expect(bench.at(62, .read(Bench.foreign(7))) == "~transfer lost")
        #expect(bench.summary == "follower @1062")
    }

    @Test("a transfer without an answer is settled by reading, and written again if it didn't land")
    func unknownTransfer() {
        var bench = Self.giving()
        #expect(bench.at(310, .tick) == "~transfer unknown, read")
        var landed = bench
        #expect(bench.at(320, .read(TransitionTable.own(6))) == "~transfer error, give b #3 T3 if 6")
        #expect(landed.at(320, .readWrite(7)) == "~transfer ok 7, ~released 6 by 7 to b")
        #expect(landed.summary == "follower @1320")
    }

    @Test("a transfer that lands after it was written again has given the role away all the same, which is told once")
    func lateTransfer() {
        let (dropped, first) = Self.droppedTransfer()
        let landed = StoredEntry.record(first, revision: 7)
        var bench = dropped
        #expect(bench.at(321, .observed(landed)) == "~released 6 by 7 to b, ~transfer error")
        #expect(bench.summary == "follower @1321")
        #expect(bench.at(322, .read(landed)) == "")
        var rejected = dropped
        #expect(rejected.at(321, .written(.rejected(lastRevision: 7))) == "read")
        #expect(rejected.at(322, .read(landed)) == "~released 6 by 7 to b, ~transfer error")
        var reconnected = dropped
        reconnected.at(330, .disconnected)
        reconnected.at(340, .connected)
        #expect(reconnected.at(341, .observed(landed)) == "~released 6 by 7 to b, ~transfer error")
        var expired = dropped
        expired.at(1100, .tick)
        #expect(expired.at(1101, .observed(landed)).contains("~released 6 by 7 to b"))
    }

    @Test("a read that shows the successor's renewal tells nothing of the late transfer; the watch does, late")
    func lateTransferOvertaken() {
        var (bench, first) = Self.droppedTransfer()
        var renewal = first
        renewal.meta?.mark = nil
        renewal.meta?.sent = .ms(321)
        bench.at(321, .written(.rejected(lastRevision: 8)))
        #expect(bench.at(322, .read(.record(renewal, revision: 8))) == "~transfer error")
        #expect(bench.at(323, .observed(.record(first, revision: 7))) == "~released 6 by 7 to b")
        #expect(bench.summary == "follower @1322")
    }

    @Test("a transfer of another life of the instance is not the late one")
    func notTheLateTransfer() {
        var (bench, first) = Self.droppedTransfer()
        first.token = "another"
        #expect(bench.at(321, .observed(.record(first, revision: 7))) == "~transfer lost")
    }

    @Test("what became of a transfer is told after a reconnection, too")
    func transferIsLearntLater() {
        var bench = Self.giving()
        bench.at(61, .disconnected)
        bench.at(70, .connected)
        #expect(bench.at(71, .observedWrite(7)) == "~transfer ok 7, ~released 6 by 7 to b")
    }

    /// Transfer #2 was asked for and not seen, and #3 is on its way; with the record of #2.
    private static func droppedTransfer() -> (Bench, LeadershipRecord) {
        var bench = Self.giving()
        let first = bench.lastRecord ?? LeadershipRecord(id: "", token: "")
        bench.at(310, .tick)
        bench.at(320, .read(TransitionTable.own(6)))
        return (bench, first)
    }

    @Test("the confirmation of a claim that lands after it was written again is one all the same")
    func lateConfirmation() {
        var bench = Bench.leading()
        let claim = Bench.foreign(7, mark: .claim, priority: 5)
        bench.at(50, .observed(claim))
        #expect(bench.at(60, .callbackFinished) == "~steppedDown 6 claimed, give b #2 T2 if 7")
        let first = bench.lastRecord ?? LeadershipRecord(id: "", token: "")
        bench.at(310, .tick)
        #expect(bench.at(320, .read(claim)) == "~transfer error, give b #3 T3 if 7")
        #expect(bench.at(321, .observed(.record(first, revision: 8))) == "~released 6 by 8 to b, ~transfer error")
    }

    @Test("a transfer that the store refuses is tried again a little later")
    func refusedTransfer() {
        var bench = Self.giving()
        #expect(bench.at(61, .written(.refused(reason: "busy"))) == "~transfer error")
        #expect(bench.summary == "demoted @74")
        #expect(bench.at(74, .tick) == "give b #3 T3 if 6")
    }

    @Test("a giver whose lease ends before the role is given leaves it to whoever comes first")
    func leaseEndsFirst() {
        var bench = Bench.leading()
        bench.at(50, .give(.balanced))
        bench.at(60, .disconnected)
        #expect(bench.at(990, .tick) == "")
        #expect(bench.at(1000, .callbackFinished) == "~steppedDown 6 balanced, ~suspected 6 expired")
    }

    /// The transfer #2 is sent at 60 ms.
    private static func giving() -> Bench {
        var bench = Bench.leading()
        bench.at(50, .give(.balanced))
        bench.at(60, .callbackFinished)
        return bench
    }

    /// The transfer is acknowledged at 61 ms.
    private static func given() -> Bench {
        var bench = giving()
        bench.at(61, .written(.acknowledged(revision: 7)))
        return bench
    }

    // MARK: Being given

    @Test("the successor leads the moment it sees the record, by the term of its revision, from its own last write on")
    func promotes() {
        var bench = Bench.following()
        let directives = bench.at(500, .observed(Bench.transferred(7), Standing(precededBy: .ms(400))))
        #expect(directives == "~suspected 7 transferred, ~acquired 7, PROMOTE 7 T1")
        #expect(bench.machine.term(at: .ms(500)) == 7)
        #expect(bench.machine.leaseEnd == .ms(1390))
        #expect(!bench.machine.isLeader(at: .ms(1390)))
    }

    @Test("who is enlisted takes a role whose standby is still to end, and goes on leading when it ends")
    func onStandby() {
        var bench = Bench.following { $0.startsOnStandby = true }
        let directives = bench.at(500, .observed(Bench.transferred(7), Standing(precededBy: .ms(400))))
        #expect(directives == "~suspected 7 transferred, ~acquired 7, PROMOTE 7 T1")
        #expect(bench.at(501, .enlist) == "")
        #expect(bench.machine.isLeader(at: .ms(501)))
    }

    @Test("one that has given up and stays for a while releases what it is given, and ends when it is told")
    func retired() {
        var bench = Bench.following()
        #expect(bench.at(400, .retire) == "")
        #expect(bench.at(500, .observed(Bench.transferred(7))) == "~suspected 7 transferred, delete #1 if 7")
        #expect(bench.at(501, .stop) == "")
        #expect(
            bench.at(502, .written(.acknowledged(revision: 8)))
                == "~release ok 8, ~released 7 by 8, ~suspected 8 released, FINISHED"
        )
        var leader = Bench.leading()
        #expect(leader.at(50, .retire) == "~demoted 6 stopped at 50, DEMOTE 6 stopped")
        #expect(leader.at(51, .stop) == "")
        #expect(leader.at(60, .callbackFinished) == "~steppedDown 6 stopped, delete #2 if 6")
        var idle = Bench.following()
        idle.at(400, .retire)
        #expect(idle.at(1400, .tick) == "~suspected 6 expired")
        #expect(idle.at(1500, .tick) == "")
        #expect(idle.at(1501, .stop) == "FINISHED")
    }

    @Test("its first renewal comes long before that lease ends")
    func renewsSoon() throws {
        for seed in 0..<50 as Range<UInt64> {
            var bench = Bench(seed: seed)
            for input in [Input.start, .connected, .observed(Bench.foreign(6)), .synced] { bench.at(0, input) }
            bench.at(500, .observed(Bench.transferred(7), Standing(precededBy: .ms(-300))))
            let renewal = try #require(bench.machine.nextDeadline)
            #expect(renewal <= .ms(595))
            #expect(bench.at(milliseconds(renewal), .tick) == "put #1 T1 if 7")
        }
    }

    @Test("the lease counts with the smaller of the own ttl and the record's")
    func smallerTTL() {
        var bench = Bench.following()
        let record = Bench.transferred(7, ttl: .milliseconds(600))
        bench.at(500, .observed(record, Standing(precededBy: .ms(400))))
        #expect(bench.machine.leaseEnd == .ms(990))
    }

    @Test(
        "without an own write that is young enough, it takes the role by a write of its own",
        arguments: [Standing(), Standing(precededBy: .ms(-490))]
    )
    func oldBasis(standing: Standing) {
        var bench = Bench.following()
        #expect(
            bench.at(500, .observed(Bench.transferred(7), standing)) == "~suspected 7 transferred, put #1 T1 if 7"
        )
        #expect(bench.at(501, .written(.acknowledged(revision: 8))) == "~acquire ok 8, ~acquired 8, PROMOTE 8 T1")
    }

    @Test("over a connection that it has no more, it takes the role by a write of its own")
    func staleConnection() {
        var bench = Bench.following()
        let directives = bench.at(
            500,
            .observed(Bench.transferred(7, client: 8), Standing(precededBy: .ms(400)))
        )
        #expect(directives == "~suspected 7 expired, put #1 T1 if 7")
    }

    @Test("while it is disconnected, it promotes nobody")
    func disconnected() {
        var bench = Bench.following()
        bench.at(450, .disconnected)
        let directives = bench.at(500, .observed(Bench.transferred(7), Standing(precededBy: .ms(400))))
        #expect(directives == "~suspected 7 expired")
    }

    @Test("what was given to an earlier incarnation is a foreign record")
    func oldIncarnation() {
        var bench = Bench.following()
        let standing = Standing(precededBy: .ms(400))
        #expect(bench.at(500, .observed(Bench.transferred(7, incarnation: 0), standing)) == "")
        #expect(bench.summary == "follower @1500")
    }

    @Test(
        "who may not lead gives the role back at once",
        arguments: [(Input.healthy(false), "delete #1 if 7"), (.stop, "")]
    )
    func ineligible(input: Input, release: String) {
        var bench = Bench.following()
        bench.at(400, input)
        let directives = bench.at(500, .observed(Bench.transferred(7), Standing(precededBy: .ms(400))))
        #expect(directives == (release.isEmpty ? "" : "~suspected 7 transferred, \(release)"))
        #expect(bench.directives.allSatisfy { if case .promote = $0 { false } else { true } })
    }

    @Test("a transfer is believed once: seen again, it is no second term")
    func seenAgain() {
        var bench = Bench.following()
        let transfer = Input.observed(Bench.transferred(7), Standing(precededBy: .ms(400)))
        bench.at(500, transfer)
        #expect(bench.at(510, transfer) == "")
        bench.at(520, .stop)
        bench.at(530, .callbackFinished)
        bench.at(540, .written(.acknowledged(revision: 8)))
        #expect(bench.at(550, transfer) == "")
        #expect(bench.machine.stateName == "stopped")
    }

    @Test("a transfer that overtakes the own try ends that")
    func crossesAnAcquisition() {
        var bench = Bench.following()
        bench.at(1010, .tick)
        let directives = bench.at(1020, .observed(Bench.transferred(7), Standing(precededBy: .ms(900))))
        #expect(directives == "~acquire error, ~suspected 7 transferred, ~acquired 7, PROMOTE 7 T2")
        #expect(bench.at(1021, .written(.rejected(lastRevision: 7))) == "")
        #expect(bench.machine.isLeader(at: .ms(1021)))
    }

    @Test("a transfer that is read counts like one that is seen")
    func read() {
        var bench = Bench.following()
        bench.at(500, .disconnected)
        bench.at(510, .connected)
        bench.at(510, .observed(.missing))
        bench.at(510, .synced)
        var standing = bench
        standing.at(520, .read(Bench.transferred(7)))
        #expect(standing.lastWrite?.expectedRevision == 7)
    }
}
