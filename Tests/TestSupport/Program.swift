import Glibc
import Synchronization

/// A program that a test started, and what it has written so far; killed with the test process whatever happens.
public final class Program: Sendable {
    public struct NotStarted: Error, CustomStringConvertible {
        public let description: String
    }

    private struct State {
        var status: Int?
        var openStreams = 2
        var waiters: [Int: CheckedContinuation<Int, Never>] = [:]
        var lastWaiter = 0

        mutating func takeWaiters() -> (Int, [CheckedContinuation<Int, Never>])? {
            guard let status, openStreams == 0 else { return nil }
            defer { waiters = [:] }
            return (status, Array(waiters.values))
        }
    }

    public let pid: Int32
    /// Its standard output.
    public let output = ProgramText()
    /// Its standard error.
    public let errors = ProgramText()
    private let state = Mutex(State())

    private init(pid: Int32) {
        self.pid = pid
    }

    /// Starts a program of the PATH with exactly this environment.
    public static func start(_ command: [String], environment: [String: String]) async throws -> Program {
        let spawned: (pid: Int32, output: Int32, errors: Int32)? = await LastingThread.shared.run {
            guard let output = makePipe() else { return nil }
            defer { close(output.write) }
            guard let errors = makePipe() else { return nil }
            defer { close(errors.write) }
            // The child dies with the thread that started it, which lasts as long as this process.
            let words = ["setpriv", "--pdeathsig", "KILL", "--"] + command
            return spawn(words, environment: environment, output: output.write, errors: errors.write)
                .map { ($0, output.read, errors.read) }
        }
        guard let spawned else { throw NotStarted(description: "setpriv did not start for \(command)") }
        let program = Program(pid: spawned.pid)
        for (text, descriptor) in [(program.output, spawned.output), (program.errors, spawned.errors)] {
            detachThread {
                text.read(descriptor)
                program.change { $0.openStreams -= 1 }
            }
        }
        detachThread {
            let status = waitForExit(program.pid)
            program.change { $0.status = status }
        }
        return program
    }

    /// Sends a signal, unless it has been seen to end.
    public func send(_ signal: Int32) {
        state.withLock { if $0.status == nil { _ = kill(pid, signal) } }
    }

    /// Waits until it is gone and all that it wrote was read.
    ///
    /// - Returns: its exit code, or 128 plus the signal that ended it; -1 where the task was cancelled first.
    @discardableResult
    public func exit() async -> Int {
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                change { $0.waiters[number] = continuation }
                if Task.isCancelled { giveUp(number) }
            }
        } onCancel: {
            giveUp(number)
        }
    }

    private func giveUp(_ number: Int) {
        state.withLock { $0.waiters.removeValue(forKey: number) }?.resume(returning: -1)
    }

    private func change(_ body: (inout State) -> Void) {
        let ended = state.withLock { state in
            body(&state)
            return state.takeWaiters()
        }
        for waiter in ended?.1 ?? [] { waiter.resume(returning: ended?.0 ?? 0) }
    }
}

/// What a program has written to one stream.
public final class ProgramText: Sendable {
    private struct Waiter {
        var holds: @Sendable ([String]) -> Bool
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        /// The whole ones, without their newlines.
        var lines: [String] = []
        /// What came after the last newline, once the stream has ended.
        var rest = ""
        var hasEnded = false
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
    }

    private let state = Mutex(State())

    public var lines: [String] { state.withLock { $0.lines } }
    public var text: String { state.withLock { $0.lines.map { $0 + "\n" }.joined() + $0.rest } }

    /// Waits until the lines written so far are as wanted; false where the stream ended or the task was cancelled before.
    public func wait(until holds: @escaping @Sendable ([String]) -> Bool) async -> Bool {
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                change { $0.waiters[number] = Waiter(holds: holds, continuation: continuation) }
                if Task.isCancelled { giveUp(number) }
            }
        } onCancel: {
            giveUp(number)
        }
    }

    fileprivate func read(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        var pending: [UInt8] = []
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            // A character may be cut in two; a newline never is.
            pending += buffer[..<count]
            guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            let lines = pending[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            pending.removeSubrange(...end)
            change { $0.lines += lines.map { String(decoding: $0, as: UTF8.self) } }
        }
        close(descriptor)
        change { state in
            state.rest = String(decoding: pending, as: UTF8.self)
            state.hasEnded = true
        }
    }

    private func giveUp(_ number: Int) {
        state.withLock { $0.waiters.removeValue(forKey: number) }?.continuation.resume(returning: false)
    }

    private func change(_ body: (inout State) -> Void) {
        let answered = state.withLock { state in
            body(&state)
            var answered: [(CheckedContinuation<Bool, Never>, Bool)] = []
            for (number, waiter) in state.waiters {
                let holds = waiter.holds(state.lines)
                guard holds || state.hasEnded else { continue }
                answered.append((waiter.continuation, holds))
                state.waiters[number] = nil
            }
            return answered
        }
        for (continuation, holds) in answered { continuation.resume(returning: holds) }
    }
}

/// With an environment and streams of its own; no input.
private func spawn(_ command: [String], environment: [String: String], output: Int32, errors: Int32) -> Int32? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var arguments = command.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { variables.forEach { free($0) } }
    var pid: pid_t = 0
    return posix_spawnp(&pid, command[0], &actions, nil, &arguments, &variables) == 0 ? pid : nil
}
