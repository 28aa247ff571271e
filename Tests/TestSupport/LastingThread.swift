import Glibc
import Synchronization

/// One thread that lasts as long as the test process, for what may block or must not come from a thread that ends.
///
/// A child's death signal goes off when the *thread* that started it ends, not only the process.
final class LastingThread: Sendable {
    static let shared = LastingThread()

    private let queue = Mutex<[@Sendable () -> Void]>([])
    private let signal: Int32

    private init() {
        guard let (wake, signal) = makePipe() else { preconditionFailure("no pipe") }
        self.signal = signal
        detachThread { [self] in
            var byte: UInt8 = 0
            while Glibc.read(wake, &byte, 1) == 1 {
                let job = queue.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                job?()
            }
        }
    }

    func run<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in
            queue.withLock { $0.append { continuation.resume(returning: body()) } }
            var byte: UInt8 = 0
            _ = Glibc.write(signal, &byte, 1)
        }
    }
}

/// Starts a thread that nobody joins.
func detachThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let status = pthread_create(
        &thread,
        nil,
        { context in
            guard let context else { return nil }
            Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
            return nil
        },
        Unmanaged.passRetained(Box(body)).toOpaque()
    )
    precondition(status == 0, "no thread: error \(status)")
    pthread_detach(thread)
}

/// A pipe that children don't get.
func makePipe() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}

/// Starts a program of the PATH; `output` becomes its standard output and error.
func spawn(_ command: [String], output: Int32? = nil) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let output {
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
    }
    var arguments = command.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var pid: pid_t = 0
    return posix_spawnp(&pid, command[0], &actions, nil, &arguments, environ) == 0 ? pid : nil
}

/// Blocks until a child is gone.
///
/// - Returns: its exit code, or 128 plus the signal that ended it.
@discardableResult
func waitForExit(_ pid: pid_t) -> Int {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return Int(signal == 0 ? (status >> 8) & 0xff : 128 + signal)
}

/// Runs a program of the PATH to its end.
///
/// - Returns: its exit code; nil where it could not be started.
public func runProgram(_ command: [String]) async -> Int? {
    await LastingThread.shared.run { spawn(command).map { waitForExit($0) } }
}
