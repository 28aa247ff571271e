import Chaos
import ElectionCore
import NATSStore
import TestSupport
import Testing

extension WithServer {
    /// Lost connections, as the servers report them and as others ask for them.
    @Suite struct Losses {
        private static let reporting = TestServer.Options(configuration: ServerConfiguration.accounts)
        private let role = try! Role("role-1")

        /// Each server, with and without reports of lost connections.
        static let cases = TestServer.binaries.flatMap { server in [true, false].map { (server, $0) } }

        private static func options(reports: Bool) -> TestServer.Options {
            reports ? reporting : TestServer.Options()
        }

        /// A store under an id of its own, whose connection others may take for lost.
        private func connect(_ url: String, as id: String, incarnation: Int64 = 1) async throws -> NATSStore {
            let store = try await NATSStore.connect(to: url, detectsLosses: true)
            try await store.claim(id: InstanceID(id), incarnation: incarnation)
            return store
        }

        /// What a store's instance would write.
        private func record(of store: NATSStore, id: String, incarnation: Int64 = 1) -> LeadershipRecord {
            var record = IntegrationTests.record(id)
            record.meta?.incarnation = incarnation
            record.meta?.connection = store.connectionID
            return record
        }

        /// Waits for the word that a connection is lost, asking for it where it doesn't come by itself.
        private func expectLoss(
            of connection: ConnectionID,
            _ record: LeadershipRecord,
            told store: NATSStore,
            _ recorder: EventRecorder
        ) async throws {
            for _ in 0..<500 {
                // The server notices a moment later that a process is gone.
                if !store.hearsLosses {
                    store.probe(connection, of: record.id, incarnation: record.meta?.incarnation ?? 0)
                }
                let word = try? await recorder.next(
                    "the loss",
                    within: store.hearsLosses ? .seconds(20) : .milliseconds(20),
                    fromStart: true
                ) { if case .lost(connection, _) = $0 { true } else { nil } }
                if word != nil { return }
            }
            Issue.record("the loss of \(connection) was not told")
        }

        /// Waits until all that a store asked and was told before has come.
        private func settle(_ store: NATSStore, _ recorder: EventRecorder) async throws {
            store.read(role)
            _ = try await recorder.read(role)
        }

        private func losses(_ recorder: EventRecorder) -> Set<ConnectionID> {
            Set(recorder.events.compactMap { if case .lost(let connection, _) = $0 { connection } else { nil } })
        }

        @Test(arguments: cases)
        func `the start check says whether the reports arrive, and what follows where they don't`(
            server: String,
            reports: Bool
        ) async throws {
            try await TestServer.with(server, Self.options(reports: reports)) { server in
                let store = try await NATSStore.connect(to: server.url, detectsLosses: true)
                #expect(store.hearsLosses == reports)
                #expect(store.warnings.contains { $0.contains("electbench.disconnects") } == !reports)
                await store.close()
                let other = try await NATSStore.connect(to: server.url)
                #expect(!other.hearsLosses)
                #expect(other.warnings.isEmpty)
                await other.close()
            }
        }

        @Test(arguments: TestServer.binaries)
        func `an account of a user's own imports the reports in a few lines`(server: String) async throws {
            let configuration = """
                accounts {
                    $SYS {
                        exports: [{ stream: "$SYS.ACCOUNT.APP.DISCONNECT", accounts: [APP] }]
                    }
                    APP {
                        jetstream: enabled
                        users: [{ user: a, password: b }]
                        imports: [{
                            stream: { account: "$SYS", subject: "$SYS.ACCOUNT.APP.DISCONNECT" }
                            to: "electbench.disconnects"
                        }]
                    }
                }
                """
            try await TestServer.with(server, .init(configuration: configuration)) { server in
                let store = try await NATSStore.connect(
                    to: server.url,
                    credentials: .user("a", password: "b"),
                    detectsLosses: true
                )
                #expect(store.hearsLosses)
                #expect(store.warnings.isEmpty)
                await store.close()
            }
        }

        @Test(arguments: cases)
        func `a connection whose socket is closed is lost, and the next one has another name`(
            server: String,
            reports: Bool
        ) async throws {
            try await TestServer.with(server, Self.options(reports: reports)) { server in
                let link = try TestLink(to: server.port)
                let leader = try await connect(link.url, as: "a.1", incarnation: 7)
                let follower = try await connect(server.url, as: "b")
                try await follower.running([role]) { heard in
                    try await heard.synced()
                    try await leader.running([role]) { own in
                        let first = try await own.connected()
                        #expect(first.client != 0)
                        #expect(first == leader.connectionID)
                        let old = record(of: leader, id: "a.1", incarnation: 7)
                        try await own.synced()
                        link.cut()
                        try await own.disconnected()
                        try await expectLoss(of: first, old, told: follower, heard)
                        link.heal()
                        let second = try await own.connected()
                        #expect(second.client != 0)
                        #expect(second != first)
                        // It listens again under its incarnation's name: asking finds it alive.
                        follower.probe(second, of: "a.1", incarnation: 7)
                        try await own.synced()
                        try await settle(follower, heard)
                        #expect(!losses(heard).contains(second))
                    }
                }
                await leader.close()
            }
        }

        @Test(arguments: cases)
        func `a store that closes its connection has lost it`(server: String, reports: Bool) async throws {
            try await TestServer.with(server, Self.options(reports: reports)) { server in
                let leader = try await connect(server.url, as: "a")
                let follower = try await connect(server.url, as: "b")
                try await follower.running([role]) { heard in
                    try await heard.synced()
                    let record = record(of: leader, id: "a")
                    await leader.close()
                    try await expectLoss(of: leader.connectionID, record, told: follower, heard)
                }
            }
        }

        @Test(arguments: cases)
        func `a live incarnation is never reported, however often it is asked for`(server: String, reports: Bool)
            async throws
        {
            try await TestServer.with(server, Self.options(reports: reports)) { server in
                let leader = try await connect(server.url, as: "a")
                let follower = try await connect(server.url, as: "b")
                try await follower.running([role]) { heard in
                    try await heard.synced()
                    let record = record(of: leader, id: "a")
                    for _ in 0..<1000 {
                        follower.probe(
                            leader.connectionID,
                            of: record.id,
                            incarnation: record.meta?.incarnation ?? 0
                        )
                    }
                    // A connection to another server, and one that has no number, can't be asked for here.
                    var other = leader.connectionID
                    other.server = "N"
                    follower.probe(other, of: "nobody", incarnation: 1)
                    other = leader.connectionID
                    other.client = 0
                    follower.probe(other, of: "nobody", incarnation: 1)
                    follower.probe(leader.connectionID, of: "* >", incarnation: 1)
                    try await settle(follower, heard)
                    #expect(losses(heard).isDisjoint(with: [leader.connectionID, other]))
                }
                await leader.close()
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a process that was killed has lost its connection`(server: String) async throws {
            try await TestServer.with(server, Self.reporting) { server in
                let follower = try await connect(server.url, as: "b")
                try await follower.running([role]) { heard in
                    try await heard.synced()
                    let child = try await ChildClient.start(port: server.port)
                    let other = try await ChildClient.start(port: server.port)
                    await child.kill()
                    try await heard.lost(child.connection)
                    #expect(!losses(heard).contains(other.connection))
                    await other.kill()
                }
            }
        }

        /// How a server closes a connection whose client may be alive.
        enum Ending: String, CaseIterable, Sendable {
            case stale = "Stale Connection"
            case slow = "Slow Consumer"

            var configuration: String {
                switch self {
                case .stale: "ping_interval: \"200ms\"\nping_max: 1"
                case .slow: "max_pending: 2000000\nwrite_deadline: \"500ms\""
                }
            }
        }

        static let endings = TestServer.binaries.flatMap { server in Ending.allCases.map { (server, $0) } }

        @Test(arguments: endings)
        func `a client that answers no ping, or reads too slowly, may be alive and is not lost`(
            server: String,
            ending: Ending
        ) async throws {
            let configuration = ServerConfiguration.accounts + ending.configuration
            try await TestServer.with(server, .init(configuration: configuration)) { server in
                let follower = try await connect(server.url, as: "b")
                try await follower.running([role]) { heard in
                    try await heard.synced()
                    let subject = "electbench.disconnects"
                    let witness = try await ChildClient.start(port: server.port, subject: subject, listens: true)
                    let child = try await ChildClient.start(port: server.port, subject: "flood")
                    if ending == .slow {
                        let payload = String(repeating: "x", count: 900_000)
                        for _ in 0..<20 { try await RawClient(server).publish("flood", payload) }
                    }
                    try await witness.hears(reason: ending.rawValue, of: child.connection)
                    try await settle(follower, heard)
                    #expect(!losses(heard).contains(child.connection))
                    await child.kill()
                    await witness.kill()
                }
            }
        }

        @Test(arguments: TestServer.binaries)
        func `clients of a server that shuts down are not lost`(server: String) async throws {
            try await TestServer.with(server, Self.reporting) { server in
                let follower = try await connect(server.url, as: "b")
                try await follower.running([role]) { heard in
                    try await heard.synced()
                    let child = try await ChildClient.start(port: server.port)
                    await server.stop()
                    try await heard.disconnected()
                    try await server.start()
                    try await heard.synced()
                    #expect(!losses(heard).contains(child.connection))
                    await child.kill()
                }
            }
        }

        @Test(arguments: cases)
        func `who can't be asked for names no connection`(server: String, reports: Bool) async throws {
            try await TestServer.with(server, Self.options(reports: reports)) { server in
                let silent = try await NATSStore.connect(to: server.url)
                try await silent.claim(id: InstanceID("a"), incarnation: 1)
                #expect(silent.connectionID.client == 0)
                #expect(silent.connectionID.server == silent.serverID)
                await silent.close()
                let nameless = try await NATSStore.connect(to: server.url, detectsLosses: true)
                #expect(nameless.connectionID.client == 0)
                await nameless.close()
            }
        }

        @Test(arguments: TestServer.binaries)
        func `where the server does not permit to listen, nobody is taken for lost`(server: String) async throws {
            let configuration = """
                authorization { users: [{
                    user: a, password: b
                    permissions: {
                        publish: ">", subscribe: { allow: ["_INBOX.>", "electbench.leaders.instance.>"] }
                    }
                }] }
                """
            try await TestServer.with(server, .init(configuration: configuration)) { server in
                let store = try await NATSStore.connect(
                    to: server.url,
                    credentials: .user("a", password: "b"),
                    detectsLosses: true
                )
                try await store.claim(id: InstanceID("a"), incarnation: 1)
                #expect(!store.hearsLosses)
                #expect(store.connectionID.client == 0)
                await store.close()
            }
        }

        @Test(arguments: TestServer.binaries)
        func `a record that names another connection is not sent`(server: String) async throws {
            try await TestServer.with(server, Self.reporting) { server in
                let store = try await connect(server.url, as: "a")
                try await store.running([role]) { recorder in
                    try await recorder.synced()
                    var named = record(of: store, id: "a")
                    let revision = try await store.write(.record(named), id: 1, expecting: 0, role: role, recorder)
                        .revision()
                    named.meta?.connection.client += 1
                    let other = try await store.write(.record(named), id: 2, expecting: revision, role: role, recorder)
                    #expect(other == .notSent)
                    store.announce(named, id: 3)
                    #expect(try await recorder.announced(3) == .notSent)
                    // A transfer names its successor's.
                    named.meta?.mark = .transfer(from: "a")
                    let last = try await store.write(.record(named), id: 4, expecting: revision, role: role, recorder)
                    #expect(try last.revision() == revision + 1)
                }
            }
        }
    }
}

extension EventRecorder {
    func lost(_ connection: ConnectionID) async throws {
        try await next("the loss of \(connection)", fromStart: true) { event in
            if case .lost(connection, _) = event { true } else { nil }
        }
    }

    func announced(_ id: UInt64) async throws -> WriteOutcome {
        try await next("the answer to announcement \(id)") { event in
            if case .announced(id, let outcome, _) = event { outcome } else { nil }
        }
    }
}
