import ElectionCore
import Testing

/// A role's election of instance `a`, which leads by its session 3, and of which `b` leads by session 5 where it follows.
@Suite("Sessions in an election")
struct ElectionSessionTests {
    private static let own = SessionRef(instance: "a", number: 3, token: "own")
    private static let others = SessionRef(instance: "b", number: 5, token: "theirs")

    /// The own session stands; its lease ends at 1000 ms.
    private static func stands(_ ref: SessionRef = own, until end: Int64 = 1000) -> Input {
        .sessionStands(OwnSession(ref: ref, leaseEnd: .ms(end)))
    }

    /// Leads term 6 by session 3, until 1000 ms.
    private static func leading(_ adjust: (inout ElectionSettings) -> Void = { _ in }) -> Bench {
        var bench = acquiring(adjust)
        bench.at(10, .written(.acknowledged(revision: 6)))
        return bench
    }

    private static func acquiring(_ adjust: (inout ElectionSettings) -> Void = { _ in }) -> Bench {
        var bench = Bench.acquiring { settings in
            settings.lease = .instance
            adjust(&settings)
        }
        bench.at(0, stands())
        return bench
    }

    /// A role's record of `id` that names a session.
    private static func record(
        _ id: String,
        by session: SessionRef?,
        _ revision: UInt64,
        token: String = "foreign",
        mark: LeadershipRecord.Mark? = nil,
        priority: Int = 0
    ) -> StoredEntry {
        let meta = LeadershipRecord.Meta(
            incarnation: 1,
            ttl: .milliseconds(1000),
            sent: .ms(0),
            connection: ConnectionID(server: "s", client: id == "a" ? 1 : 2),
            mark: mark,
            session: session
        )
        return .record(LeadershipRecord(id: id, token: token, priority: priority, meta: meta), revision: revision)
    }

    private static func following(_ adjust: (inout ElectionSettings) -> Void = { _ in }) -> Bench {
        var bench = Bench.started(adjust)
        bench.at(0, .connected)
        bench.at(0, stands())
        bench.at(10, .observed(record("b", by: others, 6)))
        bench.at(10, .synced)
        return bench
    }

    // MARK: Leading

    @Test("no role is tried for without a session, and the record names it")
    func acquisition() {
        var bench = Bench.acquiring { $0.lease = .instance }
        #expect(bench.lastWrite == nil)
        #expect(bench.at(5, Self.stands()) == "put #1 T1 if 5")
        #expect(bench.lastRecord?.meta?.session == Self.own)
        #expect(bench.at(10, .written(.acknowledged(revision: 6))).hasSuffix("PROMOTE 6 T1"))
        #expect(bench.machine.footing == .own)
    }

    @Test("it leads as long as the session lives, and writes no renewal")
    func sessionRenewals() {
        var bench = Self.leading()
        #expect(bench.summary == "leader @1000")
        #expect(bench.at(600, .tick) == "")
        #expect(bench.at(700, Self.stands(until: 1700)) == "")
        #expect(bench.machine.isLeader(at: .ms(1699)))
        #expect(bench.at(1700, .tick).hasPrefix("~demoted 6 lease_expired at 1700, DEMOTE 6 lease_expired"))
    }

    @Test("the session's end ends every leadership that rests on it, and no late word of it brings one back")
    func sessionEnd() {
        for end in SessionEnd.allCases {
            var bench = Self.leading()
            #expect(bench.at(100, .sessionEnded(Self.own, end)).contains("DEMOTE 6"))
            #expect(bench.at(101, Self.stands(until: 2000)) == "")
            #expect(!bench.machine.isLeader(at: .ms(101)))
            #expect(bench.at(102, .callbackFinished).hasPrefix("~steppedDown 6"))
            #expect(bench.lastWrite?.id == 1)
        }
    }

    @Test(
        "an acquisition that is acknowledged when its session is over never promotes, nor does one of the next session"
    )
    func lateAcquisition() {
        var bench = Self.acquiring()
        bench.at(5, .sessionEnded(Self.own, .expired))
        #expect(bench.at(10, .written(.acknowledged(revision: 6))) == "~acquire ok 6, ~suspected 6 expired")
        var next = Self.acquiring()
        next.at(5, .sessionEnded(Self.own, .expired))
        next.at(6, Self.stands(SessionRef(instance: "a", number: 7, token: "next")))
        #expect(
            next.at(10, .written(.acknowledged(revision: 6))) == "~acquire ok 6, ~suspected 6 expired, put #2 T2 if 6"
        )
    }

    @Test("a session that is over, though nobody has told of its end, is tried on no more: not until one stands")
    func overdueSession() {
        var bench = Self.acquiring()
        #expect(bench.at(1000, .written(.acknowledged(revision: 6))) == "~acquire ok 6, ~suspected 6 expired")
        #expect(bench.at(1001, .tick) == "")
        #expect(bench.at(1002, .sessionEnded(Self.own, .expired)) == "")
        #expect(
            bench.at(1003, Self.stands(SessionRef(instance: "a", number: 7, token: "next"), until: 2000))
                == "put #2 T2 if 6"
        )
    }

    @Test("however late an acquisition is acknowledged, it promotes as long as its session lives")
    func slowAcquisition() {
        var bench = Self.acquiring()
        bench.at(700, Self.stands(until: 5000))
        #expect(bench.at(3000, .written(.acknowledged(revision: 6))).contains("PROMOTE 6 T1"))
    }

    @Test("the own record that nobody leads by is released by an instance that won't lead: others would wait for ever")
    func takingBack() {
        var bench = Self.acquiring()
        bench.at(5, .healthy(false))
        #expect(bench.at(10, .written(.acknowledged(revision: 6))) == "~acquire ok 6, delete #2 if 6")
        var late = Self.acquiring()
        late.at(5, .written(.rejected(lastRevision: nil)))
        late.at(6, .healthy(false))
        #expect(late.at(10, .observed(Self.record("a", by: Self.own, 7, token: "earlier"))).hasSuffix("delete #2 if 7"))
    }

    @Test("while a demote callback runs the record stands by the session, then it is released")
    func orderlyDemotion() {
        var bench = Self.leading()
        #expect(bench.at(100, .healthy(false)).hasSuffix("DEMOTE 6 unhealthy"))
        #expect(bench.at(700, Self.stands(until: 1700)) == "")
        #expect(bench.at(1500, .callbackFinished).hasSuffix("delete #2 if 6"))
    }

    @Test("the session's end leaves nothing to release")
    func endWhileDemoted() {
        var bench = Self.leading()
        bench.at(100, .healthy(false))
        bench.at(200, .sessionEnded(Self.own, .expired))
        #expect(bench.at(300, .callbackFinished) == "~steppedDown 6 unhealthy, ~suspected 6 expired")
    }

    // MARK: Following

    @Test("a role that rests on a session is held as long as that lives, and tried for when it is over")
    func following() {
        var bench = Self.following()
        #expect(bench.summary == "follower @-")
        #expect(bench.machine.footing == .other(Self.others, ttl: .milliseconds(1000)))
        #expect(bench.at(100_000, .tick) == "")
        #expect(bench.at(100_001, .sessionOver(SessionRef(instance: "b", number: 4, token: "another"))) == "")
        #expect(bench.at(100_002, .sessionOver(Self.others)) == "~suspected 6 expired, put #1 T1 if 6")
    }

    @Test("an instance whose roles have leases of their own follows a session in the same way")
    func mixed() {
        var bench = Self.following { $0.lease = .role }
        #expect(bench.at(100_000, .tick) == "")
        #expect(bench.at(100_001, .sessionOver(Self.others)) == "~suspected 6 expired, put #1 T1 if 6")
        #expect(bench.lastRecord?.meta?.session == nil)
    }

    @Test("the loss of its connection vacates it, as any other")
    func lostConnection() {
        var bench = Self.following {
            $0.lease = .instance
            $0.hearsLosses()
        }
        #expect(bench.at(100, .lost(2)) == "~suspected 6 disconnected, put #1 T1 if 6")
    }

    @Test("a key that is found missing is held all the same, and read once more after a ttl")
    func missing() {
        var bench = Self.following { $0.lease = .instance }
        bench.at(100, .read(.missing))
        #expect(bench.summary == "follower @1100")
        #expect(bench.at(1100, .tick) == "read")
    }

    // MARK: Handovers

    @Test("a transfer that names the present session promotes at once; the one before, or none, is taken by a write")
    func transfers() {
        let before = SessionRef(instance: "a", number: 2, token: "before")
        for (session, starts) in [(Self.own, "PROMOTE"), (before, "put"), (nil, "put")] as [(SessionRef?, String)] {
            var bench = Self.following { $0.lease = .instance }
            let given = Self.record("a", by: session, 9, token: "given", mark: .transfer(from: "b"))
            let directives = bench.at(100, .observed(given))
            #expect(directives.contains("\(starts) "), "\(directives)")
            #expect(bench.machine.isLeader(at: .ms(100)) == (session == Self.own))
        }
    }

    @Test("who takes a role by a transfer writes one word of its own")
    func wordAfterTransfer() {
        var bench = Self.following { $0.lease = .instance }
        bench.at(100, .observed(Self.record("a", by: Self.own, 9, token: "given", mark: .transfer(from: "b"))))
        #expect(bench.at(230, .tick) == "put #1 T1 if 9")
        #expect(bench.lastRecord?.meta?.mark == nil)
        bench.at(231, .written(.acknowledged(revision: 10)))
        #expect(bench.summary == "leader @1000")
    }

    @Test("a transfer names the session of whom it is for, and its giver follows that")
    func giving() {
        var bench = Self.leading()
        bench.at(100, .give(.balanced))
        #expect(bench.at(110, .callbackFinishedBySession(Self.others)).hasSuffix("give b #2 T2 if 6"))
        #expect(bench.lastRecord?.meta?.session == Self.others)
        bench.at(120, .written(.acknowledged(revision: 7)))
        #expect(bench.machine.footing == .other(Self.others, ttl: .milliseconds(1000)))
    }

    @Test("a claim names the session that it hides: its writer waits until that is over, or the leader confirms")
    func claim() {
        var bench = Self.following {
            $0.lease = .instance
            $0.outranks()
        }
        bench.at(11, .tick)
        #expect(bench.lastRecord?.meta?.session == Self.others)
        bench.at(20, .written(.acknowledged(revision: 7)))
        #expect(bench.at(50_000, .tick) == "")
        #expect(bench.at(50_001, .sessionOver(Self.others)).hasSuffix("if 7"))
    }

    @Test("a claim over an own record that nobody leads by is no reason to wait")
    func hiddenOwnRecord() {
        var bench = Self.acquiring()
        bench.at(5, .written(.rejected(lastRevision: nil)))
        let claim = Self.record("b", by: Self.own, 8, mark: .claim, priority: 5)
        #expect(bench.at(10, .observed(claim)).contains("put #2 T2 if 8"))
    }
}
