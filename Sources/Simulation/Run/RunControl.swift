import Synchronization

/// What other threads know of a simulated run, and ask of it, while one computes it.
package final class RunControl: Sendable {
    private let reached = Atomic<Int64>(0)
    private let isToEnd = Atomic(false)

    package init() {}

    /// How far it is, in virtual nanoseconds since the world began.
    package var progress: Int64 { reached.load(ordering: .relaxed) }

    /// Has it end in order, as soon as it looks.
    package func interrupt() { isToEnd.store(true, ordering: .relaxed) }

    /// - Returns: whether it is to end.
    func look(at now: Int64) -> Bool {
        reached.store(now, ordering: .relaxed)
        return isToEnd.load(ordering: .relaxed)
    }
}
