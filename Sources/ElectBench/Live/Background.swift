import ElectionCore
import Glibc
import Synchronization

/// Work beside a run, at the lowest priority: it takes no time from those who are measured.
enum Background {
    /// Runs it on a thread of its own.
    ///
    /// - Returns: its result, and the processor time that it took; nil as soon as the task is cancelled: whoever ends does not
    ///   wait for what gives way to everybody.
    static func run<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async -> (value: Value, cost: Duration)? {
        let result = FirstResult<(value: Value, cost: Duration)>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                result.await(continuation)
                WorkerThread {
                    giveWay()
                    let before = processorTime()
                    let value = body()
                    result.finish((value, processorTime() - before))
                }.detach()
            }
        } onCancel: {
            result.finish(nil)
        }
    }

    /// The calling thread runs only where nobody else wants the processor: `SCHED_IDLE` of sched(7), which Swift doesn't see.
    static func giveWay() {
        var parameters = sched_param()
        _ = sched_setscheduler(0, 5, &parameters)
    }

    /// Of the calling thread.
    static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

/// How often something may be done that is to take no more than a part of a core.
struct Cadence: Hashable, Sendable {
    /// Such as 0.01 for a hundredth of a core.
    let share: Double
    let least: Duration

    /// How long after its beginning it may begin anew.
    func interval(after cost: Duration) -> Duration { max(least, cost / share) }
}

/// Gives one waiter the first of several results.
private final class FirstResult<Value: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Value?, Never>)
        case finished(Value?)
        case over
    }

    private let state = Mutex(State.open)

    func await(_ continuation: CheckedContinuation<Value?, Never>) {
        let early: Value?? = state.withLock { state in
            switch state {
            case .open:
                state = .waiting(continuation)
                return nil
            case .finished(let value):
                state = .over
                return .some(value)
            case .waiting, .over: preconditionFailure("two wait for one result")
            }
        }
        if let early { continuation.resume(returning: early) }
    }

    /// What comes after the first counts for nothing.
    func finish(_ value: Value?) {
        let waiter: CheckedContinuation<Value?, Never>? = state.withLock { state in
            switch state {
            case .open:
                state = .finished(value)
                return nil
            case .waiting(let continuation):
                state = .over
                return continuation
            case .finished, .over: return nil
            }
        }
        waiter?.resume(returning: value)
    }
}
