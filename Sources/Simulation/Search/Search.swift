import ElectionCore
import Synchronization

/// Runs drawn worlds, one a seed, on several threads, until one breaks a promise.
package final class Search: Sendable {
    /// How far it has come.
    package struct Progress: Hashable, Sendable {
        package var worlds: UInt64 = 0
        package var events: UInt64 = 0
        /// Virtual time, in nanoseconds.
        package var virtual: Int64 = 0
    }

    package struct Finding: Sendable {
        package let seed: UInt64
        package let violation: BrokenPromise
    }

    private struct State {
        var next: UInt64
        var progress = Progress()
        var finding: Finding?
        var isCancelled = false
    }

    private let seeds: ClosedRange<UInt64>
    private let draw: @Sendable (UInt64) -> WorldDraw
    private let state: Mutex<State>

    package init(seeds: ClosedRange<UInt64>, draw: @escaping @Sendable (UInt64) -> WorldDraw) {
        self.seeds = seeds
        self.draw = draw
        state = Mutex(State(next: seeds.lowerBound))
    }

    package convenience init(seeds: ClosedRange<UInt64>, size: WorldDraw.Size) {
        self.init(seeds: seeds) { WorldDraw(seed: $0, size: size) }
    }

    package var progress: Progress { state.withLock(\.progress) }
    /// Of all worlds that break a promise, the one of the lowest seed; nil: none does so far.
    package var finding: Finding? { state.withLock(\.finding) }

    package func cancel() { state.withLock { $0.isCancelled = true } }

    /// Returns when all seeds were tried, or those below the first that breaks a promise, or it was cancelled.
    package func run(threads count: Int) {
        let threads = (0..<count).map { _ in WorkerThread { while let seed = self.take() { self.run(seed) } } }
        for thread in threads { thread.join() }
    }

    private func take() -> UInt64? {
        state.withLock { state in
            guard !state.isCancelled, state.next <= seeds.upperBound else { return nil }
            if let finding = state.finding, state.next > finding.seed { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    private func run(_ seed: UInt64) {
        let world = draw(seed).run()
        let (events, virtual, violation) = (UInt64(world.eventCount), world.now, world.violation)
        state.withLock { state in
            state.progress.worlds += 1
            state.progress.events += events
            state.progress.virtual += virtual
            if let violation, state.finding.map({ seed < $0.seed }) ?? true {
                state.finding = Finding(seed: seed, violation: violation)
            }
        }
    }
}
