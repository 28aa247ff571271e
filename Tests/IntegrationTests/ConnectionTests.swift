import ElectionCore
import NATSStore
import TestSupport
import Testing

extension WithServer {
    @Suite struct Connections {
        let roles = try! (0..<3).map { try Role("role-\($0)") }

        /// Each way to watch, on each server.
        static let cases = TestServer.binaries.flatMap { server in WatchMode.allCases.map { (server, $0) } }

        @Test(arguments: cases)
        func `events come in the order connected, observed, missing, synced`(server: String, watch: WatchMode)
            async throws
        {
            try await TestServer.with(server) { server in
                try await RawClientSetup.bucket(server)
                try await RawClient(server).publish("$KV.leaders.role-1", #"{"id":"go","token":"t"}"#)
                try await RawClient(server).publish("$KV.leaders.role-1", #"{"id":"go","token":"u"}"#)
                let store = try await NATSStore.connect(to: server.url, watch: watch)
                let id = store.connectionID
                try await store.running(roles) { recorder in
                    try await recorder.synced()
                    let summary = recorder.events.map(Summary.init)
                    #expect(summary.first == .connected(id))
                    #expect(summary.last == .synced)
                    #expect(summary.count == 5)
                    let tokens = recorder.events.compactMap { event in
                        if case .observed(roles[1], .record(let record, _), _) = event { record.token } else { nil }
                    }
                    #expect(tokens == ["u"])
                    #expect(summary.contains(.observed("role-0", revision: 0)))
                    #expect(summary.contains(.observed("role-2", revision: 0)))
                }
            }
        }

        @Test(arguments: cases)
        func `a change made during an outage is seen after it`(server: String, watch: WatchMode) async throws {
            try await TestServer.with(server) { server in
                let link = try TestLink(to: server.port)
                let store = try await NATSStore.connect(to: link.url, watch: watch)
                try await store.running(roles) { recorder in
                    try await recorder.synced()
                    let first = try await store.write(
                        .record(record("a")),
                        id: 1,
                        expecting: 0,
                        role: roles[0],
                        recorder
                    ).revision()
                    link.cut()
                    try await recorder.disconnected()
                    try await RawClient(server).publish("$KV.leaders.role-0", #"{"id":"go","token":"t"}"#)
                    let mark = recorder.cursor
                    link.heal()
                    try await recorder.synced()
                    let summary = recorder.events[mark...].map(Summary.init)
                    #expect(summary.first == .connected(store.connectionID))
                    #expect(
                        Set(summary.dropFirst().dropLast()) == [
                            .observed("role-0", revision: first + 1), .observed("role-1", revision: 0),
                            .observed("role-2", revision: 0),
                        ]
                    )
                    // The new watch is alive.
                    _ = try await store.write(
                        .record(record("b")),
                        id: 2,
                        expecting: first + 1,
                        role: roles[0],
                        recorder
                    )
                }
            }
        }

        @Test(arguments: cases)
        func `a lost memory bucket is made again and all roles are missing`(server: String, watch: WatchMode)
            async throws
        {
            try await TestServer.with(server) { server in
                let bucket = BucketSettings(storage: .memory, leaseTTL: .milliseconds(300))
                let store = try await NATSStore.connect(to: server.url, bucket: bucket, watch: watch)
                try await store.running(roles) { recorder in
                    try await recorder.synced()
                    for role in roles {
                        _ = try await store.write(.record(record("a")), id: 1, expecting: 0, role: role, recorder)
                    }
                    await server.kill()
                    try await recorder.disconnected()
                    try await server.start()
                    _ = try await recorder.connected()
                    let mark = recorder.cursor
                    try await recorder.synced()
                    let summary = recorder.events[mark...].map(Summary.init)
                    #expect(Set(summary.dropLast()) == Set(roles.map { .observed($0.name, revision: 0) }))
                    let outcome = try await store.write(
                        .record(record("b")),
                        id: 2,
                        expecting: 0,
                        role: roles[1],
                        recorder
                    )
                    #expect(try outcome.revision() > 0)
                }
            }
        }

        @Test(arguments: cases)
        func `a file bucket comes back with its records`(server: String, watch: WatchMode) async throws {
            try await TestServer.with(server) { server in
                let bucket = BucketSettings(storage: .file, leaseTTL: .seconds(30))
                let store = try await NATSStore.connect(to: server.url, bucket: bucket, watch: watch)
                try await store.running(roles) { recorder in
                    try await recorder.synced()
                    let outcome = try await store.write(
                        .record(record("a")),
                        id: 1,
                        expecting: 0,
                        role: roles[2],
                        recorder
                    )
                    await server.stop()
                    try await recorder.disconnected()
                    try await server.start()
                    let entry = try await recorder.next("role-2") { [roles] event in
                        if case .observed(roles[2], let entry, _) = event { entry } else { nil }
                    }
                    #expect(entry == .record(record("a"), revision: try outcome.revision()))
                    try await recorder.synced()
                }
            }
        }

        @Test(arguments: cases)
        func `a deleted bucket is noticed by a write and made again`(server: String, watch: WatchMode) async throws {
            try await TestServer.with(server) { server in
                let bucket = BucketSettings(leaseTTL: .milliseconds(300))
                let store = try await NATSStore.connect(to: server.url, bucket: bucket, watch: watch)
                let other = try await NATSStore.connect(to: server.url, bucket: bucket)
                try await store.running(roles) { recorder in
                    try await recorder.synced()
                    let first = try await store.write(
                        .record(record("a")),
                        id: 1,
                        expecting: 0,
                        role: roles[0],
                        recorder
                    ).revision()
                    try await other.deleteBucket()
                    let outcome = try await store.write(
                        .record(record("a")),
                        id: 2,
                        expecting: first,
                        role: roles[0],
                        recorder
                    )
                    guard case .refused = outcome else {
                        Issue.record("\(outcome)")
                        return
                    }
                    // As after a lost connection: nothing that was known counts.
                    _ = try await recorder.connected()
                    let mark = recorder.cursor
                    try await recorder.synced()
                    let summary = recorder.events[mark...].map(Summary.init)
                    #expect(Set(summary.dropLast()) == Set(roles.map { .observed($0.name, revision: 0) }))
                }
                await other.close()
            }
        }

        @Test(arguments: cases)
        func `a deleted bucket is noticed by the silence of its watch`(server: String, watch: WatchMode) async throws {
            // The role mode's consumers beat every 5 s: the test would take a quarter of a minute.
            guard watch == .bucket else { return }
            try await TestServer.with(server) { server in
                let bucket = BucketSettings(leaseTTL: .milliseconds(200))
                let store = try await NATSStore.connect(to: server.url, bucket: bucket)
                let other = try await NATSStore.connect(to: server.url, bucket: bucket)
                try await store.running(roles) { recorder in
                    try await recorder.synced()
                    try await other.deleteBucket()
                    try await recorder.synced()
                    let outcome = try await store.write(
                        .record(record("a")),
                        id: 1,
                        expecting: 0,
                        role: roles[0],
                        recorder
                    )
                    #expect(try outcome.revision() > 0)
                }
                await other.close()
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a server that stands still is taken for lost and comes back`(server: String) async throws {
            try await TestServer.with(server) { server in
                let bucket = BucketSettings(leaseTTL: .milliseconds(300))
                let store = try await NATSStore.connect(to: server.url, bucket: bucket)
                try await store.running(roles) { recorder in
                    try await recorder.synced()
                    await server.pause()
                    try await recorder.disconnected()
                    server.resume()
                    _ = try await recorder.connected()
                    try await recorder.synced()
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a connection that was closed for good is made anew`(server: String) async throws {
            let open = TestServer.Options(configuration: "authorization { user: a, password: b }")
            let closed = "authorization { user: a, password: other }"
            try await TestServer.with(server, open) { server in
                let bucket = BucketSettings(storage: .file, leaseTTL: .seconds(30))
                let store = try await NATSStore.connect(
                    to: server.url,
                    bucket: bucket,
                    credentials: .user("a", password: "b")
                )
                try await store.running(roles) { recorder in
                    try await recorder.synced()
                    await server.kill()
                    try await recorder.disconnected()
                    try await server.start(configuration: closed)
                    // libnats gives up after the second refusal, so a third connection is one of our own.
                    try await server.waitForLog("authentication error", times: 4)
                    await server.kill()
                    try await server.start()
                    _ = try await recorder.connected()
                    try await recorder.synced()
                    let outcome = try await store.write(
                        .record(record("a")),
                        id: 1,
                        expecting: 0,
                        role: roles[0],
                        recorder
                    )
                    #expect(try outcome.revision() > 0)
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `nothing is delivered after the end of run`(server: String) async throws {
            try await TestServer.with(server) { server in
                let store = try await NATSStore.connect(to: server.url)
                let recorder = try await store.running(roles) { recorder in
                    try await recorder.synced()
                    return recorder
                }
                let count = recorder.events.count
                store.write(StoreWrite(id: 1, value: .marker, expectedRevision: 0), role: roles[0])
                store.read(roles[0])
                try await RawClient(server).publish("$KV.leaders.role-0", "{}")
                #expect(recorder.events.count == count)
                await store.close()
                await #expect(throws: StoreError.self) { try await store.deleteBucket() }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a run that is cancelled before it begins ends`(server: String) async throws {
            try await TestServer.with(server) { server in
                let store = try await NATSStore.connect(to: server.url)
                let roles = roles
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    await store.run(roles: roles) { _ in }
                }
                await task.value
            }
        }
    }
}

/// An event without its time.
enum Summary: Hashable {
    case connected(ConnectionID)
    case disconnected
    case synced
    case observed(String, revision: UInt64)
    case other

    init(_ event: StoreEvent) {
        self =
            switch event {
            case .connected(let connection): .connected(connection)
            case .disconnected: .disconnected
            case .synced: .synced
            case .observed(let role, let entry, _): .observed(role.name, revision: entry.revision)
            case .written, .read, .presence, .announced, .session, .sessionWritten, .sessionRead, .lost: .other
            }
    }
}

enum RawClientSetup {
    /// Makes the default bucket.
    static func bucket(_ server: TestServer) async throws {
        let store = try await NATSStore.connect(to: server.url)
        await store.close()
    }
}
