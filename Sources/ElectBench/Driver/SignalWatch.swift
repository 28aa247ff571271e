import ElectionCore
import Glibc
import Synchronization
import UnixSignals

/// The signals that end a run early. Dispatch traps them but once in a process's life, so that several runs share it.
final class SignalWatch: Sendable {
    private struct State {
        var first: Timestamp?
        /// The run that goes on; nil between two runs.
        var receiver: (@Sendable (UnixSignal) -> Void)?
        /// It came before a run had set its receiver.
        var unheard: UnixSignal?
    }

    private let state = Mutex(State())
    static let sameSignal = Duration.milliseconds(5)

    /// Traps signals while `body` goes on; afterwards a signal just ends us.
    static func during<Result>(_ body: (SignalWatch) async throws -> Result) async rethrows -> Result {
        let watch = SignalWatch()
        defer { for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) } }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watch.run() }
            defer { group.cancelAll() }
            return try await body(watch)
        }
    }

    /// Whether one has come.
    var hasFired: Bool { state.withLock { $0.first != nil } }

    /// - Parameter receiver: called with each signal until another one is set; nil where no run goes on.
    func direct(to receiver: (@Sendable (UnixSignal) -> Void)?) {
        let unheard: UnixSignal? = state.withLock { state in
            state.receiver = receiver
            guard receiver != nil else { return nil }
            defer { state.unheard = nil }
            return state.unheard
        }
        if let unheard { receiver?(unheard) }
    }

    private func run() async {
        for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
            let now = Timestamp.now()
            let (before, receiver) = state.withLock { state in
                defer { state.first = state.first ?? now }
                if state.first == nil, state.receiver == nil { state.unheard = signal }
                return (state.first, state.receiver)
            }
            // `timeout` and some shells send one signal twice at once.
            if let before, now - before < Self.sameSignal { continue }
            if let receiver {
                receiver(signal)
            } else if before != nil {
                // Between two runs everything is on disk.
                _exit(105)
            }
        }
    }
}
