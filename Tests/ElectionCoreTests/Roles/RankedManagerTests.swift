import ElectionCore
import Testing

/// Managers that know of each other, over a bucket in memory. The ttl is 300 s: what comes to pass, comes without a lease's end.
@Suite(.timeLimit(.minutes(5))) struct RankedManagerTests {
    private static func ranked(_ settings: inout ElectionSettings) {
        settings.detector = .connection
        settings.campaign = .ranked(step: .milliseconds(20))
    }

    @Test func `An orderly stop gives every role to another member, whose term is the transfer's revision`()
        async throws
    {
        let bench = try ManagerBench(roles: ["a", "b", "c"])
        let first = try bench.manager("first", Self.ranked)
        let second = try bench.manager("second", Self.ranked)
        try await bench.running(first) {
            await bench.log.wait { $0.promoted.count == 3 }
            try await bench.running(second) {
                await second.untilReady()
                await bench.log.wait { $0.renewals["a", default: 0] > 3 }
                first.stop()
                await bench.log.wait { $0.promoted.count == 6 }
                second.stop()
            }
        }
        let entries = bench.log.entries
        #expect(Set(entries.promoted.suffix(3)) == ["second a", "second b", "second c"])
        #expect(Set(entries.demoted.prefix(3)) == ["first a stopped", "first b stopped", "first c stopped"])
        let taken = bench.roles.map { role in "\(role) by \(entries.terms[role.name]?.last ?? 0) to second" }
        #expect(entries.given.filter { $0.hasSuffix(" second") }.sorted() == taken)
        for role in bench.roles { #expect(entries.vacancies[role.name]?.contains(.transferred) == true) }
    }

    @Test func `Several that are left share the roles of one that stops`() async throws {
        let bench = try ManagerBench(roles: (0..<9).map { "role-\($0)" })
        let first = try bench.manager("first", Self.ranked)
        let others = try ["x", "y", "z"].map { try bench.manager($0, Self.ranked) }
        try await bench.running(first) {
            await bench.log.wait { $0.promoted.count == 9 }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for other in others { group.addTask { try await other.run() } }
                for other in others { await other.untilReady() }
                // Until all have been heard of.
                await bench.log.wait { $0.renewals["role-0", default: 0] > 5 }
                first.stop()
                await bench.log.wait { $0.promoted.count == 18 }
                for other in others { #expect(other.status.count { $0.isLeader } == 3) }
                // One after another, so that the last has nobody left to give anything to.
                for other in others {
                    other.stop()
                    try await group.next()
                }
            }
        }
    }

    @Test func `Of those that stop together none keeps what another gave to it`() async throws {
        let bench = try ManagerBench(roles: (0..<12).map { "role-\($0)" })
        let first = try bench.manager("first", Self.ranked)
        let others = try ["x", "y"].map { try bench.manager($0, Self.ranked) }
        let last = try bench.manager("last", Self.ranked)
        try await bench.running(first) {
            await bench.log.wait { $0.promoted.count == 12 }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for other in others { group.addTask { try await other.run() } }
                for other in others { await other.untilReady() }
                try await bench.running(last) {
                    await last.untilReady()
                    await bench.log.wait { $0.renewals["role-0", default: 0] > 5 }
                    // They don't know of each other yet that they stop.
                    for other in others { other.stop() }
                    first.stop()
                    await bench.log.wait { $0.promoted.count { $0.hasPrefix("last ") } == 12 }
                    last.stop()
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: [Campaign.race(spread: .milliseconds(5)), .ranked(step: .milliseconds(20))])
    func `The roles of one whose connection is lost are taken over at once`(campaign: Campaign) async throws {
        let bench = try ManagerBench(roles: ["a", "b"])
        let adjust: (inout ElectionSettings) -> Void = { ($0.detector, $0.campaign) = (.connection, campaign) }
        let lost = try bench.manager("lost", adjust)
        let heir = try bench.manager("heir", adjust)
        let task = Task { try await lost.run() }
        await bench.log.wait { $0.promoted.count == 2 }
        try await bench.running(heir) {
            await heir.untilReady()
            task.cancel()
            await bench.log.wait { $0.promoted.count == 4 }
            for role in bench.roles { #expect(!lost.isLeader(role)) }
            heir.stop()
        }
        try await task.value
        #expect(Set(bench.log.entries.promoted.suffix(2)) == ["heir a", "heir b"])
        for role in bench.roles { #expect(bench.log.entries.vacancies[role.name]?.contains(.disconnected) == true) }
    }

    @Test func `Roles that are not taken by who is to try for them first are taken by the next`() async throws {
        let bench = try ManagerBench(roles: (0..<8).map { "role-\($0)" })
        let lost = try bench.manager("lost", Self.ranked)
        let check = HealthCheck(interval: .milliseconds(5), failuresToDemote: 1) { false }
        let ill = try bench.manager("ill", health: check, Self.ranked)
        let heir = try bench.manager("heir", Self.ranked)
        let task = Task { try await lost.run() }
        await bench.log.wait { $0.promoted.count == 8 }
        try await bench.running(ill) {
            try await bench.running(heir) {
                await ill.untilReady()
                await heir.untilReady()
                // Until each has heard of the other.
                let before = bench.log.entries.renewals["role-0", default: 0]
                await bench.log.wait { $0.renewals["role-0", default: 0] > before + 5 }
                task.cancel()
                await bench.log.wait { $0.led(by: "heir") == 8 }
                heir.stop()
            }
            ill.stop()
        }
        try await task.value
    }

    @Test func `A callback that outlives the stop's patience keeps nobody else from leading`() async throws {
        let bench = try ManagerBench(roles: ["a", "b"])
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let stuck = try bench.manager("stuck", stopTimeout: .milliseconds(50), Self.ranked) { leadership in
            // Deaf to its cancellation.
            if leadership.role.name == "a" { await Task { for await _ in ends {} }.value }
        }
        let heir = try bench.manager("heir", Self.ranked)
        try await bench.running(stuck) {
            await bench.log.wait { $0.promoted.count == 2 }
            try await bench.running(heir) {
                await heir.untilReady()
                stuck.stop()
                await bench.log.wait { $0.promoted.count { $0.hasPrefix("heir ") } == 2 }
                end.finish()
                heir.stop()
            }
        }
    }

    @Test func `Roles move from who leads most until all lead as many but one`() async throws {
        let bench = try ManagerBench(roles: (0..<8).map { "role-\($0)" })
        let adjust: (inout ElectionSettings) -> Void = { settings in
            Self.ranked(&settings)
            settings.balances = true
        }
        let first = try bench.manager("first", adjust)
        let second = try bench.manager("second", adjust)
        let third = try bench.manager("third", adjust)
        try await bench.running(first) {
            await bench.log.wait { $0.promoted.count == 8 }
            try await bench.running(second) {
                try await bench.running(third) {
                    // Who is given a role may tell so before the giver hears that the store has taken its word; and who gives
                    // it away before the callback began has led it, but was never promoted. They stay then for as long as some
                    // ten more would take; one or two more than five move by who didn't know yet.
                    await bench.log.wait { entries in
                        let led = ["first", "second", "third"].map { entries.led(by: $0) }
                        let acquired = entries.terms.values.map(\.count).reduce(0, +)
                        return led.sorted() == [2, 3, 3] && acquired == 8 + entries.given.count
                            && bench.roles.allSatisfy { entries.renewalsSinceGiven($0) > 20 }
                    }
                    #expect((5..<10).contains(bench.log.entries.given.count))
                    third.stop()
                }
                second.stop()
            }
            first.stop()
        }
    }

    @Test(arguments: [(Takeover.ask, "outranked"), (.force, "claimed")])
    func `A member of higher priority takes every role over, by asking or by force`(
        takeover: Takeover,
        reason: String
    ) async throws {
        let bench = try ManagerBench(roles: ["a", "b", "c"])
        let low = try bench.manager("low", Self.ranked)
        let high = try bench.manager("high") { settings in
            Self.ranked(&settings)
            (settings.priority, settings.takeover) = (1, takeover)
        }
        try await bench.running(low) {
            await bench.log.wait { $0.promoted.count == 3 }
            try await bench.running(high) {
                await bench.log.wait { $0.promoted.count == 6 }
                for role in bench.roles {
                    #expect(high.isLeader(role))
                    #expect(!low.isLeader(role))
                }
                low.stop()
                high.stop()
            }
        }
        let entries = bench.log.entries
        #expect(Set(entries.demoted.prefix(3)) == ["low a \(reason)", "low b \(reason)", "low c \(reason)"])
        for role in bench.roles { #expect(entries.terms[role.name].map { $0 == $0.sorted() } == true) }
    }

    @Test func `Who leads with a higher priority and nobody asks goes on leading`() async throws {
        let bench = try ManagerBench(roles: ["a"])
        let high = try bench.manager("high") { settings in
            Self.ranked(&settings)
            (settings.priority, settings.takeover) = (1, .force)
        }
        let low = try bench.manager("low", Self.ranked)
        try await bench.running(high) {
            await bench.log.wait { $0.promoted.count == 1 }
            try await bench.running(low) {
                await low.untilReady()
                let before = bench.log.entries.renewals["a", default: 0]
                await bench.log.wait { $0.renewals["a", default: 0] > before + 3 }
                #expect(high.isLeader(bench.roles[0]))
                low.stop()
            }
            high.stop()
        }
    }
}
