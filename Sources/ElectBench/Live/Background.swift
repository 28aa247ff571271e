import ElectionCore
import Glibc

/// Work beside a run, at the lowest priority: it takes no time from those who are measured.
enum Background {
    /// Runs it on a thread of its own.
    ///
    /// - Returns: its result, and the processor time that it took.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> (value: Value, cost: Duration) {
        await withCheckedContinuation { continuation in
            WorkerThread {
                giveWay()
                let before = processorTime()
                let value = body()
                continuation.resume(returning: (value, processorTime() - before))
            }.detach()
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
