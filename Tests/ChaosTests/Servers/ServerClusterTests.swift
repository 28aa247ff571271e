import Chaos
import Glibc
import SystemPackage
import TestSupport
import Testing

/// Three real servers each, of the newest at hand: Debian's is too old for the replicated buckets that a cluster is for.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ServerClusterTests {
    private static let executables = Array(NATSServerTests.executables.suffix(1))

    private static func configurations(_ executable: String, in folder: FilePath) throws -> [ServerConfiguration] {
        try ServerConfiguration.cluster(
            of: 3,
            executable: try NATSServer.find(named: executable),
            temporaryFolder: folder.appending("servers"),
            logs: folder.appending("logs")
        )
    }

    /// Runs `body` while all the servers run.
    private static func with(
        _ configurations: [ServerConfiguration],
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        guard let first = configurations.first else { return try await body() }
        let rest = Array(configurations.dropFirst())
        try await NATSServer.withServer(first) { _, _ in try await with(rest, body) }
    }

    /// Waits until a log holds one of some words so many times.
    private static func log(of server: ServerConfiguration, has words: [String], times: Int = 1) async throws {
        func count() throws -> Int {
            let text = try textOfFile(server.log)
            return words.map { text.split(separator: $0, omittingEmptySubsequences: false).count - 1 }.reduce(0, +)
        }
        while try count() < times { try await Task.sleep(for: .milliseconds(10)) }
    }

    private static let leads = "Self is new JetStream cluster metadata leader"
    private static let hasLeader = ["new metadata leader: ", leads]

    @Test func `members have names, ports and stores of their own`() async throws {
        try await withTemporaryFolder { folder in
            let servers = try Self.configurations("nats-server", in: folder)
            #expect(servers.map(\.name) == ["server-1", "server-2", "server-3"])
            #expect(servers.allSatisfy { $0.keepsStore })
            let (clients, peers) = (servers.compactMap(\.port), servers.compactMap(\.cluster?.port))
            #expect(Set(clients + peers).count == 6)
            for (server, own) in zip(servers, peers) {
                #expect(server.cluster?.routes == peers.filter { $0 != own })
            }
        }
    }

    @Test func `one server is no cluster, and the ports that a user gives are taken in order`() async throws {
        func servers(_ count: Int) throws -> [ServerConfiguration] {
            try ServerConfiguration.cluster(
                of: count,
                executable: "/usr/sbin/nats-server",
                port: 4222,
                temporaryFolder: "/tmp/run",
                logs: "/tmp/run"
            )
        }
        #expect(try servers(1).map(\.port) == [4222])
        #expect(try servers(1).allSatisfy { $0.cluster == nil && $0.keepsStore })
        #expect(try servers(3).map(\.port) == [4222, 4223, 4224])
    }

    @Test(arguments: executables)
    func `servers find each other and elect`(executable: String) async throws {
        try await withTemporaryFolder { folder in
            let servers = try Self.configurations(executable, in: folder)
            try await Self.with(servers) {
                for server in servers { try await Self.log(of: server, has: Self.hasLeader) }
            }
        }
    }

    /// What its servers tell each other of their addresses must not lead around the links.
    @Test(arguments: executables)
    func `a server whose links are cut is alone until they are healed`(executable: String) async throws {
        try await withTemporaryFolder { folder in
            let plain = try Self.configurations(executable, in: folder)
            let inbound = try plain.map { try TestLink(to: $0.cluster?.port ?? 0) }
            // All that its peers and it send each other goes through links of its own.
            var own = inbound.map { [$0] }
            var servers = plain
            for index in servers.indices {
                let outbound = try servers.indices.filter { $0 != index }.map { try TestLink(to: inbound[$0].port) }
                own[index] += outbound
                servers[index].cluster?.routes = outbound.map(\.port)
            }
            let (links, members) = (own, servers)
            try await Self.with(members) {
                for server in members { try await Self.log(of: server, has: Self.hasLeader) }
                // The one that leads: it alone is sure to say that nobody answers any more.
                let leader = try members.firstIndex { try textOfFile($0.log).contains(Self.leads) }
                let index = try #require(leader)
                let victim = members[index]
                links[index].forEach { $0.cut() }
                try await Self.log(of: victim, has: ["JetStream cluster no metadata leader"])
                let before = try textOfFile(victim.log)
                links[index].forEach { $0.heal() }
                let leaders = Self.hasLeader.map {
                    before.split(separator: $0, omittingEmptySubsequences: false).count - 1
                }
                try await Self.log(of: victim, has: Self.hasLeader, times: leaders.reduce(1, +))
            }
        }
    }
}
