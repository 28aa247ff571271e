/// A queue with a thread of its own, for work that may block: posting to it never does.
package final class Mailbox<Element: Sendable>: @unchecked Sendable {
    // Unchecked: `waiting`, `isAwake` and `finished` are touched inside `monitor` alone.
    private let monitor = Monitor()
    private let lingering: Duration
    private var waiting: [Element] = []
    /// The thread was told that something waits.
    private var isAwake = false
    private var finished = false

    /// - Parameter lingering: how long the thread, once woken, waits for more before it takes what has come: each wake-up takes
    ///   processor time from whatever is measured on the same machine.
    package init(lingering: Duration = .zero) {
        self.lingering = lingering
    }

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
            while self.waitForMore() { handle(self.takeAll()) }
        }
        return {
            self.monitor.locked {
                self.finished = true
                self.monitor.signal()
            }
            thread.join()
        }
    }

    /// - Returns: false at the end.
    private func waitForMore() -> Bool {
        monitor.locked {
            while !isAwake, !finished { monitor.wait() }
            let until = Timestamp.now() + lingering
            while !finished, Timestamp.now() < until { monitor.wait(until: until) }
            return !waiting.isEmpty
        }
    }

    private func takeAll() -> [Element] {
        monitor.locked {
            isAwake = false
            defer { waiting = [] }
            return waiting
        }
    }
}
