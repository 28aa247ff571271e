import ElectionCore
import Glibc
import Synchronization

/// What computes for long: on a thread of its own. It tells how far it is, and a signal has it end in order.
struct Computation: Sendable {
    let isQuiet: Bool
    /// How far it is, as a line.
    let progress: @Sendable () -> String
    let interrupt: @Sendable () -> Void
    /// What is said where a second signal ends the process at once.
    let onKill: String

    /// - Returns: its result, and whether a signal ended it.
    func carryOut<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async -> (value: Value, isInterrupted: Bool) {
        await SignalWatch.during { watch in
            let isInterrupted = Atomic(false)
            watch.direct { _ in
                guard isInterrupted.exchange(true, ordering: .relaxed) else { return interrupt() }
                StandardError.line("electbench: killed\(onKill)")
                _exit(105)
            }
            defer { watch.direct(to: nil) }
            let value = await withTaskGroup(of: Void.self) { group in
                if !isQuiet {
                    group.addTask {
                        while (try? await Task.sleep(for: .seconds(5))) != nil { StandardError.line(progress()) }
                    }
                }
                defer { group.cancelAll() }
                return await withCheckedContinuation { continuation in
                    WorkerThread { continuation.resume(returning: body()) }.detach()
                }
            }
            return (value, isInterrupted.load(ordering: .relaxed))
        }
    }
}
