import ElectionCore
import Testing

@testable import ElectBench

@Suite("What a sabotaged instance answers")
struct SabotagedBeliefTests {
    private let settings: ElectionSettings

    init() throws {
        settings = ElectionSettings(
            instance: try InstanceID("i"),
            incarnation: 1,
            timing: try LeaseTiming(ttl: .seconds(3), heartbeat: .seconds(1))
        )
    }

    private func belief(_ sabotage: Sabotage, _ events: ElectionEvent...) -> SabotagedBelief {
        var belief = SabotagedBelief(sabotage, settings: settings)
        for event in events { belief.note(event, at: at(0)) }
        return belief
    }

    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(nanoseconds: milliseconds * 1_000_000) }
    private func acquired(_ term: UInt64) -> ElectionEvent { .acquired(term: term, sent: at(0), at: at(0)) }
    private func promoted(_ term: UInt64) -> ElectionEvent { .promoted(term: term, at: at(0)) }
    private func demoted(_ term: UInt64, _ reason: DemotionReason) -> ElectionEvent {
        .demoted(term: term, reason, at: at(0))
    }

    private func record(of id: String, incarnation: Int64 = 1, revision: UInt64) -> StoredEntry {
        let connection = ConnectionID(server: "s", client: 1)
        let meta = LeadershipRecord.Meta(
            incarnation: incarnation,
            ttl: .seconds(3),
            sent: at(0),
            connection: connection
        )
        return .record(LeadershipRecord(id: id, token: "t", meta: meta), revision: revision)
    }

    @Test("is its election's before it has led", arguments: Sabotage.allCases)
    func honest(sabotage: Sabotage) {
        let belief = belief(sabotage)
        #expect(belief.term(election: nil, at: at(1)) == nil)
        #expect(belief.term(election: 4, at: at(1)) == 4)
    }

    @Test("is its election's while that says true", arguments: Sabotage.allCases)
    func next(sabotage: Sabotage) {
        let belief = belief(sabotage, acquired(4), promoted(4), demoted(4, .superseded))
        #expect(belief.term(election: 9, at: at(1)) == 9)
    }

    @Test("stays true without a lease check over the lease's end, before the election notices it and after")
    func noLeaseCheck() {
        var belief = belief(.noLeaseCheck, acquired(4))
        #expect(belief.term(election: nil, at: at(9_000)) == 4)
        belief.note(demoted(4, .leaseExpired), at: at(9_000))
        #expect(belief.term(election: nil, at: at(9_001)) == 4)
    }

    @Test("turns false without a lease check when the store shows another holder")
    func otherHolder() {
        let others: [StoredEntry] = [
            record(of: "j", revision: 5), record(of: "i", incarnation: 2, revision: 5), .marker(revision: 5),
            .unreadable(revision: 5), .missing,
        ]
        for entry in others {
            var belief = belief(.noLeaseCheck, acquired(4))
            belief.learned(entry)
            #expect(belief.term(election: nil, at: at(1)) == nil, "\(entry)")
        }
        for entry in [record(of: "i", revision: 5), record(of: "j", revision: 3), .marker(revision: 3)] {
            var belief = belief(.noLeaseCheck, acquired(4))
            belief.learned(entry)
            #expect(belief.term(election: nil, at: at(1)) == 4, "\(entry)")
        }
    }

    @Test(
        "turns false without a lease check when the election gives the role up for another reason",
        arguments: DemotionReason.allCases.filter { $0 != .leaseExpired }
    )
    func otherDemotion(reason: DemotionReason) {
        let belief = belief(.noLeaseCheck, acquired(4), demoted(4, reason))
        #expect(belief.term(election: nil, at: at(1)) == nil)
    }

    @Test("stays true for ever where demotions are ignored", arguments: DemotionReason.allCases)
    func ignoreDemotion(reason: DemotionReason) {
        var belief = belief(.ignoreDemotion, acquired(4), promoted(4), demoted(4, reason))
        belief.learned(record(of: "j", revision: 9))
        #expect(belief.term(election: nil, at: at(3_600_000)) == 4)
    }

    @Test("is its election's where demotions are ignored and the term ended before its promotion")
    func neverPromoted() {
        let belief = belief(.ignoreDemotion, acquired(4), demoted(4, .superseded))
        #expect(belief.term(election: nil, at: at(1)) == nil)
    }

    @Test("stays true for a while after the demotion is noticed", arguments: DemotionReason.allCases)
    func lateDemotion(reason: DemotionReason) {
        var belief = belief(.lateDemotion, acquired(4))
        #expect(belief.term(election: nil, at: at(5_000)) == 4)
        belief.note(demoted(4, reason), at: at(5_000))
        let end = at(5_000) + Sabotage.lateness(settings.timing)
        #expect(belief.term(election: nil, at: end - .nanoseconds(1)) == 4)
        #expect(belief.term(election: nil, at: end) == nil)
    }

    @Test("never changes where only writes are sabotaged")
    func noCAS() {
        let belief = belief(.noCAS, acquired(4), promoted(4), demoted(4, .leaseExpired))
        #expect(belief.term(election: nil, at: at(0)) == nil)
    }

    @Test("is heard for longer than a successor waits, when the process stops in order")
    func lingering() {
        for sabotage in [Sabotage.lateDemotion, .ignoreDemotion] {
            #expect(sabotage.lingering(settings.timing) > settings.timing.driftGuard + Campaign.defaultSpread)
        }
    }
}
