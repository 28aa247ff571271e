import ElectionCore
import NATSStore
import TestSupport
import Testing

extension WithServer {
    /// What members of a ranked campaign say of themselves.
    @Suite struct Presences {
        private let role = try! Role("role-1")

        static let cases = TestServer.binaries.flatMap { server in WatchMode.allCases.map { (server, $0) } }

        private func presence(_ id: String) -> LeadershipRecord {
            var record = IntegrationTests.record(id, token: "")
            record.meta?.mark = .asks
            return record
        }

        @Test(arguments: cases)
        func `a presence is acknowledged and seen by all, and so is its withdrawal`(server: String, watch: WatchMode)
            async throws
        {
            try await TestServer.with(server) { server in
                let member = try await NATSStore.connect(to: server.url, watch: watch)
                let other = try await NATSStore.connect(to: server.url, watch: watch)
                try await other.running([role]) { seen in
                    try await seen.synced()
                    try await member.running([role]) { own in
                        try await own.synced()
                        for (id, name) in [(1, "a.b.c"), (2, "a.b.c")] as [(UInt64, String)] {
                            member.announce(presence(name), id: id)
                            let revision = try await own.announced(id).revision()
                            #expect(try await seen.presence(name) == .record(presence(name), revision: revision))
                            #expect(try await own.presence(name).revision == revision)
                        }
                        member.announce(nil, id: 3)
                        let revision = try await own.announced(3).revision()
                        #expect(try await seen.presence("a.b.c") == .marker(revision: revision))
                    }
                }
            }
        }

        @Test(arguments: cases)
        func `presences that are there are told before synced`(server: String, watch: WatchMode) async throws {
            try await TestServer.with(server) { server in
                let member = try await NATSStore.connect(to: server.url)
                try await member.running([role]) { own in
                    try await own.synced()
                    member.announce(presence("a"), id: 1)
                    _ = try await own.announced(1)
                    let other = try await NATSStore.connect(to: server.url, watch: watch)
                    try await other.running([role]) { seen in
                        try await seen.synced()
                        #expect(
                            seen.events.contains {
                                if case .presence("a", .record(presence("a"), _), _) = $0 { true } else { false }
                            }
                        )
                    }
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `what was never announced can't be withdrawn`(server: String) async throws {
            try await TestServer.with(server) { server in
                let store = try await NATSStore.connect(to: server.url)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    store.announce(nil, id: 1)
                    #expect(try await recorder.announced(1) == .notSent)
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a presence without a bucket or a connection is not taken for written`(server: String) async throws {
            try await TestServer.with(server) { server in
                let bucket = BucketSettings(leaseTTL: .milliseconds(300))
                let store = try await NATSStore.connect(to: server.url, bucket: bucket)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    let other = try await NATSStore.connect(to: server.url, bucket: bucket)
                    try await other.deleteBucket()
                    await other.close()
                    store.announce(presence("a"), id: 1)
                    guard case .refused = try await recorder.announced(1) else {
                        Issue.record("taken by a bucket that is gone")
                        return
                    }
                    // The bucket is made again.
                    try await recorder.synced()
                    await server.kill()
                    try await recorder.disconnected()
                    store.announce(presence("a"), id: 2)
                    #expect(try await recorder.announced(2) == .notSent)
                }
            }
        }
    }
}

extension EventRecorder {
    fileprivate func presence(_ id: String) async throws -> StoredEntry {
        try await next("the presence of \(id)") { event in
            if case .presence(id, let entry, _) = event { entry } else { nil }
        }
    }
}
