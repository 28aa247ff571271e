import ElectionCore

/// A queue that one thread of ours waits on, with a deadline.
final class WaitQueue<Element: Sendable>: @unchecked Sendable {
    // Unchecked: `elements` and `isClosed` are touched inside `monitor` alone.
    private let monitor = Monitor()
    private var elements = [Element]()
    private var isClosed = false

    /// - Returns: false once the queue is closed.
    @discardableResult
    func post(_ element: Element) -> Bool {
        monitor.locked {
            guard !isClosed else { return false }
            elements.append(element)
            if elements.count == 1 { monitor.signal() }
            return true
        }
    }

    /// Waits until there is something or the deadline has come, and takes all there is.
    func takeAll(until deadline: Timestamp?) -> [Element] {
        monitor.locked {
            while elements.isEmpty, !isClosed {
                if let deadline, deadline <= .now() { break }
                monitor.wait(until: deadline)
            }
            defer { elements.removeAll(keepingCapacity: true) }
            return elements
        }
    }

    /// Takes what is left; nothing more gets in.
    func close() -> [Element] {
        monitor.locked {
            isClosed = true
            defer { elements.removeAll() }
            monitor.signal()
            return elements
        }
    }
}
