import Glibc
import TestSupport
import Testing

@Suite("An instance started by hand", .serialized, .timeLimit(.minutes(1)))
struct InstanceTests {
    /// A lease so long that within a test nobody leads because one ran out.
    static let longLease = ["--ttl", "10m", "--heartbeat", "500ms", "--status-interval", "50ms"]
    static let shortLease = ["--ttl", "500ms", "--heartbeat", "100ms", "--status-interval", "50ms"]

    @Test("leads, follows, and gives its roles up in order")
    func three() async throws {
        try await withServer { sandbox, server in
            // A bucket that an instance made would open only after such a lease.
            try await RawClient(server).makeBucket()
            let roles = ["--roles", "database-writer,scheduler"]
            let first = try await instance("instance-1", roles + Self.longLease, sandbox, server)
            #expect(
                await first.output.wait {
                    $0.contains("✓ database-writer: LEADER") && $0.contains("✓ scheduler: LEADER")
                }
            )
            let head = first.output.lines
            #expect(head.contains("instance-1 takes part in 2 roles of bucket leaders"))
            #expect(head.contains { $0.wholeMatch(of: /database-writer: promoted, term [0-9]+/) != nil })
            #expect(head.contains { $0.wholeMatch(of: /scheduler: promoted, term [0-9]+/) != nil })

            let second = try await instance("instance-2", roles + Self.longLease, sandbox, server)
            let third = try await instance("instance-3", roles + Self.longLease, sandbox, server)
            for follower in [second, third] {
                #expect(
                    await follower.output.wait { lines in
                        lines.contains("○ database-writer: FOLLOWER (Leader: instance-1)")
                            && lines.contains("○ scheduler: FOLLOWER (Leader: instance-1)")
                    }
                )
            }

            first.send(SIGTERM)
            let ended = await Finished(first)
            #expect(ended.status == 0)
            #expect(ended.errors.contains("releasing its roles"))
            let last = ended.output.split(separator: "\n").suffix(3)
            #expect(last.last == "instance-1 has released its roles")
            #expect(ended.output.contains("database-writer: demoted, "))
            #expect(ended.output.contains("scheduler: demoted, "))

            // The lease still runs for ten minutes: only the release can have let somebody else in.
            try await oneFollowsTheOther("database-writer", second, third)
            try await oneFollowsTheOther("scheduler", second, third)
            try await stop(second, third)
        }
    }

    @Test("is refused while another process runs under its id")
    func sameID() async throws {
        try await withServer { sandbox, server in
            let first = try await instance("instance-1", ["--roles", "a"] + Self.shortLease, sandbox, server)
            #expect(await first.output.wait { $0.contains("✓ a: LEADER") })
            let second = try await instance("instance-1", ["--roles", "b"] + Self.shortLease, sandbox, server)
            await Finished(second).expectFailure(3, saying: ["instance id instance-1 is taken", "give another id"])
            #expect(second.output.text.isEmpty)
            try await stop(first)
        }
    }

    @Test("takes its id again at once after it was killed")
    func restart() async throws {
        try await withServer { sandbox, server in
            var last: Program?
            for _ in 1...3 {
                let life = try await instance("instance-1", ["--roles", "a"] + Self.shortLease, sandbox, server)
                #expect(await life.output.wait { $0.contains("✓ a: LEADER") }, "\(life.errors.text)")
                life.send(SIGKILL)
                #expect(await life.exit() == 128 + Int(SIGKILL))
                last = life
            }
            #expect(last?.errors.text.contains("is taken") == false)
        }
    }

    @Test("takes the id given, then INSTANCE_ID, then its host's name and its own process id")
    func ids() async throws {
        try await withServer { sandbox, server in
            let arguments = ["instance", "--server", server.url, "--roles", "a"] + Self.shortLease
            let variable = ["INSTANCE_ID": "from-variable"]
            let given = try await sandbox.start(arguments + ["--id", "given"], environment: variable)
            let variableOnly = try await sandbox.start(arguments, environment: variable)
            let neither = try await sandbox.start(arguments)
            var name = [CChar](repeating: 0, count: 256)
            gethostname(&name, name.count - 1)
            let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            for (program, id) in [
                (given, "given"), (variableOnly, "from-variable"), (neither, "\(host)-\(neither.pid)"),
            ] {
                let hasBegun = await program.output.wait { $0.contains { $0.hasPrefix("\(id) takes part in 1 role") } }
                #expect(hasBegun, "\(program.output.text)\(program.errors.text)")
            }
            try await stop(given, variableOnly, neither)
        }
    }

    @Test("finds the server by NATS_URL, and goes on when the server comes back")
    func reconnects() async throws {
        try await withServer { sandbox, server in
            let program = try await sandbox.start(
                ["instance", "--id", "i", "--roles", "a"] + Self.shortLease,
                environment: ["NATS_URL": server.url]
            )
            #expect(await program.output.wait { $0.contains("✓ a: LEADER") })
            await server.kill()
            #expect(await program.output.wait { $0.contains("a: demoted, lease_expired") }, "\(program.output.text)")
            #expect(program.errors.lines.filter { $0.contains("lost") } == ["i: connection to NATS lost"])
            let printed = program.output.lines.count
            try await server.start()
            #expect(await program.output.wait { $0.dropFirst(printed).contains("✓ a: LEADER") })
            try await stop(program)
        }
    }

    private func withServer(_ body: (Sandbox, TestServer) async throws -> Void) async throws {
        try await TestServer.with(TestServer.binaries[0]) { server in
            try await Sandbox.with { sandbox in try await body(sandbox, server) }
        }
    }

    private func instance(
        _ id: String,
        _ arguments: [String],
        _ sandbox: Sandbox,
        _ server: TestServer
    ) async throws -> Program {
        try await sandbox.start(
            ["instance", "--server", server.url] + arguments,
            environment: ["INSTANCE_ID": id]
        )
    }

    /// Either may have won.
    private func oneFollowsTheOther(_ role: String, _ second: Program, _ third: Program) async throws {
        let (winner, follower, name) = try await withThrowingTaskGroup(of: (Program, Program, String)?.self) { group in
            for (mine, other, name) in [(second, third, "instance-2"), (third, second, "instance-3")] {
                group.addTask {
                    let led = await mine.output.wait { lines in
                        lines.contains("✓ \(role): LEADER")
                            || lines.contains {
                                $0.hasPrefix("○ \(role): FOLLOWER (Leader: instance-") && !$0.hasSuffix("1)")
                            }
                    }
                    return led && mine.output.lines.contains("✓ \(role): LEADER") ? (mine, other, name) : nil
                }
            }
            var winners: [(Program, Program, String)] = []
            for try await winner in group { if let winner { winners.append(winner) } }
            try #require(winners.count == 1, "\(winners.count) lead \(role)")
            return winners[0]
        }
        #expect(winner.output.lines.contains { $0.hasPrefix("\(role): promoted, term ") })
        #expect(await follower.output.wait { $0.contains("○ \(role): FOLLOWER (Leader: \(name))") })
    }

    private func stop(_ programs: Program...) async throws {
        for program in programs { program.send(SIGTERM) }
        for program in programs {
            let ended = await Finished(program)
            #expect(ended.status == 0, "\(ended.errors)")
        }
    }
}
