import ElectionCore
import NATSStore
import TestSupport
import Testing

extension WithServer {
    @Suite struct Buckets {
        @Test(arguments: TestServer.binaries)
        func `a bucket that is as asked for gives no warning`(server: String) async throws {
            try await TestServer.with(server) { server in
                for storage in BucketSettings.Storage.allCases {
                    let bucket = BucketSettings(name: "b-\(storage)", storage: storage, leaseTTL: .seconds(3))
                    for _ in 0..<2 {
                        let store = try await NATSStore.connect(to: server.url, bucket: bucket)
                        #expect(store.warnings.isEmpty)
                        await store.close()
                    }
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a bucket that is other than asked for is used with warnings`(server: String) async throws {
            try await TestServer.with(server) { server in
                let made = BucketSettings(storage: .file, leaseTTL: .seconds(3))
                try await NATSStore.connect(to: server.url, bucket: made).close()
                let store = try await NATSStore.connect(
                    to: server.url,
                    bucket: BucketSettings(storage: .memory, leaseTTL: .seconds(2))
                )
                #expect(store.warnings.count == 2)
                #expect(store.warnings.contains { $0.contains("storage file, not memory") })
                #expect(store.warnings.contains { $0.contains("age limit") })
                await store.close()
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a bucket that ages records out before their lease ends is refused`(server: String) async throws {
            try await TestServer.with(server) { server in
                let short = BucketSettings(leaseTTL: .seconds(1))
                try await NATSStore.connect(to: server.url, bucket: short).close()
                let error = await failure {
                    try await NATSStore.connect(to: server.url, bucket: BucketSettings(leaseTTL: .seconds(3)))
                }
                #expect(error?.code == .bucketRefused)
            }
        }

        @Test(arguments: TestServer.binaries)
        func `replicas are refused on a server that breaks compare-and-set with them`(server: String) async throws {
            try await TestServer.with(server) { server in
                let probe = try await NATSStore.connect(to: server.url)
                let version = await probe.serverVersion()
                await probe.close()
                #expect(version?.split(separator: ".").count == 3)
                let error = await failure {
                    try await NATSStore.connect(
                        to: server.url,
                        bucket: BucketSettings(name: "three", replicas: 3, leaseTTL: .seconds(3)),
                        readyTimeout: .milliseconds(500)
                    )
                }
                // A newer server alone can't keep three replicas either, but it is the server that says so.
                #expect(error?.code == (version == "2.9.10" ? .bucketRefused : .serverRefused))
            }
        }

        @Test(arguments: TestServer.binaries)
        func `instances that make the bucket together all get it`(server: String) async throws {
            try await TestServer.with(server) { server in
                let url = server.url
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for index in 0..<8 {
                        // Half of them want it otherwise.
                        let bucket = BucketSettings(storage: index % 2 == 0 ? .file : .memory, leaseTTL: .seconds(3))
                        group.addTask {
                            let store = try await NATSStore.connect(to: url, bucket: bucket)
                            await store.close()
                            return store.warnings.count
                        }
                    }
                    var warned = 0
                    for try await warnings in group { warned += warnings }
                    #expect(warned == 4)
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a stream that is no bucket is refused`(server: String) async throws {
            try await TestServer.with(server) { server in
                try await RawClient(server).publish(
                    "$JS.API.STREAM.CREATE.KV_other",
                    #"{"name":"KV_other","subjects":["x"],"storage":"memory"}"#
                )
                let error = await failure {
                    try await NATSStore.connect(
                        to: server.url,
                        bucket: BucketSettings(name: "other", leaseTTL: .seconds(3))
                    )
                }
                #expect(error?.code == .bucketRefused)
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a server without JetStream is named as such`(server: String) async throws {
            try await TestServer.with(server, .init(jetStream: false)) { server in
                let error = await failure { try await NATSStore.connect(to: server.url) }
                #expect(error?.code == .noJetStream)
            }
        }

        @Test func `bad settings are refused before anything is connected`() async {
            let ttl = Duration.seconds(3)
            for name in ["", "a b", "a.b", "a*", "ä"] {
                let error = await failure {
                    try await NATSStore.connect(
                        to: "nats://127.0.0.1:1",
                        bucket: BucketSettings(name: name, leaseTTL: ttl)
                    )
                }
                #expect(error?.code == .invalidBucket)
            }
            let error = await failure { try await NATSStore.connect(to: "http://127.0.0.1:1") }
            #expect(error?.code == .invalidSettings)
        }

        @Test func `a dead URL is named`() async {
            let error = await failure { try await NATSStore.connect(to: "nats://a:secret@127.0.0.1:1") }
            #expect(error?.code == .cannotConnect)
            #expect(error?.context.contains("nats://127.0.0.1:1") == true)
            #expect(error?.description.contains("secret") == false)
        }
    }
}

/// The error that `body` ends with; what it makes otherwise is closed.
func failure(_ body: () async throws -> NATSStore) async -> StoreError? {
    do {
        try await body().close()
        return nil
    } catch {
        return error as? StoreError
    }
}
