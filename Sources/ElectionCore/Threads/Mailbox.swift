/// A queue with a thread of its own, for work that may block: posting to it never does.
package final class Mailbox<Element: Sendable>: @unchecked Sendable {
    // Unchecked: `waiting`, `due` and `finished` are touched inside `monitor` alone.
    private let monitor = Monitor()
    private let lingering: Duration
    private let patience: Duration
    private var waiting: [Element] = []
    /// When the thread is to work off what waits; nil: nothing does.
    private var due: Timestamp?
    private var finished = false

    /// - Parameters:
    ///   - lingering: how long the thread, once woken, waits for more before it takes what has come: each wake-up takes
    ///     processor time from whatever is measured on the same machine.
    ///   - patience: how long an element may wait that is in no hurry.
    package init(lingering: Duration = .zero, patience: Duration = .zero) {
        self.lingering = lingering
        self.patience = patience
    }

    /// - Parameter isUrgent: false where it may wait for others.
    package func post(_ element: Element, isUrgent: Bool = true) {
        monitor.locked {
            waiting.append(element)
            let latest = Timestamp.now() + (isUrgent ? .zero : patience)
            if let due, due <= latest { return }
            due = latest
            monitor.signal()
        }
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
            while !finished, due.map({ Timestamp.now() < $0 }) ?? true { monitor.wait(until: due) }
            let until = Timestamp.now() + lingering
            while !finished, Timestamp.now() < until { monitor.wait(until: until) }
            return !waiting.isEmpty
        }
    }

    private func takeAll() -> [Element] {
        monitor.locked {
            due = nil
            defer { waiting = [] }
            return waiting
        }
    }
}
