import ElectionCore
import Testing

@testable import ElectBench

@Suite("The ledger's writer", .timeLimit(.minutes(1)))
struct LedgerWriterTests {
    @Test("gives each role one turn in each interval, and spreads the turns", arguments: [1, 3, 20, 50, 500])
    func turns(count: Int) throws {
        let roles = try Roles.numbered(count)
        let turns = LedgerTurns(roles: roles, interval: .seconds(2))
        let steps = min(count, LedgerTurns.mostSteps)
        #expect(turns.step == .seconds(2) / steps)
        for first in [0, steps, 7] {
            let interval = (first..<first + steps).map { Array(turns.roles(of: $0)) }
            #expect(interval.joined().sorted() == roles)
            #expect(interval.allSatisfy { $0.count <= count / steps + 1 })
        }
    }

    @Test("writes the term under each role that the instance leads, and under no other")
    func writes() async throws {
        let settings = ElectionSettings(
            instance: try InstanceID("i"),
            incarnation: 7,
            timing: try LeaseTiming(ttl: .seconds(30), heartbeat: .seconds(10))
        )
        let (led, other) = (try Role("led"), try Role("other"))
        let (promotions, promotion) = AsyncStream.makeStream(of: UInt64.self)
        let manager = RoleManager(settings: settings, store: InMemoryStore(server: MemoryServer()))
        try manager.add(led, callbacks: RoleCallbacks(onPromote: { promotion.yield($0.term) }, onDemote: { _ in }))

        let (entries, ledger) = AsyncStream.makeStream(of: (Role, LeadershipRecord).self)
        let turns = LedgerTurns(roles: [other, led], interval: .milliseconds(2))
        let writer = LedgerWriter(turns: turns, settings: settings) { ledger.yield(($0, $1)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await manager.run() }
            let term = await promotions.first { _ in true }
            let end = writer.start(Beliefs(manager: manager, sabotaged: nil))
            for await (role, record) in entries.prefix(3) {
                #expect(role == led)
                #expect(record.id == "i")
                #expect(UInt64(record.token) == term)
                #expect(record.meta?.incarnation == 7)
            }
            end()
            manager.stop()
            try await group.waitForAll()
        }
    }
}
