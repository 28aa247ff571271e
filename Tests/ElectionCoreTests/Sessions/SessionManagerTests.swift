import ElectionCore
import Testing

/// Managers that lead by a session, over a bucket in memory, with the real clock: what they promise, but not when.
@Suite(.timeLimit(.minutes(5))) struct SessionManagerTests {
    @Test func `A lone instance leads every role by one session, and has released each when it has stopped`()
        async throws
    {
        let bench = try ManagerBench(roles: ["a", "b", "c"])
        let manager = try bench.manager("one") { $0.lease = .instance }
        try await bench.running(manager) {
            await bench.log.wait { $0.promoted.count == 3 }
            for role in bench.roles { #expect(manager.isLeader(role)) }
            manager.stop()
        }
        #expect(bench.log.entries.released.count == 3)
        #expect(bench.log.entries.renewals.isEmpty)
        for role in bench.roles { #expect(!manager.isLeader(role)) }
    }

    @Test func `An orderly stop hands every role on, between instances of either kind`() async throws {
        for leases in [[LeaseScope.instance, .instance], [.instance, .role], [.role, .instance]] {
            let bench = try ManagerBench(roles: ["a", "b"])
            let first = try bench.manager("first") { $0.lease = leases[0] }
            let second = try bench.manager("second") { $0.lease = leases[1] }
            try await bench.running(first) {
                await bench.log.wait { $0.promoted.count == 2 }
                try await bench.running(second) {
                    await second.untilReady()
                    first.stop()
                    await bench.log.wait { $0.promoted.count == 4 }
                    for role in bench.roles { #expect(second.isLeader(role)) }
                    second.stop()
                }
            }
        }
    }

    @Test func `The roles of an instance that ends without a word are taken when its session is fenced`() async throws {
        for lease in LeaseScope.allCases {
            let bench = try ManagerBench(roles: ["a", "b"], ttl: .milliseconds(300))
            let first = try bench.manager("first") { $0.lease = .instance }
            let second = try bench.manager("second") { $0.lease = lease }
            try await bench.running(second, standby: first) {
                await bench.log.wait { $0.led(by: "first") == 2 }
            } then: {
                await bench.log.wait { $0.promoted.count { $0.hasPrefix("second ") } == 2 }
                second.stop()
            }
        }
    }

    @Test func `With the detector connection they are taken as soon as its connection is closed`() async throws {
        let bench = try ManagerBench(roles: ["a", "b"])
        let adjust = { (settings: inout ElectionSettings) in
            settings.lease = .instance
            settings.detector = .connection
        }
        let first = try bench.manager("first", adjust)
        let second = try bench.manager("second", adjust)
        try await bench.running(second, standby: first) {
            await bench.log.wait { $0.led(by: "first") == 2 }
        } then: {
            await bench.log.wait { $0.promoted.count { $0.hasPrefix("second ") } == 2 }
            second.stop()
        }
    }

    @Test func `Roles are given to the members that lead fewer, and stay there`() async throws {
        let bench = try ManagerBench(roles: ["a", "b", "c", "d"])
        let adjust = { (settings: inout ElectionSettings) in
            settings.lease = .instance
            settings.campaign = .ranked(step: .milliseconds(5))
            settings.balances = true
        }
        let first = try bench.manager("first", adjust)
        let second = try bench.manager("second", adjust)
        try await bench.running(first) {
            await bench.log.wait { $0.led(by: "first") == 4 }
            try await bench.running(second) {
                await bench.log.wait { $0.led(by: "first") == 2 && $0.led(by: "second") == 2 }
                second.stop()
                await bench.log.wait { $0.led(by: "first") == 4 }
                first.stop()
            }
        }
    }
}

extension ManagerBench {
    /// Runs `dying` until `isReady`, then ends it without a word; `survivor` beside it, until it has stopped.
    fileprivate func running(
        _ survivor: RoleManager,
        standby dying: RoleManager,
        isReady: @escaping @Sendable () async -> Void,
        then body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let death = Task { try await dying.run() }
        await isReady()
        try await running(survivor) {
            await survivor.untilReady()
            death.cancel()
            try await body()
        }
        try await death.value
    }
}
