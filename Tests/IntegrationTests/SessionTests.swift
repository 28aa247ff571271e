import ElectionCore
import NATSStore
import TestSupport
import Testing

extension WithServer {
    /// What instances say that lead by one lease for all their roles.
    @Suite struct Sessions {
        private let role = try! Role("role-1")

        static let cases = TestServer.binaries.flatMap { server in WatchMode.allCases.map { (server, $0) } }

        private static let lasting = BucketSettings(leaseTTL: .seconds(30), ageLimit: .zero)

        private func session(_ id: String) -> StoreWrite.Value {
            .record(IntegrationTests.record(id, token: "session"))
        }

        @Test(arguments: cases)
        func `a session is written by compare-and-set, shown to all, read, and ended by a tombstone`(
            server: String,
            watch: WatchMode
        ) async throws {
            try await TestServer.with(server) { server in
                let holder = try await NATSStore.connect(to: server.url, bucket: Self.lasting, watch: watch)
                let other = try await NATSStore.connect(to: server.url, bucket: Self.lasting, watch: watch)
                try await other.running([role]) { seen in
                    try await seen.synced()
                    try await holder.running([role]) { own in
                        try await own.synced()
                        let id = "a.b/c"
                        holder.write(StoreWrite(id: 1, value: session(id), expectedRevision: 0), session: id)
                        let begun = try await own.sessionOutcome(1, of: id).revision()
                        #expect(try await seen.session(id).revision == begun)
                        // One that was overlooked is not ended.
                        other.write(StoreWrite(id: 7, value: .marker, expectedRevision: begun - 1), session: id)
                        guard case .rejected = try await seen.sessionOutcome(7, of: id) else {
                            Issue.record("ended by who had not seen its last renewal")
                            return
                        }
                        other.write(StoreWrite(id: 8, value: .marker, expectedRevision: begun), session: id)
                        let ended = try await seen.sessionOutcome(8, of: id).revision()
                        holder.write(StoreWrite(id: 2, value: session(id), expectedRevision: begun), session: id)
                        guard case .rejected = try await own.sessionOutcome(2, of: id) else {
                            Issue.record("renewed after its end")
                            return
                        }
                        holder.readSession(id)
                        #expect(try await own.sessionRead(id) == .marker(revision: ended))
                        holder.readSession("nobody")
                        #expect(try await own.sessionRead("nobody") == .missing)
                    }
                }
            }
        }

        @Test(arguments: cases)
        func `sessions that are there are told before synced`(server: String, watch: WatchMode) async throws {
            try await TestServer.with(server) { server in
                let holder = try await NATSStore.connect(to: server.url, bucket: Self.lasting)
                try await holder.running([role]) { own in
                    try await own.synced()
                    holder.write(StoreWrite(id: 1, value: session("a"), expectedRevision: 0), session: "a")
                    _ = try await own.sessionOutcome(1, of: "a").revision()
                    let other = try await NATSStore.connect(to: server.url, bucket: Self.lasting, watch: watch)
                    try await other.running([role]) { seen in
                        try await seen.synced()
                        #expect(seen.events.contains { if case .session("a", .record, _) = $0 { true } else { false } })
                    }
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a bucket that ages records out is refused, one that doesn't serves both kinds of lease`(server: String)
            async throws
        {
            try await TestServer.with(server) { server in
                let aging = BucketSettings(name: "aging", leaseTTL: .seconds(3))
                await (try NATSStore.connect(to: server.url, bucket: aging)).close()
                let error = await #expect(throws: StoreError.self) {
                    let wanted = BucketSettings(name: "aging", leaseTTL: .seconds(3), ageLimit: .zero)
                    await (try NATSStore.connect(to: server.url, bucket: wanted)).close()
                }
                #expect(error?.code == .bucketRefused)
                await (try NATSStore.connect(to: server.url, bucket: Self.lasting)).close()
                let store = try await NATSStore.connect(to: server.url, bucket: BucketSettings(leaseTTL: .seconds(30)))
                await store.close()
                #expect(store.warnings.count == 1)
            }
        }
    }
}

extension EventRecorder {
    fileprivate func session(_ id: String) async throws -> StoredEntry {
        try await next("the session of \(id)") { if case .session(id, let entry, _) = $0 { entry } else { nil } }
    }

    fileprivate func sessionOutcome(_ write: UInt64, of id: String) async throws -> WriteOutcome {
        try await next("the answer to session write \(write)") { event in
            if case .sessionWritten(id, write, let outcome, _) = event { outcome } else { nil }
        }
    }

    fileprivate func sessionRead(_ id: String) async throws -> StoredEntry? {
        try await next("the answer to a read of session \(id)") { event -> StoredEntry?? in
            if case .sessionRead(id, let entry, _) = event { .some(entry) } else { nil }
        }
    }
}
