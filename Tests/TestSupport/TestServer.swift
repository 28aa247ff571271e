import Glibc
import Synchronization

/// A real nats-server on a free loopback port, with a store of its own; gone with the test process whatever happens.
public final class TestServer: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        public init(description: String) {
            self.description = description
        }
    }

    public struct Options: Sendable {
        public var jetStream: Bool
        /// More lines of the server's configuration.
        public var configuration: String

        public init(jetStream: Bool = true, configuration: String = "") {
            self.jetStream = jetStream
            self.configuration = configuration
        }
    }

    /// The servers to test against: `ELECTBENCH_NATS_SERVERS`, separated by colons, or the one on the PATH.
    public static let binaries: [String] = {
        guard let list = getenv("ELECTBENCH_NATS_SERVERS") else { return ["nats-server"] }
        return String(cString: list).split(separator: ":").map(String.init)
    }()

    private struct State {
        var process: ServerProcess?
        var port = -1
    }

    public let binary: String
    public let directory: String
    private let options: Options
    private let state = Mutex(State())

    private init(binary: String, directory: String, options: Options) {
        self.binary = binary
        self.directory = directory
        self.options = options
    }

    /// Runs `body` with a server, and removes all of it afterwards.
    public static func with<T>(
        _ binary: String,
        _ options: Options = Options(),
        _ body: (TestServer) async throws -> T
    ) async throws -> T {
        var template = Array("/tmp/electbench-test.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "no temporary directory") }
        let directory = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        let server = TestServer(binary: binary, directory: directory, options: options)
        do {
            try await server.start()
            let value = try await body(server)
            await server.remove()
            return value
        } catch {
            await server.remove()
            throw error
        }
    }

    public var port: Int { state.withLock { $0.port } }
    public var url: String { "nats://127.0.0.1:\(port)" }

    /// Starts it, on the port and store that it had before; returns once it takes clients.
    ///
    /// - Parameter other: what to configure instead of the options' lines, for this time.
    public func start(configuration other: String? = nil) async throws {
        let path = "\(directory)/server.conf"
        try Self.write(configuration(other ?? options.configuration), to: path)
        let process = try await ServerProcess.start(binary: binary, configuration: path)
        state.withLock { state in
            state.process = process
            state.port = process.port
        }
    }

    /// Ends it without a word; returns once it is gone.
    public func kill() async {
        await signal(SIGKILL)?.waitForExit()
    }

    /// Ends it in order; returns once it is gone.
    public func stop() async {
        await signal(SIGTERM)?.waitForExit()
    }

    /// Empties its store; to be called while it is down.
    public func eraseStore() async {
        _ = await runProgram(["rm", "-rf", "\(directory)/store"])
    }

    /// Stands still until ``resume()``; the kernel still takes what is sent to it.
    ///
    /// Returns once all its threads stand: the signal alone lets some of them run on for a moment.
    public func pause() async {
        await signal(SIGSTOP)?.waitForStop()
    }

    public func resume() { signal(SIGCONT) }

    @discardableResult
    private func signal(_ number: Int32) -> ServerProcess? {
        state.withLock { state in
            if let process = state.process { Glibc.kill(process.pid, number) }
            if number == SIGKILL || number == SIGTERM { defer { state.process = nil }; return state.process }
            return state.process
        }
    }

    private func remove() async {
        await kill()
        _ = await runProgram(["rm", "-rf", directory])
    }

    /// Waits until the server that runs now has logged `text` so many times.
    public func waitForLog(_ text: String, times: Int = 1) async throws {
        guard let process = state.withLock({ $0.process }) else { throw Failure(description: "no server runs") }
        guard await process.log.wait(for: text, times: times) else {
            throw Failure(description: "the server ended before it logged \"\(text)\" \(times) times")
        }
    }

    private func configuration(_ more: String) -> String {
        var lines = ["listen: \"127.0.0.1:\(port)\""]
        if options.jetStream { lines.append("jetstream { store_dir: \"\(directory)/store\" }") }
        lines.append(more)
        return lines.joined(separator: "\n") + "\n"
    }

    public static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw Failure(description: "\(path) cannot be written") }
        defer { fclose(file) }
        fputs(text, file)
    }
}
