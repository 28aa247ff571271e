import ElectionCore
import Synchronization
import Testing

/// The manager over a bucket in memory, with the real clock: what it promises, but not when.
@Suite(.timeLimit(.minutes(5))) struct RoleManagerTests {
    @Test func `A lone instance leads every role, and has released each when it has stopped`() async throws {
        let bench = try ManagerBench(roles: ["a", "b", "c"])
        let manager = try bench.manager("one")
        try await bench.running(manager) {
            await bench.log.wait { $0.promoted.count == 3 }
            for role in bench.roles { #expect(manager.isLeader(role)) }
            #expect(manager.status.map(\.leader) == ["one", "one", "one"])
            manager.stop()
        }
        #expect(Set(bench.log.entries.demoted) == ["one a stopped", "one b stopped", "one c stopped"])
        #expect(bench.log.entries.released.count == 3)
        for role in bench.roles { #expect(!manager.isLeader(role)) }
    }

    @Test func `An orderly stop hands every role to the other instance, with a higher term`() async throws {
        let bench = try ManagerBench(roles: ["a", "b"])
        let first = try bench.manager("first")
        let second = try bench.manager("second")
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
        for role in ["a", "b"] {
            let terms = bench.log.entries.terms[role] ?? []
            #expect(terms == terms.sorted() && Set(terms).count == 2)
        }
    }

    @Test func `Many roles that end their standby one by one are all led, by whoever comes first`() async throws {
        let bench = try ManagerBench(roles: (0..<200).map { "role-\($0)" })
        let managers = try ["one", "two", "three"].map { try bench.manager($0, startsOnStandby: true) }
        try await bench.running(managers[0]) {
            try await bench.running(managers[1]) {
                try await bench.running(managers[2]) {
                    for manager in managers { await manager.untilReady() }
                    for manager in managers { manager.enlist() }
                    await bench.log.wait { $0.promoted.count == 200 }
                    let led = managers.map(\.terms)
                    #expect(led.map(\.count).reduce(0, +) == 200)
                    for (role, term) in led[0] { #expect(managers[0].term(of: role) == term) }
                    // Each of them ended the standby of every role: the last one takes over what the others leave.
                    managers[0].stop()
                    managers[1].stop()
                    await bench.log.wait { $0.led(by: "three") == 200 }
                    managers[2].stop()
                }
            }
        }
    }

    @Test func `A callback that never returns holds up its own role alone`() async throws {
        let bench = try ManagerBench(roles: ["stuck", "free"])
        let manager = try bench.manager(
            "one",
            onPromote: { leadership in
                guard leadership.role.name == "stuck" else { return }
                while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
            }
        )
        try await bench.running(manager) {
            await bench.log.wait { $0.promoted.count == 2 }
            let term = try #require(bench.log.entries.terms["free"]?.first)
            // Renewed more than once: the other role goes on.
            await bench.log.wait { $0.renewals["free", default: 0] > 2 && $0.renewals["stuck", default: 0] > 2 }
            #expect(manager.term(of: bench.roles[1]) == term)
            // Its demotion cancels it, so it stops in order as well.
            manager.stop()
        }
        #expect(Set(bench.log.entries.demoted) == ["one stuck stopped", "one free stopped"])
    }

    @Test func `A leader whose health check fails steps down, and another instance takes over`() async throws {
        let bench = try ManagerBench(roles: ["a"])
        let isHealthy = Mutex(true)
        let check = HealthCheck(interval: .milliseconds(5), failuresToDemote: 3) { isHealthy.withLock(\.self) }
        let ill = try bench.manager("ill", health: check)
        let well = try bench.manager("well")
        try await bench.running(ill) {
            await bench.log.wait { $0.promoted == ["ill a"] }
            try await bench.running(well) {
                await well.untilReady()
                isHealthy.withLock { $0 = false }
                await bench.log.wait { $0.promoted == ["ill a", "well a"] }
                #expect(bench.log.entries.demoted == ["ill a unhealthy"])
                well.stop()
            }
            // Nobody else is left, and still it doesn't take the role back.
            #expect(!ill.isLeader(bench.roles[0]))
            isHealthy.withLock { $0 = true }
            await bench.log.wait { $0.promoted == ["ill a", "well a", "ill a"] }
            ill.stop()
        }
    }

    @Test func `On standby it follows, and campaigns once it is enlisted`() async throws {
        let bench = try ManagerBench(roles: ["a"])
        let standby = try bench.manager("standby", startsOnStandby: true)
        let other = try bench.manager("other")
        try await bench.running(standby) {
            await standby.untilReady()
            try await bench.running(other) {
                await bench.log.wait { $0.promoted == ["other a"] }
                other.stop()
            }
            #expect(bench.log.entries.promoted == ["other a"])
            standby.enlist()
            await bench.log.wait { $0.promoted == ["other a", "standby a"] }
            standby.stop()
        }
    }

    @Test func `Cancelled, it answers false at once and leaves its records to run out`() async throws {
        let bench = try ManagerBench(roles: ["a"])
        let manager = try bench.manager("one")
        let task = Task { try await manager.run() }
        await bench.log.wait { $0.promoted.count == 1 }
        task.cancel()
        try await task.value
        #expect(!manager.isLeader(bench.roles[0]))
        #expect(bench.log.entries.released.isEmpty)
    }

    @Test func `The number of tasks doesn't depend on the number of roles`() async throws {
        let counts = Mutex<[Int]>([])
        for size in [1, 200] {
            let bench = try ManagerBench(roles: (1...size).map { "role-\($0)" })
            let manager = try bench.manager("one")
            try await bench.running(manager) {
                await bench.log.wait { $0.promoted.count == size }
                while manager.ledger.counts["callback", default: 0] > 0 { await Task.yield() }
                counts.withLock { $0.append(manager.ledger.counts.values.reduce(0, +)) }
                manager.stop()
            }
        }
        #expect(counts.withLock(\.self) == [2, 2])
    }

    @Test func `Adding a role twice, or after the start, and running twice are refused`() async throws {
        let bench = try ManagerBench(roles: ["a"])
        let manager = try bench.manager("one")
        let callbacks = RoleCallbacks(onPromote: { _ in }, onDemote: { _ in })
        #expect(throws: ElectionError.self) { try manager.add(bench.roles[0], callbacks: callbacks) }
        try await bench.running(manager) {
            await manager.untilReady()
            let late = try Role("late")
            let refusal = #expect(throws: ElectionError.self) { try manager.add(late, callbacks: callbacks) }
            #expect(refusal?.code == .alreadyRunning)
            let again = await #expect(throws: ElectionError.self) { try await manager.run() }
            #expect(again?.code == .alreadyRunning)
            manager.stop()
        }
    }

    @Test func `Stopped or enlisted while it starts, it neither traps nor hangs`() async throws {
        for _ in 0..<200 {
            let bench = try ManagerBench(roles: ["a", "b"])
            let manager = try bench.manager("one", startsOnStandby: true)
            try await bench.running(manager) {
                manager.enlist()
                manager.stop()
            }
        }
    }

    @Test func `Stopped before it runs, it returns at once`() async throws {
        let bench = try ManagerBench(roles: ["a"])
        let manager = try bench.manager("one")
        manager.stop()
        try await manager.run()
        #expect(bench.log.entries.promoted.isEmpty)
    }
}
