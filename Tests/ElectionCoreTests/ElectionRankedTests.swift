import ElectionCore
import Testing

@Suite("A ranked campaign")
struct ElectionRankedTests {
    private static func started() -> Bench { .started { $0.isRanked() } }

    /// Follows `b` in a ranked campaign.
    private static func following() -> Bench { .following { $0.isRanked() } }

    /// The role is vacant since 1010 ms; the rank was asked for.
    private static func asking() -> Bench {
        var bench = following()
        bench.at(1010, .tick)
        return bench
    }

    @Test("a vacant role's rank is asked for once, and nothing is tried before the answer")
    func rankIsAskedOnce() {
        var bench = Self.following()
        #expect(bench.at(1010, .tick) == "~suspected 6 expired, rank 6")
        #expect(bench.summary == "candidate @-")
        #expect(bench.at(1020, .observed(.marker(revision: 7))) == "~suspected 7 released")
    }

    @Test("before the role is settled no rank is asked for")
    func rankIsAskedOnceConnected() {
        var bench = Self.started()
        bench.at(0, .connected)
        #expect(bench.at(10, .observed(.marker(revision: 5))) == "~suspected 5 released")
        #expect(bench.at(20, .synced) == "rank 5")
        #expect(bench.at(20, .ranked(0)) == "put #1 T1 if 5")
    }

    @Test("the first in rank tries in the same moment")
    func firstTriesAtOnce() {
        var bench = Self.asking()
        #expect(bench.at(1011, .ranked(0)) == "put #1 T1 if 6")
    }

    @Test("the others wait for their turn, and follow who came before")
    func othersWait() {
        var bench = Self.asking()
        #expect(bench.at(1011, .ranked(40)) == "")
        #expect(bench.summary == "candidate @1051")
        var second = bench
        #expect(bench.at(1051, .tick) == "put #1 T1 if 6")
        #expect(second.at(1020, .observed(Bench.foreign(7))) == "")
        #expect(second.summary == "follower @2020")
        // An answer that comes too late is for no vacancy.
        #expect(second.at(1021, .ranked(0)) == "")
        #expect(second.summary == "follower @2020")
    }

    @Test("a later plan only ever makes it earlier")
    func replanMakesEarlier() {
        var bench = Self.asking()
        bench.at(1011, .ranked(40))
        bench.at(1012, .ranked(100))
        #expect(bench.summary == "candidate @1051")
        bench.at(1013, .ranked(20))
        #expect(bench.summary == "candidate @1033")
        #expect(bench.at(1014, .ranked(0)) == "put #1 T1 if 6")
        // It is under way: no plan sends it twice.
        #expect(bench.at(1015, .ranked(0)) == "")
    }

    @Test("a lost race waits for the watch before anything is planned anew")
    func lostRace() {
        var bench = Self.asking()
        bench.at(1011, .ranked(0))
        #expect(bench.at(1012, .written(.rejected(lastRevision: 7))) == "~acquire lost")
        #expect(bench.at(1013, .ranked(0)) == "")
        #expect(bench.at(1062, .tick) == "read")
        #expect(bench.at(1063, .read(.marker(revision: 8))) == "~suspected 8 released, rank 8")
    }

    @Test("an old answer that vacates the role while a try is in flight leaves nobody waiting for ever")
    func rankDuringAWrite() {
        var bench = Self.asking()
        bench.at(1011, .ranked(0))
        #expect(bench.at(1012, .read(.missing)) == "~suspected 0 missing, rank 0")
        #expect(bench.at(1012, .ranked(0)) == "")
        #expect(bench.at(1013, .written(.rejected(lastRevision: 7))) == "~acquire lost")
        #expect(bench.at(1063, .tick) == "read")
        #expect(bench.at(1064, .read(.marker(revision: 8))) == "~suspected 8 released, rank 8")
    }

    @Test("who doubts what the watch shows asks for no rank before it has read")
    func doubtsFirst() {
        var bench = Self.started()
        bench.at(0, .connected)
        bench.at(0, .observed(.marker(revision: 5)))
        bench.at(1, .disconnected)
        bench.at(2, .connected)
        bench.at(3, .observed(.missing))
        #expect(bench.at(4, .synced) == "read")
        #expect(bench.at(5, .read(.marker(revision: 5))) == "rank 5")
    }

    @Test("on standby it waits though its turn has come, and asks anew when it is enlisted")
    func standby() {
        var bench = Bench.following {
            $0.isRanked()
            $0.startsOnStandby = true
        }
        #expect(bench.at(1010, .tick) == "rank 6")
        #expect(bench.at(1010, .ranked(0)) == "")
        #expect(bench.summary == "candidate @-")
        #expect(bench.at(2000, .enlist) == "~suspected 6 expired, rank 6")
        #expect(bench.at(2001, .ranked(0)) == "put #1 T1 if 6")
        #expect(bench.at(2002, .enlist) == "")
    }

    @Test("who is enlisted while somebody leads goes on following")
    func enlistedFollower() {
        var bench = Bench.following {
            $0.isRanked()
            $0.startsOnStandby = true
        }
        #expect(bench.at(500, .enlist) == "")
        #expect(bench.summary == "follower @1010")
        #expect(bench.at(1010, .tick) == "~suspected 6 expired, rank 6")
        #expect(bench.at(1010, .ranked(0)) == "put #1 T1 if 6")
    }

    @Test("a refused try is made again without a new plan, and not by all at once")
    func refusedTry() {
        var bench = Self.asking()
        bench.at(1011, .ranked(0))
        #expect(bench.at(1012, .written(.refused(reason: "busy"))) == "~acquire error")
        let deadline = bench.machine.nextDeadline.map { milliseconds($0) }
        #expect(deadline.map { (1022...1045).contains($0) } == true)
    }

    @Test("after a disconnection the rank is asked for when the role is settled again")
    func disconnection() {
        var bench = Self.following()
        bench.at(500, .disconnected)
        #expect(bench.at(1010, .tick) == "~suspected 6 expired")
        bench.at(1100, .connected)
        #expect(bench.at(1110, .observed(Bench.foreign(6))) == "")
        #expect(bench.at(1110, .synced) == "rank 6")
    }
}
