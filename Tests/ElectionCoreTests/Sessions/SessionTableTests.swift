import ElectionCore
import Testing

/// Instance `a` follows roles that rest on sessions of `b`: ttl 1000 ms, and no spread, so that a fence is due at once.
@Suite("The others' sessions")
struct SessionTableTests {
    private static let first = SessionRef(instance: "b", number: 5, token: "one")
    private static let second = SessionRef(instance: "b", number: 20, token: "two")

    /// Role 0 and 1 rest on session 5 of `b`, which was received at 0 ms.
    private static func table(
        detector: Detector = .lease,
        campaign: Campaign = .race(spread: .zero),
        isSeen: Bool = true
    ) -> SessionTable {
        var table = SessionTable(settings: SessionBench.settings(detector: detector, campaign: campaign), seed: 7)
        _ = table.synced(at: .ms(0))
        if isSeen { _ = table.observed("b", session("one", 5), isRead: false, at: .ms(0)) }
        for role in 0...1 { _ = table.rest(role, on: first, ttl: .milliseconds(1000), at: .ms(0)) }
        return table
    }

    private static func session(
        _ token: String,
        _ revision: UInt64,
        number: UInt64? = nil,
        client: UInt64 = 9
    ) -> StoredEntry {
        SessionBench.record("b", token: token, revision: revision, number: number, client: client)
    }

    private static func text(_ directives: [SessionTable.Directive]) -> String {
        directives.map { directive in
            switch directive {
            case .fence(let id, let write): "fence \(id) #\(write.id) if \(write.expectedRevision)"
            case .read(let id): "read \(id)"
            case .over(let ref, let roles): "OVER \(ref.number) \(roles)"
            }
        }.joined(separator: ", ")
    }

    @Test("who was not seen for long is forgotten where somebody new is seen, unless a role rests on its session")
    func forgets() {
        var table = Self.table()
        _ = table.observed("b", .marker(revision: 9), isRead: false, at: .ms(100))
        let other = SessionRef(instance: "c", number: 10, token: "three")
        _ = table.observed("c", SessionBench.record("c", token: "three", revision: 10), isRead: false, at: .ms(100))
        _ = table.rest(2, on: other, ttl: .milliseconds(1000), at: .ms(100))
        var isKnownOver: [Bool] = []
        for (id, instant) in [("d", Int64(600_099)), ("e", 1_200_099)] {
            _ = table.observed(id, SessionBench.record(id, revision: 20), isRead: false, at: .ms(instant))
            isKnownOver.append(table.rest(0, on: Self.first, ttl: .zero, at: .ms(instant)))
        }
        // The store is asked once more, where anything rests on it.
        #expect(isKnownOver == [true, false])
        #expect(table.session(of: "c", incarnation: 1, at: .ms(500)) == other)
    }

    @Test("a renewal tells nothing, and puts the end off")
    func renewal() {
        var table = Self.table()
        #expect(Self.text(table.observed("b", Self.session("one", 9, number: 5), isRead: false, at: .ms(600))) == "")
        #expect(Self.text(table.tick(at: .ms(1000))) == "")
        #expect(table.nextDeadline == .ms(1600))
    }

    /// What it tells, and when it wants to be told the time, are the same from then on.
    @Test(
        "a renewal that is merely followed leaves what it leaves when it is observed",
        arguments: [Detector.lease, .connection]
    )
    func followed(detector: Detector) {
        var random = SplitMix64(seed: 11)
        func pick<Element>(_ elements: [Element]) -> Element {
            elements[Int(random.number(below: UInt64(elements.count)))]
        }
        var followed = 0
        for _ in 0..<2000 {
            var (quick, plain) = (Self.table(detector: detector), Self.table(detector: detector))
            var revision: UInt64 = 5
            for step in 1...12 as ClosedRange<Int64> {
                let now = Timestamp.ms(step * 150)
                revision += pick([1, 1, 1, 0])
                let entry = Self.session(
                    pick(["one", "one", "one", "two"]),
                    revision,
                    number: pick([5, 5, nil]),
                    client: pick([9, 9, 9, 8])
                )
                let expected = plain.observed("b", entry, isRead: false, at: now)
                if quick.followed("b", entry, at: now) {
                    followed += 1
                    #expect(expected.isEmpty)
                } else {
                    #expect(quick.observed("b", entry, isRead: false, at: now) == expected)
                }
                if pick([false, false, true]) { #expect(quick.tick(at: now) == plain.tick(at: now)) }
                if pick([false, false, false, true]) {
                    let lost = ConnectionID(server: "s", client: pick([8, 9]))
                    #expect(quick.lost(lost, at: now) == plain.lost(lost, at: now))
                }
            }
            #expect(quick.tick(at: .ms(9000)) == plain.tick(at: .ms(9000)))
        }
        #expect(followed > 2000)
    }

    @Test("one that has run out is over only when it is fenced: expecting its last revision")
    func fencing() {
        var table = Self.table()
        #expect(Self.text(table.tick(at: .ms(999))) == "")
        #expect(Self.text(table.tick(at: .ms(1000))) == "fence b #1 if 5")
        #expect(
            Self.text(table.written("b", write: 1, .acknowledged(revision: 30), at: .ms(1010))) == "OVER 5 [0, 1]"
        )
        #expect(Self.text(table.tick(at: .ms(5000))) == "")
        #expect(table.nextDeadline == nil)
    }

    @Test("a fence that is rejected takes nothing away: the renewal that was overlooked comes by the watch")
    func rejectedFence() {
        var table = Self.table()
        _ = table.tick(at: .ms(1000))
        #expect(Self.text(table.written("b", write: 1, .rejected(lastRevision: 9), at: .ms(1010))) == "")
        #expect(Self.text(table.observed("b", Self.session("one", 9, number: 5), isRead: false, at: .ms(1020))) == "")
        #expect(Self.text(table.tick(at: .ms(2019))) == "")
        #expect(table.nextDeadline == .ms(2020))
    }

    @Test("a fence without an answer, or against a busy stream, asks and tries again")
    func unansweredFence() {
        var table = Self.table()
        _ = table.tick(at: .ms(1000))
        #expect(Self.text(table.written("b", write: 1, .rejected(lastRevision: nil), at: .ms(1010))) == "read b")
        #expect(Self.text(table.tick(at: .ms(1260))) == "read b, fence b #2 if 5")
        #expect(Self.text(table.written("b", write: 2, .notSent, at: .ms(1261))) == "")
        #expect(Self.text(table.tick(at: .ms(1273))) == "")
        #expect(Self.text(table.tick(at: .ms(1274))) == "read b, fence b #3 if 5")
        #expect(Self.text(table.written("b", write: 1, .acknowledged(revision: 30), at: .ms(1262))) == "")
    }

    @Test("somebody else's tombstone ends it for all, at once")
    func tombstone() {
        var table = Self.table()
        #expect(Self.text(table.observed("b", .marker(revision: 7), isRead: false, at: .ms(100))) == "OVER 5 [0, 1]")
    }

    @Test("the holder's next session ends the one before")
    func replacement() {
        var table = Self.table()
        #expect(Self.text(table.observed("b", Self.session("two", 20), isRead: false, at: .ms(100))) == "OVER 5 [0, 1]")
        #expect(table.session(of: "b", incarnation: 1, at: .ms(200)) == Self.second)
        #expect(table.session(of: "b", incarnation: 2, at: .ms(200)) == nil)
        #expect(table.session(of: "b", incarnation: 1, at: .ms(1100)) == nil)
    }

    @Test("what stands under an earlier revision than the session's number says nothing of it")
    func laggingView() {
        var table = Self.table()
        // A role's record that overtook the session's, as a read can.
        let isOver = table.rest(2, on: Self.second, ttl: .milliseconds(1000), at: .ms(100))
        #expect(!isOver)
        #expect(Self.text(table.observed("b", .marker(revision: 15), isRead: false, at: .ms(110))) == "OVER 5 [0, 1]")
        #expect(Self.text(table.observed("b", Self.session("two", 20), isRead: false, at: .ms(120))) == "")
        #expect(Self.text(table.observed("b", .marker(revision: 21), isRead: false, at: .ms(130))) == "OVER 20 [2]")
    }

    @Test("a role that comes to rest on one that is over already is vacant at once")
    func lateRole() {
        var table = Self.table()
        _ = table.observed("b", .marker(revision: 7), isRead: false, at: .ms(100))
        let isOver = table.rest(3, on: Self.first, ttl: .milliseconds(1000), at: .ms(200))
        #expect(isOver)
    }

    @Test("one that was never seen lives for a ttl, then it is fenced where it would stand")
    func unseen() {
        var table = Self.table(isSeen: false)
        #expect(table.nextDeadline == .ms(1000))
        #expect(Self.text(table.tick(at: .ms(1000))) == "fence b #1 if 0")
        #expect(
            Self.text(table.written("b", write: 1, .acknowledged(revision: 3), at: .ms(1010))) == "OVER 5 [0, 1]"
        )
    }

    @Test("a key that a read finds missing keeps its lease, then it is fenced there")
    func lostStore() {
        var table = Self.table()
        #expect(Self.text(table.observed("b", .missing, isRead: true, at: .ms(100))) == "")
        #expect(Self.text(table.tick(at: .ms(1000))) == "fence b #1 if 0")
    }

    @Test("nothing is fenced while the connection is down, and what came due is when it stands again")
    func disconnection() {
        var table = Self.table()
        table.disconnected()
        #expect(table.nextDeadline == nil)
        #expect(Self.text(table.tick(at: .ms(1500))) == "")
        // The watch shows it once more, which is no news of its holder.
        _ = table.observed("b", Self.session("one", 5), isRead: false, at: .ms(1600))
        #expect(Self.text(table.synced(at: .ms(1601))) == "fence b #1 if 5")
    }

    @Test("a lost connection ends its session at once, and leaves a tombstone for those who come later")
    func loss() {
        var table = Self.table(detector: .connection)
        let lost = ConnectionID(server: "s", client: 9)
        #expect(Self.text(table.lost(lost, at: .ms(100))) == "OVER 5 [0, 1]")
        #expect(Self.text(table.tick(at: .ms(100))) == "fence b #1 if 5")
        #expect(table.session(of: "b", incarnation: 1, at: .ms(100)) == nil)
    }

    @Test("a session over a connection that was lost before is none")
    func lossBefore() {
        var table = Self.table(detector: .connection, isSeen: false)
        #expect(Self.text(table.lost(ConnectionID(server: "s", client: 9), at: .ms(50))) == "")
        #expect(Self.text(table.observed("b", Self.session("one", 5), isRead: false, at: .ms(60))) == "OVER 5 [0, 1]")
    }

    @Test("with the detector lease, a lost connection says nothing")
    func leaseIgnoresLosses() {
        var table = Self.table()
        #expect(Self.text(table.lost(ConnectionID(server: "s", client: 9), at: .ms(100))) == "")
    }

    @Test("nobody fences a session on which no role rests")
    func uselessFence() {
        var table = Self.table()
        for role in 0...1 { _ = table.rest(role, on: nil, ttl: .zero, at: .ms(100)) }
        #expect(Self.text(table.tick(at: .ms(1000))) == "")
        #expect(Self.text(table.tick(at: .ms(5000))) == "")
    }

    @Test("in a ranked campaign one fences first, the others a step apart")
    func rankedFences() {
        let delays = ["a", "c", "d"].map { own in
            var table = SessionTable(
                settings: SessionBench.settings(own, campaign: .ranked(step: .milliseconds(20))),
                seed: 7
            )
            _ = table.synced(at: .ms(0))
            _ = table.observed("b", Self.session("one", 5), isRead: false, at: .ms(0))
            for other in ["a", "c", "d"] where other != own {
                let record = SessionBench.record(other, token: other, revision: 6)
                _ = table.observed(other, record, isRead: false, at: .ms(500))
            }
            _ = table.rest(0, on: Self.first, ttl: .milliseconds(1000), at: .ms(0))
            for delay in Int64(0)...100 where !table.tick(at: .ms(1000 + delay)).isEmpty { return delay }
            return -1
        }
        #expect(delays.sorted() == [0, 20, 40])
    }
}
