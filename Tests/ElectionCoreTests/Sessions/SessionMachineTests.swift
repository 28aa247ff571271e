import ElectionCore
import Testing

@Suite("The own session")
struct SessionMachineTests {
    // MARK: Its beginning

    @Test("it begins when the bucket is known, by compare-and-set, and its number is the revision that began it")
    func beginning() {
        var bench = SessionBench()
        #expect(bench.at(0) { $0.start(at: $1) } == "")
        #expect(bench.at(0) { $0.connected(SessionBench.connection, at: $1) } == "")
        #expect(bench.at(0) { $0.synced(at: $1) } == "put #1 T1 if 0")
        #expect(bench.machine.session(at: .ms(9)) == nil)
        #expect(bench.written(10, .acknowledged(revision: 5)) == "~acquire ok, BEGAN 5 T1 until 990")
        #expect(bench.machine.session(at: .ms(989))?.ref.number == 5)
        #expect(bench.machine.session(at: .ms(990)) == nil)
    }

    @Test("it doesn't begin before it is wanted")
    func standby() {
        var bench = SessionBench()
        _ = bench.at(0) { $0.connected(SessionBench.connection, at: $1) }
        #expect(bench.at(0) { $0.synced(at: $1) } == "")
        #expect(bench.at(50) { $0.start(at: $1) } == "put #1 T1 if 0")
    }

    @Test("an acknowledgement that comes after the lease begins nothing: the next try has another token")
    func lateBeginning() {
        var bench = SessionBench.beginning()
        #expect(bench.tick(250) == "~acquire unknown, read")
        #expect(bench.written(990, .acknowledged(revision: 5)) == "~acquire late, read")
        #expect(bench.read(991, bench.stored(5)) == "put #2 T2 if 5")
        #expect(bench.machine.session(at: .ms(991)) == nil)
    }

    @Test("a beginning whose answer was lost is found in the store")
    func beginningFound() {
        var bench = SessionBench.beginning()
        #expect(bench.observed(20, bench.stored(5)) == "~acquire ok, BEGAN 5 T1 until 990")
        #expect(bench.written(30, .acknowledged(revision: 5)) == "")
    }

    @Test("one that landed after it was given up is no session, and the next begins over it")
    func dropped() {
        var bench = SessionBench.beginning()
        let first = bench.stored(5)
        _ = bench.tick(250)
        #expect(bench.read(260, .missing) == "~acquire error, put #2 T2 if 0")
        #expect(bench.observed(270, first) == "~acquire error, put #3 T3 if 5")
        #expect(bench.machine.session(at: .ms(270)) == nil)
    }

    @Test("another life's session is waited for, then begun over, which ends it")
    func earlierLife() {
        var bench = SessionBench()
        _ = bench.at(0) { $0.start(at: $1) }
        _ = bench.at(0) { $0.connected(SessionBench.connection, at: $1) }
        _ = bench.observed(0, SessionBench.record(revision: 3))
        #expect(bench.at(0) { $0.synced(at: $1) } == "")
        #expect(bench.deadline == 1000)
        #expect(bench.observed(500, SessionBench.record(revision: 4)) == "")
        #expect(bench.tick(1000) == "")
        #expect(bench.tick(1500) == "put #1 T1 if 4")
    }

    @Test("a tombstone, or the loss of its connection, ends the wait for another life's session")
    func earlierLifeIsOver() {
        for isTold in [true, false] {
            var bench = SessionBench(detector: .connection)
            _ = bench.at(0) { $0.start(at: $1) }
            _ = bench.at(0) { $0.connected(SessionBench.connection, at: $1) }
            _ = bench.observed(0, SessionBench.record(revision: 3))
            _ = bench.at(0) { $0.synced(at: $1) }
            if isTold {
                let lost = ConnectionID(server: "s", client: 9)
                #expect(bench.at(100) { $0.lost(lost, at: $1) } == "put #1 T1 if 3")
            } else {
                #expect(bench.observed(100, .marker(revision: 6)) == "put #1 T1 if 6")
            }
        }
    }

    // MARK: Its renewals

    @Test("each renewal expects the last, names the session, and counts from before it was sent")
    func renewal() {
        var bench = SessionBench.living()
        let due = bench.deadline ?? 0
        #expect((0...250).contains(due))
        #expect(bench.tick(due + 1) == "put #2 T1 if 5")
        guard case .record(let record)? = bench.lastWrite?.value else { return #expect(Bool(false)) }
        #expect(record.meta?.session?.number == 5)
        #expect(bench.written(due + 20, .acknowledged(revision: 8)).hasSuffix("renewed 5 T1 until \(due + 1 + 990)"))
        #expect(bench.deadline.map { $0 - due } == 250)
    }

    @Test("a renewal without an answer is settled by what the watch shows")
    func renewalFound() {
        var bench = SessionBench.living()
        let due = bench.deadline ?? 0
        _ = bench.tick(due + 1)
        #expect(bench.tick(due + 251) == "~renew unknown, read")
        #expect(bench.observed(due + 260, bench.stored(8)).hasPrefix("~renew ok, renewed 5 T1 until \(due + 991)"))
    }

    @Test("a renewal that the store doesn't show is made again")
    func renewalLost() {
        var bench = SessionBench.living()
        let begun = bench.stored(5)
        let due = bench.deadline ?? 0
        _ = bench.tick(due + 1)
        _ = bench.tick(due + 251)
        #expect(bench.read(due + 260, begun) == "~renew error, renewed 5 T1 until 990, put #3 T1 if 5")
    }

    @Test("a renewal that the store did not take is written again soon, and the next is due when it was")
    func renewalRetried() {
        for outcome in [WriteOutcome.notSent, .refused(reason: "busy")] {
            var bench = SessionBench.living()
            let due = bench.deadline ?? 0
            #expect(bench.tick(due + 1) == "put #2 T1 if 5")
            #expect(bench.written(due + 2, outcome) == "~renew error")
            #expect(bench.tick(due + 10) == "")
            #expect(bench.tick(due + 20) == "put #3 T1 if 5")
            #expect(bench.written(due + 21, .acknowledged(revision: 8)).hasPrefix("~renew ok"))
            #expect(bench.deadline == due + 250)
        }
    }

    @Test("a rejected renewal asks the store, which shows an earlier one of its own")
    func renewalAgainstItself() {
        var bench = SessionBench.living()
        let due = bench.deadline ?? 0
        _ = bench.tick(due + 1)
        let first = bench.stored(8)
        _ = bench.tick(due + 251)
        #expect(bench.written(due + 252, .rejected(lastRevision: 8)) == "read")
        #expect(bench.read(due + 253, first).hasPrefix("~renew ok, renewed 5 T1"))
    }

    // MARK: Its end

    @Test("it ends with its lease, and an acknowledgement that comes later revives nothing")
    func expiry() {
        var bench = SessionBench.living()
        let due = bench.deadline ?? 0
        _ = bench.tick(due + 1)
        _ = bench.tick(due + 251)
        #expect(bench.tick(990) == "ENDED 5 expired, read")
        #expect(bench.written(991, .acknowledged(revision: 8)) == "~renew ok")
        #expect(bench.machine.session(at: .ms(991)) == nil)
        #expect(bench.at(992) { $0.told(at: $1) } == "")
        #expect(bench.read(993, bench.stored(8)) == "put #3 T2 if 8")
        #expect(bench.written(995, .acknowledged(revision: 9)).hasSuffix("BEGAN 9 T2 until 1983"))
    }

    @Test("the next one begins only when the machines of the roles know of the end")
    func telling() {
        var bench = SessionBench.living()
        #expect(bench.observed(100, .marker(revision: 6)) == "ENDED 5 replaced")
        #expect(bench.tick(101) == "")
        #expect(bench.at(102) { $0.told(at: $1) } == "put #2 T2 if 6")
    }

    @Test("a tombstone and another session end it, a missing key only when a read shows it")
    func endings() {
        var fenced = SessionBench.living()
        #expect(fenced.observed(100, .marker(revision: 6)) == "ENDED 5 replaced")
        var replaced = SessionBench.living()
        #expect(replaced.observed(100, SessionBench.record(incarnation: 3, revision: 6)) == "ENDED 5 replaced")
        var removed = SessionBench.living()
        #expect(removed.observed(100, .missing) == "")
        _ = removed.at(100) { $0.disconnected(at: $1) }
        _ = removed.at(100) { $0.connected(SessionBench.connection, at: $1) }
        #expect(removed.at(100) { $0.synced(at: $1) } == "read")
        #expect(removed.read(110, .missing) == "ENDED 5 removed")
    }

    @Test("what is late changes nothing")
    func lateEntries() {
        var bench = SessionBench.living()
        #expect(bench.observed(100, .marker(revision: 4)) == "")
        #expect(bench.observed(100, SessionBench.record(revision: 3)) == "")
        #expect(bench.machine.session(at: .ms(100)) != nil)
    }

    @Test("with the detector lease it outlives its connection, with the detector connection it doesn't")
    func disconnection() {
        var lasting = SessionBench.living()
        #expect(lasting.at(100) { $0.disconnected(at: $1) } == "")
        #expect(lasting.machine.session(at: .ms(989)) != nil)
        var ending = SessionBench.living(detector: .connection)
        #expect(ending.at(100) { $0.disconnected(at: $1) } == "ENDED 5 disconnected")
        #expect(ending.machine.session(at: .ms(100)) == nil)
    }

    @Test("with the detector connection, a beginning that is acknowledged over another connection is none")
    func beginningOverAnotherConnection() {
        var bench = SessionBench.beginning(detector: .connection)
        _ = bench.at(10) { $0.disconnected(at: $1) }
        _ = bench.at(20) { $0.connected(ConnectionID(server: "s", client: 2), at: $1) }
        #expect(bench.written(30, .acknowledged(revision: 5)) == "~acquire ok")
        #expect(bench.machine.session(at: .ms(30)) == nil)
    }

    @Test("withdrawn, it leaves a tombstone, and begins never again")
    func withdrawal() {
        var bench = SessionBench.living()
        #expect(bench.at(100) { $0.withdraw(at: $1) } == "ENDED 5 withdrawn, delete #2 if 5")
        #expect(bench.at(101) { $0.told(at: $1) } == "")
        #expect(bench.written(110, .acknowledged(revision: 9)) == "~release ok")
        #expect(bench.tick(5000) == "")
    }

    @Test("in another bucket, whose revisions are lower, it begins anew once a read has shown that")
    func anotherBucket() {
        var bench = SessionBench.living()
        _ = bench.at(100) { $0.disconnected(at: $1) }
        _ = bench.at(110) { $0.connected(SessionBench.connection, at: $1) }
        #expect(bench.observed(110, .marker(revision: 2)) == "")
        #expect(bench.at(120) { $0.synced(at: $1) } == "read")
        #expect(bench.read(130, .marker(revision: 2)) == "ENDED 5 replaced")
        #expect(bench.at(131) { $0.told(at: $1) } == "put #2 T2 if 2")
    }
}
