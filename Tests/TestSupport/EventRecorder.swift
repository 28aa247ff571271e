public import ElectionCore
import Synchronization

/// Keeps what a store delivers, and lets a test wait for what it expects.
public final class EventRecorder: Sendable {
    public struct Timeout: Error, CustomStringConvertible {
        public let description: String
    }

    private struct Waiter {
        var number: Int
        var matches: @Sendable (StoreEvent) -> Bool
        var continuation: CheckedContinuation<Int?, Never>
    }

    private struct State {
        var events: [StoreEvent] = []
        var waiters: [Waiter] = []
        var cursor = 0
        var lastWaiter = 0
    }

    private let state = Mutex(State())

    public init() {}

    public func record(_ event: StoreEvent) {
        let ready = state.withLock { state in
            state.events.append(event)
            let ready = state.waiters.filter { $0.matches(event) }
            state.waiters.removeAll { $0.matches(event) }
            return ready.map { ($0.continuation, state.events.count - 1) }
        }
        for (continuation, index) in ready { continuation.resume(returning: index) }
    }

    public var events: [StoreEvent] { state.withLock { $0.events } }

    /// How many events a test has gone past.
    public var cursor: Int { state.withLock { $0.cursor } }

    /// Waits for the first event behind the last one waited for of which `pick` makes something, and goes past it.
    ///
    /// - Parameter fromStart: looks at all events, also at those gone past: for what may come in either order.
    @discardableResult
    public func next<T: Sendable>(
        _ what: String,
        within limit: Duration = .seconds(20),
        fromStart: Bool = false,
        _ pick: @escaping @Sendable (StoreEvent) -> T?
    ) async throws -> T {
        let index = await withTaskGroup(of: Int?.self) { group in
            let number = state.withLock { state in
                state.lastWaiter += 1
                return state.lastWaiter
            }
            group.addTask { await self.wait(number, fromStart: fromStart) { pick($0) != nil } }
            group.addTask {
                try? await Task.sleep(for: limit)
                self.giveUp(number)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        let seen = events
        guard let index, let value = pick(seen[index]) else {
            throw Timeout(description: "waited in vain for \(what); since the last: \(seen[cursor...])")
        }
        state.withLock { $0.cursor = max($0.cursor, index + 1) }
        return value
    }

    private func wait(_ number: Int, fromStart: Bool, _ matches: @escaping @Sendable (StoreEvent) -> Bool) async -> Int?
    {
        await withCheckedContinuation { continuation in
            let found: Int?? = state.withLock { state in
                if let index = state.events[(fromStart ? 0 : state.cursor)...].firstIndex(where: matches) {
                    return .some(index)
                }
                state.waiters.append(
                    Waiter(number: number, matches: matches, continuation: continuation)
                )
                return nil
            }
            if let found { continuation.resume(returning: found) }
        }
    }

    private func giveUp(_ number: Int) {
        let waiter = state.withLock { state in
            let index = state.waiters.firstIndex { $0.number == number }
            return index.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(returning: nil)
    }
}
