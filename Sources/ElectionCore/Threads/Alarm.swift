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
    /// A follower's deadlines move on with each renewal, and nobody arms them anew then. So that the thread doesn't wake for each
    /// only to find that it has moved, it asks now and then, when it is awake anyway, for all that come soon.
    ///
    /// - Parameters:
    ///   - foresight: how soon.
    ///   - postponed: called on the alarm's thread with a deadline that comes soon: the instant to which it has moved, or nil.
    ///   - ring: called on the alarm's thread with the purpose and the instant of each deadline that has come.
    func start(
        foresight: Duration = .zero,
        postponed: @escaping @Sendable (Purpose, Timestamp) -> Timestamp? = { _, _ in nil },
        ring: @escaping @Sendable (Purpose, Timestamp) -> Void
    ) -> @Sendable () -> Void {
        let thread = WorkerThread {
            var asksAt = Timestamp.now() + foresight
            while let due = self.nextDue() {
                for deadline in due { ring(deadline.purpose, deadline.at) }
                let now = Timestamp.now()
                guard foresight > .zero, asksAt <= now else { continue }
                asksAt = now + foresight / 2
                self.putBack(
                    self.takeSoon(until: now + foresight).map { deadline in
                        let later = postponed(deadline.purpose, deadline.at)
                        return Deadline(at: later ?? deadline.at, purpose: deadline.purpose)
                    }
                )
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

    private func takeSoon(until instant: Timestamp) -> [Deadline] {
        monitor.locked {
            var soon: [Deadline] = []
            while let next = deadlines.min, next.at <= instant { soon.append(deadlines.removeMin()) }
            return soon
        }
    }

    private func putBack(_ taken: [Deadline]) {
        monitor.locked { for deadline in taken { deadlines.insert(deadline) } }
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
