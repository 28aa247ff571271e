import Glibc
import Synchronization

/// One life of a nats-server.
struct ServerProcess: Sendable {
    let pid: pid_t
    let port: Int
    let log: ServerLog

    /// Starts the server; returns once its log says that it is ready.
    static func start(binary: String, configuration: String) async throws -> ServerProcess {
        let spawned: (pid_t, log: Int32)? = await LastingThread.shared.run {
            guard let (log, output) = makePipe() else { return nil }
            defer { close(output) }
            // The child dies with the thread that started it, which lasts as long as this process.
            return spawn(["setpriv", "--pdeathsig", "KILL", binary, "-c", configuration], output: output)
                .map { ($0, log) }
        }
        guard let (pid, log) = spawned else {
            throw TestServer.Failure(description: "setpriv or \(binary) did not start")
        }
        let lines = ServerLog()
        detachThread { lines.read(log) }
        let isReady = await lines.wait(for: "Server is ready", times: 1)
        guard isReady, let port = port(in: lines.text) else {
            throw TestServer.Failure(description: "\(binary) did not become ready:\n\(lines.text)")
        }
        return ServerProcess(pid: pid, port: port, log: lines)
    }

    func waitForExit() async {
        let pid = pid
        await LastingThread.shared.run { _ = TestSupport.waitForExit(pid) }
    }

    func waitForStop() async {
        let pid = pid
        await LastingThread.shared.run {
            var status: Int32 = 0
            while waitpid(pid, &status, WUNTRACED) < 0, errno == EINTR {}
        }
    }

    private static func port(in log: String) -> Int? {
        let marker = "Listening for client connections on 127.0.0.1:"
        guard let line = log.firstRange(of: marker) else { return nil }
        return Int(log[line.upperBound...].prefix(while: \.isNumber))
    }
}

/// What a server has logged so far.
final class ServerLog: Sendable {
    private struct Waiter {
        var text: String
        var times: Int
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var text = ""
        var hasEnded = false
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())

    var text: String { state.withLock { $0.text } }

    /// Reads to the end, so that the server never blocks on its log.
    func read(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            change { $0.text += String(decoding: buffer[..<count], as: UTF8.self) }
        }
        close(descriptor)
        change { $0.hasEnded = true }
    }

    /// - Returns: false where the log ended before.
    func wait(for text: String, times: Int) async -> Bool {
        await withCheckedContinuation { continuation in
            change { $0.waiters.append(Waiter(text: text, times: times, continuation: continuation)) }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let answered = state.withLock { state in
            body(&state)
            func isDone(_ waiter: Waiter) -> Bool { state.text.split(separator: waiter.text).count > waiter.times }
            let answered = state.waiters.filter { isDone($0) || state.hasEnded }.map { ($0.continuation, isDone($0)) }
            state.waiters.removeAll { isDone($0) || state.hasEnded }
            return answered
        }
        for (continuation, found) in answered { continuation.resume(returning: found) }
    }
}
