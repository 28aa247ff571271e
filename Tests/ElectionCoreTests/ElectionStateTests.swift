import ElectionCore
import Testing

@Suite("States of an election")
struct ElectionStateTests {
    @Test(
        "a leader demotes at once when it sees a foreign record of a higher revision, or none of its own",
        arguments: [
            (StoredEntry.marker(revision: 7), "removed"), (Bench.foreign(7), "superseded"),
            (.unreadable(revision: 7), "superseded"), (Bench.ownLate(7), "superseded"),
        ]
    )
    func supersededLeaderDemotes(entry: StoredEntry, reason: String) {
        var bench = Bench.leading()
        #expect(bench.at(50, .observed(entry)) == "~demoted 6 \(reason) at 50, DEMOTE 6 \(reason)")
        #expect(!bench.machine.isLeader(at: .ms(50)))
    }

    @Test("a superseded leader follows its successor once its callback has returned, and writes nothing")
    func supersededLeaderFollows() {
        var bench = Bench.leading()
        bench.at(50, .observed(Bench.foreign(7)))
        #expect(bench.at(60, .callbackFinished) == "~steppedDown 6 superseded")
        #expect(bench.summary == "follower @1050")
        #expect(bench.machine.knownLeader(at: .ms(60)) == "b")
    }

    @Test("the record is kept renewed until the demote callback returns, then released")
    func recordIsKeptUntilTheCallbackReturns() {
        var bench = Bench.leading()
        #expect(bench.at(50, .stop) == "~demoted 6 stopped at 50, DEMOTE 6 stopped")
        #expect(!bench.machine.isLeader(at: .ms(50)))
        #expect(bench.at(114, .tick) == "put #2 T1 if 6")
        bench.at(120, .written(.acknowledged(revision: 7)))
        #expect(bench.at(364, .tick) == "put #3 T1 if 7")
        bench.at(370, .written(.acknowledged(revision: 8)))
        #expect(bench.at(400, .callbackFinished) == "~steppedDown 6 stopped, delete #4 if 8")
        #expect(bench.at(410, .written(.acknowledged(revision: 9))).contains("~released 6 by 9"))
        #expect(bench.machine.stateName == "stopped")
    }

    @Test("a release expects the own last revision, so a successor's record stays")
    func releaseExpectsTheOwnRevision() {
        var bench = Bench.leading()
        bench.at(50, .healthy(false))
        #expect(bench.at(60, .callbackFinished).hasSuffix("delete #2 if 6"))
        bench.at(70, .written(.rejected(lastRevision: 7)))
        #expect(bench.at(80, .read(Bench.foreign(7))) == "~release lost")
        #expect(bench.summary == "follower @1080")
    }

    @Test("an acquisition accepted while stopping is released without a promotion")
    func unwantedAcquisitionIsReleased() {
        var bench = Bench.acquiring()
        #expect(bench.at(50, .stop) == "")
        #expect(bench.at(60, .written(.acknowledged(revision: 6))) == "~acquire ok 6, delete #2 if 6")
        #expect(bench.at(70, .written(.acknowledged(revision: 7))).hasSuffix("FINISHED"))
    }

    @Test("who is not healthy doesn't try, and tries as soon as it is")
    func unhealthyCandidateWaits() {
        var bench = Bench.following()
        bench.at(20, .healthy(false))
        #expect(bench.at(1010, .tick) == "~suspected 6 expired")
        #expect(bench.summary == "candidate @-")
        #expect(bench.at(2000, .healthy(true)) == "put #1 T1 if 6")
    }

    @Test("validation finds another token and demotes")
    func validationFindsAnotherToken() {
        var bench = Bench.leading(validates: true)
        bench.at(114, .tick)
        bench.at(120, .written(.acknowledged(revision: 7)))
        bench.at(364, .tick)
        bench.at(370, .written(.acknowledged(revision: 8)))
        #expect(bench.at(410, .tick) == "read")
        let lost = bench.at(420, .read(Bench.foreign(9)))
        #expect(lost == "~validate lost 9, ~demoted 6 invalid_token at 420, DEMOTE 6 invalid_token")
    }

    @Test("validation finds the own token and goes on")
    func validationFindsTheOwnToken() {
        var bench = Bench.leading(validates: true)
        bench.at(410, .tick)
        #expect(bench.at(420, .read(TransitionTable.own(6))) == "~validate ok 6")
        #expect(bench.machine.isLeader(at: .ms(420)))
    }

    @Test(
        "a leader that the watch shows less than it knows reads before it believes that it lost the role",
        arguments: [
            (StoredEntry.missing, "removed"), (Bench.foreign(2), "superseded"), (.marker(revision: 1), "removed"),
        ]
    )
    func leaderIsSettledAfterAConnection(entry: StoredEntry, reason: String) {
        var bench = Bench.leading()
        bench.at(50, .disconnected)
        bench.at(60, .connected)
        #expect(bench.at(70, .observed(entry)) == "")
        #expect(bench.at(70, .synced) == "read")
        var replica = bench
        #expect(bench.at(80, .read(entry)) == "~demoted 6 \(reason) at 80, DEMOTE 6 \(reason)")
        // The watch began at a replica that lags behind.
        #expect(replica.at(80, .read(TransitionTable.own(6))) == "")
        #expect(replica.machine.isLeader(at: .ms(80)))
    }

    @Test("a leader believes a later record at once")
    func leaderBelievesALaterRecord() {
        var bench = Bench.leading()
        bench.at(50, .disconnected)
        bench.at(60, .connected)
        #expect(bench.at(70, .observed(Bench.foreign(7))) == "~demoted 6 superseded at 70, DEMOTE 6 superseded")
    }

    @Test("a candidate that the watch shows less than it knows doesn't try before it has read")
    func candidateReadsWhatItDoubts() {
        var bench = Bench.acquiring()
        bench.at(10, .written(.rejected(lastRevision: nil)))
        bench.at(20, .read(.marker(revision: 7)))
        bench.at(25, .written(.refused(reason: "busy")))
        bench.at(30, .disconnected)
        bench.at(40, .connected)
        bench.at(50, .observed(.missing))
        #expect(bench.at(50, .synced) == "read")
        #expect(bench.at(60, .read(.missing)) == "~suspected 0 missing, put #3 T3 if 0")
    }

    @Test("an unreadable value is a foreign leader's until its lease is over")
    func unreadableValueIsHonoured() {
        var bench = Bench.started()
        bench.at(0, .connected)
        bench.at(0, .observed(.unreadable(revision: 3)))
        #expect(bench.at(0, .synced) == "")
        #expect(bench.at(1000, .tick) == "~suspected 3 expired, put #1 T1 if 3")
    }

    @Test("an input before the start is a mistake")
    func inputBeforeStartTraps() async {
        await #expect(processExitsWith: .failure) {
            var bench = Bench()
            bench.at(0, .connected)
        }
    }

    @Test("a second start is a mistake")
    func secondStartTraps() async {
        await #expect(processExitsWith: .failure) {
            var bench = Bench.started()
            bench.at(0, .start)
        }
    }

    @Test("a demote callback that finishes without having been called is a mistake")
    func unexpectedCallbackTraps() async {
        await #expect(processExitsWith: .failure) {
            var bench = Bench.leading()
            bench.at(20, .callbackFinished)
        }
    }

    @Test("a demote callback that finishes twice is a mistake")
    func secondCallbackTraps() async {
        await #expect(processExitsWith: .failure) {
            var bench = Bench.leading()
            bench.at(20, .stop)
            bench.at(30, .callbackFinished)
            bench.at(40, .callbackFinished)
        }
    }
}
