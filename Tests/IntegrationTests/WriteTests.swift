import ElectionCore
import NATSStore
import TestSupport
import Testing

extension WithServer {
    @Suite struct Writes {
        let role = try! Role("shard.1")

        @Test(arguments: TestServer.binaries)
        func `a missing key is acquired by expecting no message`(server: String) async throws {
            try await TestServer.with(server) { server in
                let store = try await NATSStore.connect(to: server.url)
                try await store.running([role]) { recorder in
                    #expect(try await recorder.observed(role) == .missing)
                    let outcome = try await store.write(.record(record("a")), id: 1, expecting: 0, role: role, recorder)
                    store.read(role)
                    #expect(try await recorder.read(role) == .record(record("a"), revision: try outcome.revision()))
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a lost race is told with the winner's revision`(server: String) async throws {
            try await TestServer.with(server) { server in
                let store = try await NATSStore.connect(to: server.url)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    let won = try await store.write(.record(record("a")), id: 1, expecting: 0, role: role, recorder)
                    let lost = try await store.write(.record(record("b")), id: 2, expecting: 0, role: role, recorder)
                    #expect(lost == .rejected(lastRevision: try won.revision()))
                    let stale = try await store.write(.record(record("b")), id: 3, expecting: 77, role: role, recorder)
                    #expect(stale == .rejected(lastRevision: try won.revision()))
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `of many that acquire at once exactly one wins`(server: String) async throws {
            try await TestServer.with(server) { server in
                let url = server.url
                let outcomes = try await withThrowingTaskGroup(of: WriteOutcome.self) { group in
                    for index in 0..<8 {
                        group.addTask {
                            let store = try await NATSStore.connect(to: url)
                            return try await store.running([role]) { recorder in
                                try await recorder.synced()
                                let value = StoreWrite.Value.record(record("\(index)"))
                                return try await store.write(value, id: 1, expecting: 0, role: role, recorder)
                            }
                        }
                    }
                    return try await group.reduce(into: [WriteOutcome]()) { $0.append($1) }
                }
                let won = outcomes.compactMap { try? $0.revision() }
                #expect(won.count == 1)
                #expect(outcomes.count { $0 == .rejected(lastRevision: won[0]) } == 7)
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a record is renewed and taken over at its last revision`(server: String) async throws {
            try await TestServer.with(server) { server in
                let store = try await NATSStore.connect(to: server.url)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    var revision: UInt64 = 0
                    for id in 1...5 as ClosedRange<UInt64> {
                        let holder = id < 5 ? "a" : "b"
                        revision = try await store.write(
                            .record(record(holder)),
                            id: id,
                            expecting: revision,
                            role: role,
                            recorder
                        ).revision()
                    }
                    store.read(role)
                    #expect(try await recorder.read(role) == .record(record("b"), revision: revision))
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a release leaves a marker that is seen and acquired over`(server: String) async throws {
            try await TestServer.with(server) { server in
                let store = try await NATSStore.connect(to: server.url)
                let follower = try await NATSStore.connect(to: server.url)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    try await follower.running([role]) { seen in
                        try await seen.synced()
                        let first = try await store.write(
                            .record(record("a")),
                            id: 1,
                            expecting: 0,
                            role: role,
                            recorder
                        ).revision()
                        #expect(try await seen.observed(role) == .record(record("a"), revision: first))
                        let marker = try await store.write(
                            .marker,
                            id: 2,
                            expecting: first,
                            role: role,
                            recorder
                        ).revision()
                        #expect(try await seen.observed(role) == .marker(revision: marker))
                        store.read(role)
                        #expect(try await recorder.read(role) == .marker(revision: marker))
                        let next = try await follower.write(
                            .record(record("b")),
                            id: 1,
                            expecting: marker,
                            role: role,
                            seen
                        )
                        #expect(try next.revision() > marker)
                    }
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a release can't remove a successor's record`(server: String) async throws {
            try await TestServer.with(server) { server in
                let store = try await NATSStore.connect(to: server.url)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    let mine = try await store.write(.record(record("a")), id: 1, expecting: 0, role: role, recorder)
                    let other = try await store.write(
                        .record(record("b")),
                        id: 2,
                        expecting: mine.revision(),
                        role: role,
                        recorder
                    )
                    let release = try await store.write(
                        .marker,
                        id: 3,
                        expecting: mine.revision(),
                        role: role,
                        recorder
                    )
                    #expect(release == .rejected(lastRevision: try other.revision()))
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `an aged-out key is lost to its old revision and won by expecting none`(server: String) async throws {
            try await TestServer.with(server) { server in
                let bucket = BucketSettings(leaseTTL: .milliseconds(100))
                let store = try await NATSStore.connect(to: server.url, bucket: bucket)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    var id: UInt64 = 1
                    let old = try await store.write(
                        .record(record("a")),
                        id: id,
                        expecting: 0,
                        role: role,
                        recorder
                    ).revision()
                    // Until the server has aged it out, a read still finds it.
                    store.read(role)
                    while try await recorder.read(role) != .missing { store.read(role) }
                    id += 1
                    let lost = try await store.write(.record(record("a")), id: id, expecting: old, role: role, recorder)
                    #expect(lost == .rejected(lastRevision: 0))
                    id += 1
                    let won = try await store.write(.record(record("a")), id: id, expecting: 0, role: role, recorder)
                    #expect(try won.revision() > old)
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `foreign and unreadable values are told from records`(server: String) async throws {
            try await TestServer.with(server) { server in
                let store = try await NATSStore.connect(to: server.url)
                let raw = RawClient(server)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    try await raw.publish("$KV.leaders.shard.1", #"{"id":"go","token":"t"}"#)
                    let foreign = try await recorder.observed(role)
                    let first = foreign.revision
                    #expect(foreign == .record(LeadershipRecord(id: "go", token: "t"), revision: first))
                    try await raw.publish("$KV.leaders.shard.1", "not json")
                    #expect(try await recorder.observed(role) == .unreadable(revision: first + 1))
                    try await raw.publish("$KV.leaders.shard.1", "")
                    #expect(try await recorder.observed(role) == .unreadable(revision: first + 2))
                    try await raw.publish("$KV.leaders.shard.1", "", headers: ["KV-Operation": "PURGE"])
                    #expect(try await recorder.observed(role) == .marker(revision: first + 3))
                    try await raw.publish("$KV.leaders.somebody-else", "{}")
                    try await raw.publish("$KV.leaders.shard.1", #"{"id":"go","token":"u"}"#)
                    let last = StoredEntry.record(LeadershipRecord(id: "go", token: "u"), revision: first + 5)
                    #expect(try await recorder.observed(role) == last)
                    store.read(role)
                    #expect(try await recorder.read(role) == last)
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `answers to many writes find their writes`(server: String) async throws {
            try await TestServer.with(server) { server in
                let roles = try (0..<20).map { try Role("role-\($0)") }
                let store = try await NATSStore.connect(to: server.url)
                try await store.running(roles) { recorder in
                    try await recorder.synced()
                    for (index, role) in roles.enumerated() {
                        let write = StoreWrite(id: UInt64(index), value: .record(record("a")), expectedRevision: 0)
                        store.write(write, role: role)
                    }
                    var first: UInt64?
                    for (index, role) in roles.enumerated() {
                        let outcome = try await recorder.next("write \(index)") { event in
                            if case .written(role, UInt64(index), let outcome, _) = event { outcome } else { nil }
                        }
                        let revision = try outcome.revision()
                        #expect(revision == (first ?? revision) + UInt64(index))
                        first = first ?? revision
                    }
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a late acknowledgement still finds its write`(server: String) async throws {
            try await TestServer.with(server) { server in
                let store = try await NATSStore.connect(to: server.url)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    await server.pause()
                    store.write(StoreWrite(id: 9, value: .record(record("a")), expectedRevision: 0), role: role)
                    // Commands are carried out in order: once the version was asked for, the write has gone out.
                    #expect(await store.serverVersion() == nil)
                    server.resume()
                    #expect(try await recorder.outcome(of: 9).revision() > 0)
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a write into a killed server is never said not to have been sent`(server: String) async throws {
            try await TestServer.with(server) { server in
                let bucket = BucketSettings(storage: .file, leaseTTL: .seconds(30))
                let store = try await NATSStore.connect(to: server.url, bucket: bucket)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    await server.pause()
                    store.write(StoreWrite(id: 1, value: .record(record("a")), expectedRevision: 0), role: role)
                    #expect(await store.serverVersion() == nil)
                    await server.kill()
                    try await recorder.disconnected()
                    try await server.start()
                    _ = try await recorder.connected()
                    #expect(try await recorder.observed(role) == .missing)
                    try await recorder.synced()
                    let told = recorder.events.contains { if case .written = $0 { true } else { false } }
                    #expect(!told)
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a write while disconnected is not sent, and doesn't arrive later`(server: String) async throws {
            try await TestServer.with(server) { server in
                let link = try TestLink(to: server.port)
                let store = try await NATSStore.connect(to: link.url)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    link.cut()
                    try await recorder.disconnected()
                    let outcome = try await store.write(.record(record("a")), id: 1, expecting: 0, role: role, recorder)
                    #expect(outcome == .notSent)
                    store.read(role)
                    #expect(try await recorder.read(role) == nil)
                    link.heal()
                    #expect(try await recorder.observed(role) == .missing)
                    try await recorder.synced()
                    let next = try await store.write(.record(record("b")), id: 2, expecting: 0, role: role, recorder)
                    #expect(try next.revision() > 0)
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `what was written before the end is not lost`(server: String) async throws {
            try await TestServer.with(server) { server in
                let roles = try (0..<50).map { try Role("role-\($0)") }
                let store = try await NATSStore.connect(to: server.url)
                try await store.running(roles) { recorder in
                    try await recorder.synced()
                    for role in roles {
                        store.write(StoreWrite(id: 1, value: .record(record("a")), expectedRevision: 0), role: role)
                    }
                }
                let reader = try await NATSStore.connect(to: server.url)
                try await reader.running(roles) { recorder in
                    try await recorder.synced()
                    let missing = recorder.events.filter {
                        if case .observed(_, .missing, _) = $0 { true } else { false }
                    }
                    #expect(missing.isEmpty)
                }
            }
        }
    }
}
