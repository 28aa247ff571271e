/// A queue with a thread of its own, for work that may block: posting to it never does.
package final class Mailbox<Element: Sendable>: @unchecked Sendable {
    // Unchecked: `waiting`, `isAwake` and `finished` are touched inside `monitor` alone.
    private let monitor = Monitor()
    private var waiting: [Element] = []
    /// The thread was told that something waits.
    private var isAwake = false
    private var finished = false

    package init() {}

    /// - Parameter wakes: false where it may wait for the next ``wake()``, or for another element that wakes.
    package func post(_ element: Element, wakes: Bool = true) {
        monitor.locked {
            waiting.append(element)
            if wakes { wakeNow() }
        }
    }

    /// Lets the thread work off what waits.
    package func wake() {
        monitor.locked { if !waiting.isEmpty { wakeNow() } }
    }

    private func wakeNow() {
        if !isAwake { monitor.signal() }
        isAwake = true
    }

    /// Starts the thread; the returned function lets it work off what was posted, ends it, and waits until it is gone.
    ///
    /// - Parameter handle: called on that thread with all that has come since the last call, in order.
    package func start(handle: @escaping @Sendable ([Element]) -> Void) -> @Sendable () -> Void {
        let thread = WorkerThread {
            while let batch = self.nextBatch() { handle(batch) }
        }
        return {
            self.monitor.locked {
                self.finished = true
                self.monitor.signal()
            }
            thread.join()
        }
    }

    private func nextBatch() -> [Element]? {
        monitor.locked {
            while !isAwake, !finished { monitor.wait() }
            isAwake = false
            if waiting.isEmpty { return nil }
            defer { waiting = [] }
            return waiting
        }
    }
}
