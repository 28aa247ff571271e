import ElectionCore
import NATSStore
import TestSupport
import Testing

extension WithServer {
    @Suite struct Clusters {
        let role = try! Role("r")

        @Test(arguments: TestServer.binaries)
        func `replication is refused or kept, by the server's version`(server: String) async throws {
            try await TestCluster.with(server) { cluster in
                let bucket = BucketSettings(replicas: 3, leaseTTL: .seconds(3))
                let probe = try await connect(cluster, BucketSettings(name: "probe", leaseTTL: .seconds(3)))
                let isOld = await probe.serverVersion() == "2.9.10"
                await probe.close()
                let error = await failure { try await connect(cluster, bucket) }
                #expect(error?.code == (isOld ? .bucketRefused : nil))
                guard isOld else { return }
                // One that somebody else has made is refused, too.
                try await RawClient(cluster.servers[0]).request(
                    "$JS.API.STREAM.CREATE.KV_leaders",
                    #"{"name":"KV_leaders","subjects":["$KV.leaders.>"],"storage":"memory","num_replicas":3}"#
                )
                let found = await failure { try await connect(cluster, BucketSettings(leaseTTL: .seconds(3))) }
                #expect(found?.code == .bucketRefused)
            }
        }

        @Test(arguments: TestServer.binaries)
        func `whichever server dies, writes are taken and watched again`(server: String) async throws {
            try await TestCluster.with(server) { cluster in
                let bucket = BucketSettings(storage: .file, replicas: 3, leaseTTL: .seconds(1))
                guard let store = try await connectUnlessOld(cluster, bucket) else { return }
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    var id: UInt64 = 0
                    // One of them is the one that this store is connected to, or that has the watch's consumer, or leads.
                    for member in cluster.servers.dropLast() {
                        await member.kill()
                        var heard = false
                        while !heard {
                            let revision = try await writeUntilTaken(store, &id, recorder)
                            // A watch whose consumer died with its server is noticed by its silence, and made anew.
                            let word = try? await recorder.next(
                                "its watch",
                                within: .milliseconds(200),
                                fromStart: true
                            ) {
                                [role] event in
                                if case .observed(role, let entry, _) = event, entry.revision >= revision {
                                    true
                                } else {
                                    nil
                                }
                            }
                            heard = word != nil
                        }
                        try await member.start()
                    }
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `the bucket's leader is named, and another one when it has died`(server: String) async throws {
            try await TestCluster.with(server) { cluster in
                // What has one replica has no other leader.
                let bucket = BucketSettings(storage: .file, replicas: 3, leaseTTL: .seconds(1))
                guard let store = try await connectUnlessOld(cluster, bucket) else { return }
                func leader(otherThan old: String?) async throws -> String {
                    let end = ContinuousClock.now + .seconds(40)
                    while ContinuousClock.now < end {
                        if let name = await store.bucketLeader(timeout: .seconds(1))?.server, name != old {
                            return name
                        }
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    throw TestServer.Failure(description: "no leader other than \(old ?? "none")")
                }
                let first = try await leader(otherThan: nil)
                let index = try #require(first.last?.wholeNumberValue)
                #expect(first == "member\(index)")
                await cluster.servers[index].kill()
                #expect(try await leader(otherThan: first).hasPrefix("member"))
                await store.close()
            }
        }

        /// - Returns: nil for servers that break compare-and-set with replicas.
        private func connectUnlessOld(_ cluster: TestCluster, _ bucket: BucketSettings) async throws -> NATSStore? {
            do {
                return try await connect(cluster, bucket)
            } catch {
                #expect(error.code == .bucketRefused)
                return nil
            }
        }

        private func connect(_ cluster: TestCluster, _ bucket: BucketSettings) async throws(StoreError) -> NATSStore {
            var bucket = bucket
            bucket.assumesNoLeases = true
            return try await NATSStore.connect(
                ConnectionSettings(urls: cluster.urls, readyTimeout: .seconds(30)),
                bucket: bucket,
                logger: quiet
            )
        }

        /// Writes, reading the last revision each time, until the cluster takes it.
        private func writeUntilTaken(
            _ store: NATSStore,
            _ id: inout UInt64,
            _ recorder: EventRecorder
        ) async throws -> UInt64 {
            var outcomes = [WriteOutcome?: Int]()
            let end = ContinuousClock.now + .seconds(40)
            while ContinuousClock.now < end {
                store.read(role)
                let entry = try? await recorder.next("a read", within: .milliseconds(200)) { [role] event in
                    if case .read(role, .some(let entry), _) = event { entry } else { nil }
                }
                guard let entry else { continue }
                id += 1
                let write = StoreWrite(id: id, value: .record(record("a")), expectedRevision: entry.revision)
                store.write(write, role: role)
                let outcome = try? await recorder.next("its answer", within: .milliseconds(200)) { [id] event in
                    if case .written(_, id, let outcome, _) = event { outcome } else { nil }
                }
                if case .acknowledged(let revision)? = outcome { return revision }
                outcomes[outcome, default: 0] += 1
                // A write in flight, perhaps our own, makes others be rejected for as long as there is no majority.
                _ = try? await recorder.next("nothing", within: .milliseconds(50)) { _ in Int?.none }
            }
            throw TestServer.Failure(description: "the cluster took no write: \(outcomes)")
        }
    }
}
