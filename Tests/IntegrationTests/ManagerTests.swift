import ElectionCore
import Glibc
import NATSStore
import Synchronization
import TestSupport
import Testing

extension WithServer {
    @Suite struct ManagerTests {
        @Test(arguments: TestServer.binaries)
        func `Threads blocked by callbacks keep no lease from being renewed`(binary: String) async throws {
            try await TestServer.with(binary) { try await renewWhileBlocked($0) }
        }

        private func renewWhileBlocked(_ server: TestServer) async throws {
            let store = try await NATSStore.connect(to: server.url)
            let roles = try (1...16).map { try Role("role-\($0)") }
            let renewals = Mutex<[Role: Int]>([:])
            let manager = RoleManager(
                settings: ElectionSettings(
                    instance: try InstanceID("one"),
                    incarnation: 1,
                    timing: try LeaseTiming(ttl: .seconds(30), heartbeat: .milliseconds(50))
                ),
                store: store
            ) { role, event in
                if case .operation(.renew, .ok, _, _, _, _) = event { renewals.withLock { $0[role, default: 0] += 1 } }
            }
            let mayReturn = Mutex(false)
            let callbacks = RoleCallbacks(
                // Blocks a thread of the pool, against all rules; sixteen of them block all there are.
                onPromote: { _ in while !mayReturn.withLock(\.self) { usleep(1000) } },
                onDemote: { _ in }
            )
            for role in roles { try manager.add(role, callbacks: callbacks) }
            // A thread, for there is none left in the pool.
            let watcher = WorkerThread {
                while !roles.allSatisfy({ role in renewals.withLock { $0[role, default: 0] } > 3 }) { usleep(1000) }
                mayReturn.withLock { $0 = true }
                manager.stop()
            }
            try await manager.run()
            watcher.join()
            #expect(manager.status.allSatisfy { $0.state == "stopped" })
        }
    }
}
