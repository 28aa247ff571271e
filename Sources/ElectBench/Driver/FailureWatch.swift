import ElectionCore
import Measurement
import Synchronization

/// Measures a run while it goes on, until there is something that it fails for.
///
/// It takes at most 2 % of a core. What the run fails for must be seen in two looks in a row: lines of different processes
/// reach the history in no order, so that its last moments may look as they never were.
final class FailureWatch: Sendable {
    private let run: GrowingRun
    private let monitor = Monitor()
    private let isOver = Mutex(false)
    static let cadence = Cadence(share: 0.02, least: .seconds(2))

    init(_ run: GrowingRun) {
        self.run = run
    }

    /// - Parameter onFailure: called at most once, on the watch's thread, and never after ``stop()``.
    func start(onFailure: @escaping @Sendable (RunReport.Failing) -> Void) {
        let thread = WorkerThread { [self] in
            Background.giveWay()
            var before: Set<String> = []
            var interval = Self.cadence.least
            while wait(interval) {
                let began = Background.processorTime()
                let failing = run.report()?.failing ?? []
                if let found = failing.first(where: { before.contains($0.reason) }) {
                    isOver.withLock { if !$0 { onFailure(found) } }
                    return
                }
                before = Set(failing.map(\.reason))
                interval = Self.cadence.interval(after: Background.processorTime() - began)
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
}
