import ElectionCore
import Glibc
import Measurement
import Synchronization

/// A run that goes on, as far as it has got.
protocol RunSoFar: Sendable {
    /// - Throws: ``MeasurementError`` where it can't be read now.
    func report() throws -> RunReport
}

/// Its folder, read anew each time.
struct FolderSoFar: RunSoFar {
    let folder: String

    func report() throws -> RunReport { try RunReport.read(folder: folder) }
}

/// Measures a run while it goes on, until there is something that it fails for.
///
/// It takes at most 2 % of a core: between two looks there are fifty times what the last one cost, and at least 2 s. Its thread runs only
/// where nobody else wants the processor. What the run fails for must be seen in two looks in a row: lines of different processes
/// reach the history in no order, so that its last moments may look as they never were.
final class FailureWatch: Sendable {
    private let run: any RunSoFar
    private let monitor = Monitor()
    private let isOver = Mutex(false)
    static let leastInterval = Duration.seconds(2)
    static let share = 50

    init(_ run: some RunSoFar) {
        self.run = run
    }

    /// - Parameter onFailure: called at most once, on the watch's thread, and never after ``stop()``.
    func start(onFailure: @escaping @Sendable (RunReport.Failing) -> Void) {
        let thread = WorkerThread { [self] in
            Self.giveWay()
            var before: Set<String> = []
            var interval = Self.leastInterval
            while wait(interval) {
                let began = Self.processorTime()
                let failing = (try? run.report().failing) ?? []
                if let found = failing.first(where: { before.contains($0.reason) }) {
                    isOver.withLock { if !$0 { onFailure(found) } }
                    return
                }
                before = Set(failing.map(\.reason))
                interval = max(Self.leastInterval, (Self.processorTime() - began) * Self.share)
            }
        }
        // A look that goes on at the end is nobody's any more: who ends the run doesn't wait for it.
        thread.detach()
    }

    func stop() {
        isOver.withLock { $0 = true }
        monitor.locked { monitor.signal() }
    }

    /// - Returns: false where it is over.
    private func wait(_ interval: Duration) -> Bool {
        let end = Timestamp.now() + interval
        return monitor.locked {
            while !isOver.withLock(\.self) {
                if Timestamp.now() >= end { return true }
                monitor.wait(until: end)
            }
            return false
        }
    }

    /// Behind everybody: `SCHED_IDLE` of sched(7), which Swift doesn't see.
    private static func giveWay() {
        var parameters = sched_param()
        _ = sched_setscheduler(0, 5, &parameters)
    }

    /// Of this thread.
    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
