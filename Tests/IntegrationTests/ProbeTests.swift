import ElectionCore
import NATSStore
import TestSupport
import Testing

extension WithServer {
    @Suite struct Probes {
        let role = try! Role("r")

        /// Each way to watch, on each server.
        static let cases = TestServer.binaries.flatMap { server in WatchMode.allCases.map { (server, $0) } }

        @Test(arguments: cases)
        func `a watch that replays history delivers superseded revisions, after each connection`(
            server: String,
            watch: WatchMode
        ) async throws {
            try await TestServer.with(server) { server in
                let link = try TestLink(to: server.port)
                let writer = try await NATSStore.connect(to: server.url)
                let observer = try await NATSStore.connect(to: link.url, watch: watch, replaysHistory: true)
                try await writer.running([role]) { recorder in
                    try await recorder.synced()
                    var revisions: [UInt64] = []
                    func write(_ count: Int) async throws {
                        for _ in 0..<count {
                            let outcome = try await writer.write(
                                .record(record("a")),
                                id: UInt64(revisions.count),
                                expecting: revisions.last ?? 0,
                                role: role,
                                recorder
                            )
                            revisions.append(try outcome.revision())
                        }
                    }
                    try await write(3)
                    try await observer.running([role, try Role("unused")]) { seen in
                        try await seen.synced()
                        func observed(from mark: Int) -> [UInt64] {
                            seen.events[mark...].compactMap { event in
                                if case .observed(role, let entry, _) = event { entry.revision } else { nil }
                            }
                        }
                        #expect(observed(from: 0) == revisions)
                        link.cut()
                        try await seen.disconnected()
                        try await write(2)
                        let mark = seen.cursor
                        link.heal()
                        try await seen.synced()
                        #expect(observed(from: mark) == revisions)
                    }
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a record is written over whatever stands, in any bucket`(server: String) async throws {
            try await TestServer.with(server) { server in
                let ledger = BucketSettings(name: "ledger", leaseTTL: .seconds(30), history: 64)
                let reader = try await NATSStore.connect(to: server.url, bucket: ledger, replaysHistory: true)
                let writer = try await NATSStore.connect(to: server.url)
                for token in ["1", "2", "3"] {
                    writer.overwrite(record("a", token: token), key: role.name, bucket: "ledger")
                }
                writer.overwrite(record("a", token: "own"), key: role.name)
                // Nobody acknowledged them: a watch may begin before the first.
                func tokens(_ count: Int, _ recorder: EventRecorder) async throws -> [String] {
                    var tokens: [String] = []
                    while tokens.count < count {
                        guard case .record(let record, _) = try await recorder.observed(role) else { continue }
                        tokens.append(record.token)
                    }
                    return tokens
                }
                try await reader.running([role]) { recorder in
                    let found = try await tokens(3, recorder)
                    #expect(found == ["1", "2", "3"])
                }
                try await writer.running([role]) { recorder in
                    let found = try await tokens(1, recorder)
                    #expect(found == ["own"])
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a server that stands alone leads its bucket, and acknowledges writes as long as it lives`(server: String)
            async throws
        {
            try await TestServer.with(server, .init(configuration: "server_name: alone")) { server in
                let store = try await NATSStore.connect(to: server.url)
                // Not every version names a leader where there can be no other.
                let leader = try #require(await store.bucketLeader(timeout: .seconds(10)))
                #expect([nil, "alone"].contains(leader.server))
                #expect(await store.acknowledgedWrite(key: "probe") != nil)
                await server.kill()
                #expect(await store.bucketLeader(timeout: .milliseconds(100)) == nil)
                #expect(await store.acknowledgedWrite(key: "probe", timeout: .milliseconds(100)) == nil)
                await store.close()
                #expect(await store.bucketLeader(timeout: .seconds(10)) == nil)
            }
        }
    }
}
