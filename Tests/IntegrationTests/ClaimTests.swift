import ElectionCore
import NATSStore
import TestSupport
import Testing

extension WithServer {
    @Suite struct Claims {
        let id = try! InstanceID("instance-7")

        @Test(arguments: TestServer.binaries)
        func `an id is one process's until its connection ends`(server: String) async throws {
            try await TestServer.with(server) { server in
                let first = try await NATSStore.connect(to: server.url)
                let second = try await NATSStore.connect(to: server.url)
                try await first.claim(id: id, incarnation: 42)
                let error = await refusal(second)
                #expect(error?.code == .idTaken)
                #expect(error?.context.contains("42") == true)
                try await second.claim(id: InstanceID("instance-8"), incarnation: 1)
                await first.close()
                try await second.claim(id: id, incarnation: 43)
                await second.close()
            }
        }

        @Test(arguments: TestServer.binaries)
        func `of many that claim at once at most one gets the id`(server: String) async throws {
            try await TestServer.with(server) { server in
                var stores = [NATSStore]()
                for _ in 0..<6 { stores.append(try await NATSStore.connect(to: server.url)) }
                for round in 0..<10 as Range<Int64> {
                    let id = try InstanceID("instance-\(round)")
                    let won = await withTaskGroup(of: Bool.self) { group in
                        for store in stores {
                            group.addTask { (try? await store.claim(id: id, incarnation: round)) != nil }
                        }
                        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                    }
                    #expect(won <= 1)
                }
                for store in stores { await store.close() }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a claim lasts through a reconnection`(server: String) async throws {
            try await TestServer.with(server) { server in
                let role = try Role("r")
                let first = try await NATSStore.connect(to: server.url)
                try await first.claim(id: id, incarnation: 1)
                try await first.running([role]) { recorder in
                    try await recorder.synced()
                    await server.kill()
                    try await recorder.disconnected()
                    try await server.start()
                    try await recorder.synced()
                    let second = try await NATSStore.connect(to: server.url)
                    #expect(await refusal(second)?.code == .idTaken)
                    await second.close()
                }
            }
        }

        private func refusal(_ store: NATSStore) async -> StoreError? {
            do throws(StoreError) {
                try await store.claim(id: id, incarnation: 2)
                return nil
            } catch {
                return error
            }
        }
    }
}
