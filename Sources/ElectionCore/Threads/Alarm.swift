import HeapModule

/// One heap of deadlines and one thread that waits for the earliest.
///
/// A thread of its own, and not a task: a lease must end, and a renewal go out, while a user's callbacks occupy every thread
/// of the cooperative pool; and a timed wait on a condition is punctual to a tenth of a millisecond where `Task.sleep` isn't.
final class Alarm<Purpose: Sendable & Equatable>: @unchecked Sendable {
    private struct Deadline: Comparable {
        let at: Timestamp
        let purpose: Purpose

        static func < (left: Deadline, right: Deadline) -> Bool { left.at < right.at }
    }

    // Unchecked: `deadlines` and `stopped` are touched inside `monitor` alone.
    private let monitor = Monitor()
    private var deadlines = Heap<Deadline>()
    private var stopped = false

    func arm(_ purpose: Purpose, at instant: Timestamp) {
        monitor.locked {
            let earliest = deadlines.min
            deadlines.insert(Deadline(at: instant, purpose: purpose))
            if earliest.map({ instant < $0.at }) ?? true { monitor.signal() }
        }
    }

    /// Starts the thread; the returned function ends it and waits until it is gone.
    ///
    /// - Parameter ring: called on the alarm's thread with the purpose and the instant of each deadline that has come.
    func start(ring: @escaping @Sendable (Purpose, Timestamp) -> Void) -> @Sendable () -> Void {
        let thread = WorkerThread {
            while let due = self.nextDue() {
                for deadline in due { ring(deadline.purpose, deadline.at) }
            }
        }
        return {
            self.monitor.locked {
                self.stopped = true
                self.monitor.signal()
            }
            thread.join()
        }
    }

    /// Waits for the earliest deadline; nil at the end.
    private func nextDue() -> [Deadline]? {
        monitor.locked {
            while !stopped {
                let now = Timestamp.now()
                var due: [Deadline] = []
                while let next = deadlines.min, next.at <= now { due.append(deadlines.removeMin()) }
                if !due.isEmpty { return due }
                monitor.wait(until: deadlines.min?.at)
            }
            return nil
        }
    }
}
