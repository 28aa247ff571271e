import ElectionCore
import NATSStore
import TestSupport
import Testing

extension WithServer {
    @Suite struct LostStores {
        let role = try! Role("r")
        static let ttl = Duration.milliseconds(600)

        /// How a bucket is lost.
        enum Loss: CaseIterable {
            case memory, folder, deletion
        }

        static let cases = TestServer.binaries.flatMap { server in Loss.allCases.map { (server, $0) } }

        @Test(arguments: cases)
        func `a lost bucket opens only after a ttl, for all instances, and its revisions rise`(
            server: String,
            loss: Loss
        ) async throws {
            try await TestServer.with(server) { server in
                let bucket = BucketSettings(storage: loss == .memory ? .memory : .file, leaseTTL: Self.ttl)
                let first = try await NATSStore.connect(to: server.url, bucket: bucket)
                let second = try await NATSStore.connect(to: server.url, bucket: bucket)
                let probe = try await NATSStore.connect(to: server.url, bucket: bucket)
                try await first.running([role]) { recorder in
                    try await second.running([role]) { other in
                        try await recorder.synced()
                        try await other.synced()
                        let value = StoreWrite.Value.record(record("a"))
                        let old = try await first.write(value, id: 1, expecting: 0, role: role, recorder).revision()
                        let (mark, otherMark) = (recorder.cursor, other.cursor)
                        let lost = ContinuousClock.now
                        try await lose(loss, server, probe)
                        while await probe.acknowledgedWrite(key: "probe") == nil {
                            try await Task.sleep(for: .milliseconds(5))
                        }
                        #expect(ContinuousClock.now - lost >= Self.ttl)
                        try await recorder.synced()
                        try await other.synced()
                        let seen =
                            recorder.events[mark...].map(Summary.init) + other.events[otherMark...].map(Summary.init)
                        #expect(seen.filter { $0 == .observed("r", revision: 0) }.count >= 2)
                        // What was in flight for the lost bucket can't be taken for the new one.
                        let stale = try await first.write(value, id: 2, expecting: old, role: role, recorder)
                        #expect(stale == .rejected(lastRevision: 0))
                        let next = try await second.write(value, id: 1, expecting: 0, role: role, other).revision()
                        #expect(next > old)
                    }
                }
                await probe.close()
            }
        }

        private func lose(_ loss: Loss, _ server: TestServer, _ admin: NATSStore) async throws {
            switch loss {
            case .memory:
                await server.kill()
                try await server.start()
            case .folder:
                await server.stop()
                await server.eraseStore()
                try await server.start()
            case .deletion:
                try await admin.deleteBucket()
            }
        }

        @Test(arguments: TestServer.binaries)
        func `instances that meet a new bucket together all wait, and open it without harm`(server: String)
            async throws
        {
            try await TestServer.with(server) { server in
                let url = server.url
                let bucket = BucketSettings(storage: .memory, leaseTTL: Self.ttl)
                let began = ContinuousClock.now
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in 0..<8 {
                        group.addTask {
                            let store = try await NATSStore.connect(to: url, bucket: bucket, waits: true)
                            #expect(ContinuousClock.now - began >= Self.ttl)
                            #expect(await store.acknowledgedWrite(key: "key-\(index)") != nil)
                            await store.close()
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }

        /// A server may tell of a stream before it knows all of it.
        @Test(arguments: TestServer.binaries)
        func `a bucket that others are just making is waited for`(server: String) async throws {
            try await TestServer.with(server) { server in
                let url = server.url
                for round in 0..<100 {
                    let bucket = BucketSettings(name: "b\(round)", storage: .memory, leaseTTL: Self.ttl)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<8 {
                            group.addTask { try await NATSStore.connect(to: url, bucket: bucket).close() }
                        }
                        try await group.waitForAll()
                    }
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a late opener's purge does a bucket no harm`(server: String) async throws {
            try await TestServer.with(server) { server in
                for storage in BucketSettings.Storage.allCases {
                    let bucket = BucketSettings(name: "b-\(storage)", storage: storage, leaseTTL: .seconds(30))
                    let store = try await NATSStore.connect(to: server.url, bucket: bucket)
                    try await store.running([role]) { recorder in
                        try await recorder.synced()
                        let value = StoreWrite.Value.record(record("a"))
                        let first = try await store.write(value, id: 1, expecting: 0, role: role, recorder).revision()
                        try await RawClient(server).request(
                            "$JS.API.STREAM.PURGE.KV_b-\(storage)",
                            #"{"seq":\#(first)}"#
                        )
                        // A server before 2.10.12 would answer nothing any more.
                        let next = try await store.write(value, id: 2, expecting: first, role: role, recorder)
                            .revision()
                        #expect(next == first + 1)
                    }
                }
            }
        }

        /// What a maker may have done before it died: each of these, in this order.
        static let steps = TestServer.binaries.flatMap { server in [false, true].map { (server, $0) } }

        @Test(arguments: steps)
        func `a bucket whose maker died is opened by whoever finds it`(server: String, isRaised: Bool) async throws {
            try await TestServer.with(server) { server in
                let raw = RawClient(server)
                try await raw.request(
                    "$JS.API.STREAM.CREATE.KV_leaders",
                    #"{"name":"KV_leaders","subjects":["electbench.opening.leaders"],"storage":"memory","retention":"limits","#
                        + #""discard":"new","num_replicas":1,"max_age":60000000000,"max_msgs_per_subject":8}"#
                )
                let raised: UInt64 = 4_000_000_000_000_000
                if isRaised { try await raw.request("$JS.API.STREAM.PURGE.KV_leaders", #"{"seq":\#(raised)}"#) }
                let began = ContinuousClock.now
                let bucket = BucketSettings(storage: .memory, leaseTTL: Self.ttl)
                let store = try await NATSStore.connect(to: server.url, bucket: bucket, waits: true)
                #expect(ContinuousClock.now - began >= Self.ttl)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    let value = StoreWrite.Value.record(record("a"))
                    let revision = try await store.write(value, id: 1, expecting: 0, role: role, recorder).revision()
                    // 2020, in microseconds.
                    #expect(isRaised ? revision == raised : revision > 1_577_836_800_000_000)
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a bucket that others have made is used at once, whatever its revisions`(server: String) async throws {
            try await TestServer.with(server) { server in
                try await RawClient(server).request(
                    "$JS.API.STREAM.CREATE.KV_leaders",
                    #"{"name":"KV_leaders","subjects":["$KV.leaders.>"],"storage":"memory","num_replicas":1}"#
                )
                // A minute is what a test may take.
                let bucket = BucketSettings(leaseTTL: .seconds(3600))
                let store = try await NATSStore.connect(to: server.url, bucket: bucket, waits: true)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    let value = StoreWrite.Value.record(record("a"))
                    let outcome = try await store.write(value, id: 1, expecting: 0, role: role, recorder)
                    #expect(outcome == .acknowledged(revision: 1))
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a restart on the same files keeps records, revisions and the open bucket`(server: String) async throws {
            try await TestServer.with(server) { server in
                let bucket = BucketSettings(storage: .file, leaseTTL: .seconds(3600))
                let store = try await NATSStore.connect(to: server.url, bucket: bucket)
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    let value = StoreWrite.Value.record(record("a"))
                    var last = try await store.write(value, id: 1, expecting: 0, role: role, recorder).revision()
                    for (id, isOrderly) in [(2, true), (3, false)] as [(UInt64, Bool)] {
                        if isOrderly { await server.stop() } else { await server.kill() }
                        try await recorder.disconnected()
                        try await server.start()
                        #expect(try await recorder.observed(role) == .record(record("a"), revision: last))
                        try await recorder.synced()
                        let next = try await store.write(value, id: id, expecting: last, role: role, recorder)
                            .revision()
                        #expect(next == last + 1)
                        last = next
                    }
                }
            }
        }
    }
}
