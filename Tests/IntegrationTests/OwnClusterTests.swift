import Chaos
import ElectionCore
import NATSStore
import SystemPackage
import TestSupport
import Testing

extension WithServer {
    /// Three servers as a run starts them.
    @Suite(.timeLimit(.minutes(2))) struct OwnCluster {
        private let role = try! Role("role-1")

        @Test(arguments: TestServer.binaries)
        func `a connection that is lost at one server is reported at the others, and one whose server dies is not`(
            server: String
        ) async throws {
            try await cluster(server) { [role] members, servers in
                let urls = members.compactMap { $0.port.map { "nats://127.0.0.1:\($0)" } }
                let store = try await NATSStore.connect(
                    to: urls[0],
                    readyTimeout: .seconds(30),
                    detectsLosses: true
                )
                #expect(store.hearsLosses)
                try await store.running([role]) { heard in
                    try await heard.synced()
                    for member in members {
                        let child = try await ChildClient.start(port: member.port ?? 0)
                        await child.kill()
                        try await heard.lost(child.connection)
                    }
                    // Which ends with its connection.
                    let child = try await ChildClient.start(port: members[2].port ?? 0, listens: true)
                    servers[2].stop()
                    _ = await child.program.exit()
                    let other = try await ChildClient.start(port: members[1].port ?? 0)
                    await other.kill()
                    try await heard.lost(other.connection)
                    #expect(
                        !heard.events.contains {
                            if case .lost(child.connection, _) = $0 { true } else { false }
                        }
                    )
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `they hold a replicated bucket, where their version can`(server: String) async throws {
            try await cluster(server) { [role] members, _ in
                let urls = members.compactMap { $0.port.map { "nats://127.0.0.1:\($0)" } }
                let bucket = BucketSettings(replicas: 3, leaseTTL: .seconds(30))
                let store: NATSStore
                do throws(StoreError) {
                    store = try await NATSStore.connect(to: urls[0], bucket: bucket, readyTimeout: .seconds(30))
                } catch {
                    #expect(error.code == .bucketRefused)
                    return
                }
                #expect(await store.bucketLeader(timeout: .seconds(10))?.server?.hasPrefix("server-") == true)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    let outcome = try await store.write(
                        .record(record("a")),
                        id: 1,
                        expecting: 0,
                        role: role,
                        recorder
                    )
                    #expect(try outcome.revision() > 0)
                }
            }
        }

        private func cluster(
            _ server: String,
            _ body: @escaping @Sendable ([ServerConfiguration], [NATSServer]) async throws -> Void
        ) async throws {
            let folder = FilePath("/tmp/electbench-cluster-\(UInt64.random(in: 0...UInt64.max))")
            let members = try ServerConfiguration.cluster(
                of: 3,
                executable: try NATSServer.find(named: server),
                temporaryFolder: folder,
                logs: folder.appending("logs")
            )
            do {
                try await running(members) { try await body(members, $0) }
            } catch {
                await remove(folder)
                throw error
            }
            await remove(folder)
        }

        /// Their stores outlive them, for another life.
        private func remove(_ folder: FilePath) async {
            _ = await runProgram(["rm", "-rf", folder.string])
        }

        /// Runs `body` while all the servers run.
        private func running(
            _ members: [ServerConfiguration],
            _ servers: [NATSServer] = [],
            _ body: @escaping @Sendable ([NATSServer]) async throws -> Void
        ) async throws {
            guard let first = members.first else { return try await body(servers) }
            try await NATSServer.withServer(first) { server, _ in
                try await running(Array(members.dropFirst()), servers + [server], body)
            }
        }
    }
}
