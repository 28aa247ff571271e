import Glibc
import Measurement
import TestSupport
import Testing

@Suite("A run that cannot be carried out", .serialized, .timeLimit(.minutes(1)))
struct CannotRunTests {
    private var short: [String] { UserServerTests.short }

    @Test("has no server at its URL")
    func noServer() async throws {
        try await TakenPort.with(isListening: false) { port in
            try await Sandbox.with { sandbox in
                let run = try await sandbox.electbench(short + ["--server", "nats://127.0.0.1:\(port)"])
                run.expectFailure(3, saying: ["no NATS server at nats://127.0.0.1:\(port)"])
                let instance = try await sandbox.run([
                    "instance", "--roles", "a", "--server", "nats://127.0.0.1:\(port)",
                ])
                instance.expectFailure(3, saying: ["no NATS server at nats://127.0.0.1:\(port)"])
            }
        }
    }

    @Test("has a server at its URL that never answers")
    func silentServer() async throws {
        try await TakenPort.with(isListening: true) { port in
            try await Sandbox.with { sandbox in
                let run = try await sandbox.electbench(short + ["--server", "nats://127.0.0.1:\(port)"])
                run.expectFailure(3, saying: ["nats://127.0.0.1:\(port)"])
            }
        }
    }

    @Test("has a server without JetStream")
    func noJetStream() async throws {
        try await TestServer.with(TestServer.binaries[0], .init(jetStream: false)) { server in
            try await Sandbox.with { sandbox in
                let run = try await sandbox.electbench(short + ["--server", server.url])
                run.expectFailure(3, saying: ["JetStream is not enabled at \(server.url)", "-js"])
                let instance = try await sandbox.run(["instance", "--roles", "a", "--server", server.url])
                instance.expectFailure(3, saying: ["JetStream is not enabled at \(server.url)", "-js"])
            }
        }
    }

    @Test("has wrong credentials, or none where some are wanted")
    func wrongCredentials() async throws {
        try await TestServer.with(TestServer.binaries[0], UserServerTests.withPassword) { server in
            try await Sandbox.with { sandbox in
                let arguments = short + ["--server", server.url]
                let wrong = ["NATS_USER": "ann", "NATS_PASSWORD": "wrong-word"]
                let refused = try await sandbox.electbench(arguments, environment: wrong)
                refused.expectFailure(3, saying: ["credentials"])
                #expect(!refused.errors.contains("wrong-word"))
                try await sandbox.electbench(arguments).expectFailure(3, saying: ["credentials"])
                let instance = try await sandbox.run(
                    ["instance", "--roles", "a", "--server", server.url],
                    environment: wrong
                )
                instance.expectFailure(3, saying: ["credentials"])
            }
        }
    }

    @Test(
        "has no nats-server to start",
        arguments: [
            ["--nats-server", "/nonexistent/nats-server"], ["--nats-server", "no-such-server"],
            ["--nats-server", "/tmp"],
        ]
    )
    func noProgram(arguments: [String]) async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench(short + arguments)
            run.expectFailure(3, saying: ["there is no", arguments[1], "apt-get install nats-server", "--nats-server"])
            #expect(ProcessScan.folderEntries(sandbox.output).isEmpty)
        }
    }

    @Test("has a PATH without nats-server, unless it lies where Debian puts it")
    func emptyPath() async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench(short, environment: ["PATH": "/nonexistent"])
            let lies = ["/usr/sbin", "/usr/local/sbin"].contains { access("\($0)/nats-server", X_OK) == 0 }
            if lies {
                #expect(run.status == 0, "\(run.errors)")
            } else {
                run.expectFailure(3, saying: ["there is no nats-server on PATH"])
            }
        }
    }

    @Test("has a program in nats-server's place that is none", arguments: ["/bin/true", "/bin/false"])
    func otherProgram(path: String) async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench(short + ["--nats-server", path])
            run.expectFailure(3, saying: ["\(path) --version"])
        }
    }

    @Test("has a port for its server that is taken")
    func portTaken() async throws {
        try await TakenPort.with(isListening: true) { port in
            try await Sandbox.with { sandbox in
                let run = try await sandbox.electbench(short + ["--server-port", "\(port)"])
                run.expectFailure(3, saying: ["port \(port)", "is taken"])
                #expect(ProcessScan.folderEntries(sandbox.temporary).isEmpty)
            }
        }
    }

    @Test("has an instance that can't start, and names it and its reason")
    func idTaken() async throws {
        try await TestServer.with(TestServer.binaries[0]) { server in
            try await Sandbox.with { sandbox in
                let other = try await sandbox.start([
                    "instance", "--server", server.url, "--id", "instance-2", "--roles", "elsewhere", "--ttl", "1s",
                    "--heartbeat", "300ms", "--status-interval", "50ms",
                ])
                #expect(await other.output.wait { $0.contains("✓ elsewhere: LEADER") })
                let run = try await sandbox.electbench(short + ["--server", server.url])
                run.expectFailure(
                    3,
                    saying: ["instance-2 ended by itself with exit 3", "instance id instance-2 is taken"]
                )
                #expect(sandbox.processes.map(\.pid) == [other.pid])
                try await sandbox.latest.expectReadable(in: sandbox, exitCode: 2)
                other.send(SIGTERM)
                #expect(await other.exit() == 0)
            }
        }
    }

    @Test("has no folder for temporary files")
    func noTemporaryFolder() async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench(short, environment: ["TMPDIR": "/proc/nothing-here"])
            run.expectFailure(3, saying: ["/proc/nothing-here cannot be written", "TMPDIR"])
        }
    }

    @Test("has a folder for temporary files whose name is not ASCII: it runs")
    func otherLetters() async throws {
        try await Sandbox.with { sandbox in
            let folder = sandbox.folder + "/tmp-äöü 日本"
            mkdir(folder, 0o755)
            let run = try await sandbox.electbench(short, environment: ["TMPDIR": folder])
            #expect(run.status == 0, "\(run.errors)")
            #expect(ProcessScan.folderEntries(folder).isEmpty)
        }
    }
}

/// Ports of the loopback that are taken as long as a test needs them.
enum TakenPort {
    struct NoPort: Error {}

    /// - Parameter isListening: whether the kernel takes connections, which nobody answers, or refuses them.
    static func with(isListening: Bool, _ body: (Int) async throws -> Void) async throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isTaken = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
            return bind(descriptor, pointer, length) == 0 && (!isListening || listen(descriptor, 16) == 0)
                && getsockname(descriptor, pointer, &length) == 0
        }
        guard isTaken else { throw NoPort() }
        try await body(Int(UInt16(bigEndian: address.sin_port)))
    }
}
