import ElectionCore
import Simulation
import Testing

/// The short way that most renewals take.
@Suite("A renewal of the leader that is followed")
struct ElectionRenewalTests {
    private static let ids = ["other", "third", "self"]

    private static func machine(_ random: inout SplitMix64) throws -> ElectionMachine {
        var settings = ElectionSettings(
            instance: try InstanceID("self"),
            incarnation: 1,
            timing: try LeaseTiming(ttl: .seconds(3), heartbeat: .seconds(1)),
            detector: random.pick([.lease, .connection]),
            priority: random.pick([0, 2]),
            startsOnStandby: random.pick([true, false])
        )
        if random.pick([true, false]) {
            settings.campaign = .ranked(step: .milliseconds(20))
            settings.takeover = random.pick([.none, .ask, .force])
        }
        return ElectionMachine(settings: settings, seed: random.next())
    }

    private static func entry(_ random: inout SplitMix64, revision: UInt64, at now: Int64) -> StoredEntry {
        switch random.next() % 20 {
        case 0: return .marker(revision: revision)
        case 1: return .missing
        case 2: return .unreadable(revision: revision)
        default: break
        }
        let id = random.pick(["other", "other", "other", "third", "self"])
        var record = LeadershipRecord(
            id: id,
            token: random.pick(["t", "t", "t", "u"]),
            priority: random.pick([1, 1, 1, 3])
        )
        record.meta = .init(
            incarnation: random.pick([1, 1, 1, 1, 2]),
            ttl: .seconds(random.pick([3, 3, 5])),
            sent: Timestamp(nanoseconds: now - 1),
            connection: ConnectionID(server: "s", client: random.pick([7, 7, 7, 7, 8])),
            mark: random.pick([nil, nil, nil, nil, nil, .claim, .transfer(from: "third")])
        )
        if random.next() % 20 == 0 { record.meta = nil }
        return .record(record, revision: random.next() % 10 == 0 ? revision - 2 : revision)
    }

    @Test("it comes to the same as the long way, which says nothing of it")
    func same() throws {
        var taken = 0
        for seed in 0..<200 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var machine = try Self.machine(&random)
            _ = machine.start(at: Timestamp(nanoseconds: 0))
            _ = machine.connected(ConnectionID(server: "s", client: 9), at: Timestamp(nanoseconds: 0))
            var now: Int64 = 0
            for revision in 10..<60 as Range<UInt64> {
                now += random.pick([1, 300_000_000, 1_000_000_000, 2_900_000_000, 3_500_000_000])
                let at = Timestamp(nanoseconds: now)
                switch random.next() % 12 {
                case 0: _ = machine.synced(at: at)
                case 1: _ = machine.tick(at: at)
                case 2: _ = machine.enlist(at: at)
                case 3: _ = machine.ranked(after: .milliseconds(5), at: at)
                case 4: _ = machine.setHealthy(random.pick([true, false]), at: at)
                default: break
                }
                let entry = Self.entry(&random, revision: revision, at: now)
                let standing = Standing(isLost: random.next() % 10 == 0, precededBy: random.pick([nil, at]))
                var short = machine
                let before = String(reflecting: machine)
                let isShort = short.followed(entry, standing, at: at)
                let directives = machine.observed(entry, standing, at: at)
                guard isShort else {
                    #expect(String(reflecting: short) == before, "seed \(seed): what it leaves it must not change")
                    continue
                }
                taken += 1
                #expect(directives.isEmpty, "seed \(seed)")
                #expect(String(reflecting: short) == String(reflecting: machine), "seed \(seed)")
            }
        }
        #expect(taken > 100)
    }
}
