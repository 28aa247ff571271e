import Glibc
import Measurement
import TestSupport
import Testing

@Suite("A run against the user's server", .serialized, .timeLimit(.minutes(1)))
struct UserServerTests {
    static let short = [
        "--instances", "3", "--roles", "6", "--duration", "500ms", "--fault-interval", "200ms", "--downtime",
        "100ms-200ms", "--ttl", "1s", "--heartbeat", "300ms", "--warm-up", "0s", "--seed", "7", "--min-faults", "0",
    ]

    @Test("leaves it running, and its bucket free for the next run")
    func leavesNothing() async throws {
        try await TestServer.with(TestServer.binaries[0]) { server in
            try await Sandbox.with { sandbox in
                for _ in 1...2 {
                    let run = try await sandbox.electbench(Self.short + ["--server", server.url])
                    #expect(run.status == 0, "\(run.errors)")
                    #expect(run.errors.isEmpty)
                }
                try await RawClient(server).publish("any", "")
                let history = try sandbox.latest.history()
                #expect(history[kind: .serverReady].map(\.pid) == [nil])
                #expect(ProcessScan.folderEntries(sandbox.output).count == 3)
            }
        }
    }

    @Test("is refused where others use the bucket, and leaves them alone")
    func inUse() async throws {
        try await TestServer.with(TestServer.binaries[0]) { server in
            try await Sandbox.with { sandbox in
                try await RawClient(server).makeBucket()
                let other = try await sandbox.start([
                    "instance", "--server", server.url, "--id", "other", "--roles", "role-3", "--ttl", "10m",
                    "--heartbeat", "500ms", "--status-interval", "50ms",
                ])
                #expect(await other.output.wait { $0.contains("✓ role-3: LEADER") })
                let run = try await sandbox.electbench(Self.short + ["--server", server.url])
                run.expectFailure(3, saying: ["bucket leaders is in use", "other leads role-3", "--bucket"])
                let free = try await sandbox.electbench(Self.short + ["--server", server.url, "--bucket", "free"])
                #expect(free.status == 0, "\(free.errors)")
                #expect(!other.output.text.contains("demoted"))
                other.send(SIGTERM)
                #expect(await other.exit() == 0)
            }
        }
    }

    @Test("logs in with what the environment says, and writes no secret down")
    func credentials() async throws {
        try await TestServer.with(TestServer.binaries[0], Self.withPassword) { server in
            try await Sandbox.with { sandbox in
                let variables = ["NATS_USER": "ann", "NATS_PASSWORD": "s3cret-word"]
                let run = try await sandbox.electbench(Self.short + ["--server", server.url], environment: variables)
                #expect(run.status == 0, "\(run.errors)")
                let options = ["--server", server.url, "--user", "ann", "--password", "s3cret-word"]
                let second = try await sandbox.electbench(Self.short + options)
                #expect(second.status == 0, "\(second.errors)")
                let url = "nats://ann:s3cret-word@127.0.0.1:\(server.port)"
                let third = try await sandbox.electbench(Self.short + ["--server", url])
                #expect(third.status == 0, "\(third.errors)")
                #expect(await runProgram(["grep", "-rq", "s3cret-word", sandbox.output]) == 1, "a secret is on disk")
                #expect(!(run.output + second.output + third.output).contains("s3cret-word"))
            }
        }
    }

    @Test("shows no secret in a command line of its instances")
    func commandLines() async throws {
        try await TestServer.with(TestServer.binaries[0], Self.withPassword) { server in
            try await Sandbox.with { sandbox in
                let url = "nats://ann:s3cret-word@127.0.0.1:\(server.port)"
                let driver = try await sandbox.start(
                    ["--quiet", "--output", sandbox.output] + InterruptTests.endless,
                    environment: ["NATS_URL": url]
                )
                try await sandbox.latest.untilFaultsBegin()
                #expect(!sandbox.processes.contains { $0.command.contains("s3cret-word") })
                driver.send(SIGINT)
                #expect(await driver.exit() == 105)
            }
        }
    }

    static let withPassword = TestServer.Options(
        configuration: "authorization { user: ann, password: \"s3cret-word\" }"
    )
}
