import ElectionCore
import Testing

/// `a` has priority 5 and takes over by force; `b` leads with priority 0. Or `a` leads, and `b` claims its role.
@Suite("Claims of a role")
struct ElectionClaimTests {
    /// Follows `b` from 10 ms on; the claim #1 was sent at once.
    private static func claiming() -> Bench {
        var bench = Bench.started { $0.outranks() }
        bench.at(0, .connected)
        bench.at(10, .observed(Bench.foreign(6)))
        bench.at(10, .synced)
        return bench
    }

    /// The claim stands as revision 7.
    private static func claimed() -> Bench {
        var bench = claiming()
        bench.at(11, .written(.acknowledged(revision: 7)))
        return bench
    }

    // MARK: The claimer

    @Test("it claims the role of a leader of lower priority once, and doesn't lead by that")
    func claims() throws {
        var bench = Self.claiming()
        let record = try #require(bench.lastRecord)
        #expect(record.id == "a")
        #expect(record.priority == 5)
        #expect(record.meta?.mark == .claim)
        #expect(bench.at(11, .written(.acknowledged(revision: 7))) == "~claim ok 7")
        #expect(bench.summary == "follower @1010")
        #expect(!bench.machine.isLeader(at: .ms(11)))
        #expect(bench.at(500, .tick) == "")
        #expect(bench.at(501, .observedWrite(7)) == "")
        #expect(bench.summary == "follower @1010")
    }

    @Test("a claim says that others are to wait as long as the lease that it hides")
    func hiddenLease() {
        var bench = Bench.started { $0.outranks() }
        bench.at(0, .connected)
        bench.at(10, .observed(Bench.foreign(6, ttl: .milliseconds(3000))))
        bench.at(10, .synced)
        #expect(bench.lastRecord?.meta?.ttl == .milliseconds(3000))
        bench.at(11, .written(.acknowledged(revision: 7)))
        #expect(bench.summary == "follower @3010")
        // Once it leads, its records say its own ttl again.
        bench.at(3010, .tick)
        #expect(bench.lastRecord?.meta?.ttl == .milliseconds(1000))
    }

    @Test("a validation that meets a claim lets it be confirmed as the watch would")
    func validatedClaim() {
        var bench = Bench.leading(validates: true)
        #expect(bench.at(450, .tick).contains("read"))
        let claim = Bench.foreign(9, mark: .claim, priority: 1)
        #expect(bench.at(451, .read(claim)).contains("~demoted 6 claimed at 451, DEMOTE 6 claimed"))
        #expect(bench.at(460, .callbackFinished).contains("give b"))
    }

    @Test("it leads when the leader before has confirmed")
    func confirmed() {
        var bench = Self.claimed()
        let directives = bench.at(20, .observed(Bench.transferred(8), Standing(precededBy: .ms(10))))
        #expect(directives == "~suspected 8 transferred, ~acquired 8, PROMOTE 8 T2")
    }

    @Test("or tries when the lease before is over")
    func leaseIsOver() {
        var bench = Self.claimed()
        #expect(bench.at(1009, .tick) == "")
        #expect(bench.at(1010, .tick) == "~suspected 7 expired, put #2 T2 if 7")
    }

    @Test("or when the connection of the leader before is lost")
    func leaderIsLost() {
        var bench = Bench.started {
            $0.outranks()
            $0.hearsLosses()
        }
        bench.at(0, .connected)
        bench.at(10, .observed(Bench.foreign(6)))
        bench.at(10, .synced)
        bench.at(11, .written(.acknowledged(revision: 7)))
        #expect(bench.at(20, .lost(2)) == "~suspected 7 disconnected, put #2 T2 if 7")
    }

    @Test("a renewal that crosses the claim is claimed at once")
    func renewalCrosses() {
        var bench = Self.claiming()
        #expect(bench.at(12, .observed(Bench.foreign(7))) == "~claim lost, claim #2 T2 if 7")
        #expect(bench.at(13, .written(.acknowledged(revision: 8))) == "~claim ok 8")
        #expect(bench.summary == "follower @1012")
    }

    @Test("a read that was overtaken, and found no key, doesn't let it forget to claim")
    func missingMeanwhile() {
        var bench = Bench.started { $0.outranks() }
        bench.at(0, .connected)
        bench.at(0, .healthy(false))
        bench.at(10, .observed(Bench.foreign(6)))
        bench.at(10, .synced)
        bench.at(11, .read(.missing))
        bench.at(20, .observed(Bench.foreign(7)))
        #expect(bench.at(30, .healthy(true)) == "claim #1 T1 if 7")
    }

    @Test("a rejected claim is made again on the renewal that came before it")
    func rejectedClaim() {
        var bench = Self.claiming()
        #expect(bench.at(12, .written(.rejected(lastRevision: 7))) == "~claim lost")
        #expect(bench.at(13, .observed(Bench.foreign(7))) == "claim #2 T2 if 7")
    }

    @Test("a refused claim is made again a heartbeat later")
    func refusedClaim() {
        var bench = Self.claiming()
        #expect(bench.at(12, .written(.refused(reason: "busy"))) == "~claim error")
        #expect(bench.summary == "follower @260")
        #expect(bench.at(260, .tick) == "claim #2 T2 if 6")
    }

    @Test("a claim without an answer is settled by reading, and isn't mistaken for a leader's record")
    func unknownClaim() throws {
        var bench = Self.claiming()
        #expect(bench.at(260, .tick) == "~claim unknown, read")
        #expect(bench.at(270, .readWrite(7)) == "~claim ok 7")
        #expect(bench.summary == "follower @1010")
    }

    @Test(
        "nobody claims from an equal, nor over a claim, nor without being told to",
        arguments: [
            (Bench.foreign(6, priority: 5), Takeover.force), (Bench.foreign(6, mark: .claim), .force),
            (Bench.foreign(6), .ask), (Bench.foreign(6), .none),
        ]
    )
    func noClaim(entry: StoredEntry, takeover: Takeover) {
        var bench = Bench.started {
            $0.outranks()
            $0.takeover = takeover
        }
        bench.at(0, .connected)
        bench.at(10, .observed(entry))
        #expect(bench.at(10, .synced) == "")
        #expect(bench.summary == "follower @1010")
    }

    @Test("who may not lead claims nothing, and does so when it may")
    func unhealthyClaimer() {
        var bench = Bench.started { $0.outranks() }
        bench.at(0, .connected)
        bench.at(0, .healthy(false))
        bench.at(10, .observed(Bench.foreign(6)))
        #expect(bench.at(10, .synced) == "")
        #expect(bench.summary == "follower @1010")
        #expect(bench.at(20, .healthy(true)) == "claim #1 T1 if 6")
    }

    // MARK: The leader before

    @Test("a leader whose role is claimed stops at once, and confirms when its callback has returned")
    func confirms() throws {
        var bench = Bench.leading()
        let directives = bench.at(50, .observed(Bench.foreign(7, mark: .claim, priority: 5)))
        #expect(directives == "~demoted 6 claimed at 50, DEMOTE 6 claimed")
        #expect(!bench.machine.isLeader(at: .ms(50)))
        #expect(!bench.machine.wantsSuccessor)
        #expect(bench.at(60, .callbackFinished) == "~steppedDown 6 claimed, give b #2 T2 if 7")
        #expect(bench.lastRecord?.priority == 5)
        #expect(bench.at(61, .written(.acknowledged(revision: 8))) == "~transfer ok 8, ~released 6 by 8 to b")
        #expect(bench.summary == "follower @1061")
    }

    @Test("a renewal in flight that the claim has overtaken is lost")
    func claimOvertakesARenewal() {
        var bench = Bench.renewing()
        #expect(
            bench.at(260, .observed(Bench.foreign(7, mark: .claim)))
                == "~renew lost, ~demoted 6 claimed at 260, DEMOTE 6 claimed"
        )
        #expect(bench.at(261, .written(.rejected(lastRevision: 7))) == "")
        #expect(bench.at(270, .callbackFinished).hasSuffix("give b #3 T2 if 7"))
    }

    @Test("one that is stopping confirms before it has finished")
    func stoppingLeader() {
        var bench = Bench.leading()
        bench.at(40, .stop)
        bench.at(50, .observed(Bench.foreign(7, mark: .claim)))
        #expect(bench.at(60, .callbackFinished) == "~steppedDown 6 stopped, give b #2 T2 if 7")
        #expect(bench.at(61, .written(.acknowledged(revision: 8))) == "~transfer ok 8, ~released 6 by 8 to b, FINISHED")
    }

    @Test("one that is told to stop while it confirms waits for the answer")
    func stoppedWhileConfirming() {
        var bench = Bench.leading()
        bench.at(50, .observed(Bench.foreign(7, mark: .claim)))
        bench.at(60, .callbackFinished)
        #expect(bench.at(61, .stop) == "")
        #expect(bench.at(62, .written(.acknowledged(revision: 8))) == "~transfer ok 8, ~released 6 by 8 to b, FINISHED")
    }

    @Test("who gives back what came to it late does not confirm a claim: it may be of whoever led meanwhile")
    func claimOfTheNextLeader() {
        var bench = Bench.started()
        bench.at(0, .connected)
        bench.at(0, .healthy(false))
        bench.at(10, .observed(.marker(revision: 5)))
        bench.at(10, .synced)
        #expect(bench.at(900, .observed(Bench.transferred(6))).hasSuffix("delete #1 if 6"))
        #expect(bench.at(901, .written(.rejected(lastRevision: 8))) == "read")
        #expect(bench.at(902, .read(Bench.foreign(8, mark: .claim))) == "~release lost")
        #expect(bench.summary == "follower @1902")
    }

    @Test("a role that was being given away goes to the claimer instead")
    func claimOvertakesATransfer() {
        var bench = Bench.leading()
        bench.at(50, .stop)
        bench.at(60, .callbackFinishedFor(Bench.other))
        #expect(bench.at(61, .written(.rejected(lastRevision: 7))) == "read")
        #expect(bench.at(62, .read(Bench.foreign(7, mark: .claim))) == "~transfer lost, give b #3 T3 if 7")
    }

    @Test("a claim is not confirmed by who may have given the role away before: it is of whoever led next")
    func claimAfterAnUntoldTransfer() {
        var bench = Bench.leading()
        bench.at(50, .stop)
        bench.at(60, .callbackFinishedFor(Bench.other))
        #expect(bench.at(61, .observed(Bench.foreign(9, mark: .claim))) == "~transfer lost, FINISHED")
    }

    @Test("a claim is not confirmed after a release whose outcome is unknown, and of which a read showed nothing")
    func claimAfterADroppedRelease() throws {
        var bench = Bench.leading()
        let record = try #require(bench.lastRecord)
        bench.at(50, .stop)
        #expect(bench.at(60, .callbackFinished).hasSuffix("delete #2 if 6"))
        #expect(bench.at(400, .tick) == "~release unknown, read")
        #expect(bench.at(401, .read(.record(record, revision: 6))) == "~release error, delete #3 if 6")
        #expect(bench.at(402, .observed(Bench.foreign(9, mark: .claim))) == "~release lost, FINISHED")
    }

    @Test("a claimer that is lost before it was confirmed is confirmed no more: the role is taken at once")
    func claimerIsLost() {
        var bench = Bench.leading { $0.hearsLosses() }
        bench.at(50, .observed(Bench.foreign(7, mark: .claim)))
        #expect(bench.at(55, .lost(2)) == "")
        #expect(
            bench.at(60, .callbackFinished) == "~steppedDown 6 claimed, ~suspected 7 disconnected, put #2 T2 if 7"
        )
    }

    @Test("a read that lags behind doesn't keep it from confirming")
    func staleRead() {
        var bench = Bench.leading()
        bench.at(50, .observed(Bench.foreign(7, mark: .claim)))
        bench.at(55, .read(TransitionTable.own(6)))
        #expect(bench.at(60, .callbackFinished).hasSuffix("give b #2 T2 if 7"))
    }

    @Test("the claimer's own record after its lease ends the confirmation")
    func claimerLeads() {
        var bench = Bench.leading()
        bench.at(50, .observed(Bench.foreign(7, mark: .claim)))
        bench.at(1100, .observed(Bench.foreign(8)))
        #expect(bench.at(1200, .callbackFinished) == "~steppedDown 6 claimed")
        #expect(bench.summary == "follower @2100")
    }

    // MARK: Everybody else

    @Test("a claim isn't vacated by its writer's loss: the leader before may still lead")
    func claimIsNotVacated() {
        var bench = Bench.following { $0.hearsLosses() }
        bench.at(50, .observed(Bench.foreign(7, client: 3, mark: .claim)))
        #expect(bench.at(60, .lost(3)) == "")
        #expect(bench.summary == "follower @1050")
        bench.at(70, .observed(Bench.foreign(8, client: 3, mark: .claim), Standing(isLost: true)))
        #expect(bench.summary == "follower @1070")
    }
}
