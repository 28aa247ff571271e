import ElectionCore
import Measurement
import NATSStore
import Synchronization

/// Asks the store all the time whether it answers, so that its own outages can be told from ours.
///
/// Usually it asks who leads the bucket's stream. While a fault on a server is in force, and until the store is back, it asks
/// for a write: a server that was cut from its peers goes on to call itself the leader for a while, but can't accept one.
final class StoreProbe: Sendable {
    private struct State {
        var isUp = false
        /// Faults on servers in force.
        var faults = 0
        var isEnding = false
    }

    /// The key that it writes, which is no role's.
    static let key = "electbench-probe"
    private static let patience = Duration.seconds(1)
    private static let watchfulPatience = Duration.milliseconds(250)
    private static let outagePatience = Duration.milliseconds(25)

    /// A connection to each server.
    private let stores: [NATSStore]
    private let history: HistoryLog
    private let state = Mutex(State())

    init(stores: [NATSStore], history: HistoryLog) {
        self.stores = stores
        self.history = history
    }

    /// - Returns: to be called when the fault is over.
    func faultBegins() -> @Sendable () -> Void {
        state.withLock { $0.faults += 1 }
        return { self.state.withLock { $0.faults -= 1 } }
    }

    /// The name of the server that leads the bucket's stream; nil where there is none at the moment.
    func streamLeader() async -> String? {
        let name = stores.count == 1 ? "server-1" : nil
        return await first { await $0.bucketLeader(timeout: Self.watchfulPatience).flatMap { $0.server ?? name } }
    }

    /// Until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let (isUp, faults) = state.withLock { ($0.isUp, $0.faults) }
            let asked = Timestamp.now()
            let patience = !isUp ? Self.outagePatience : faults > 0 ? Self.watchfulPatience : Self.patience
            let answers =
                isUp && faults == 0
                ? await first { await $0.bucketLeader(timeout: patience) } != nil
                : await first { await $0.acknowledgedWrite(key: Self.key, timeout: patience) } != nil
            if Task.isCancelled || state.withLock(\.isEnding) { return }
            if isUp && !answers { history.record(.storeLost, at: asked) }
            if !isUp && answers {
                let now = Timestamp.now()
                let leader = await streamLeader()
                history.record(.storeReady, at: now) { $0.server = leader }
            }
            state.withLock { $0.isUp = answers }
            _ = await Injector.sleep(
                until: asked + (answers ? .milliseconds(faults == 0 ? 100 : 20) : .milliseconds(5))
            )
        }
    }

    /// The first answer of any server; nil where none has one.
    private func first<Answer: Sendable>(_ ask: @escaping @Sendable (NATSStore) async -> Answer?) async -> Answer? {
        await withTaskGroup(of: Answer?.self) { group in
            for store in stores { group.addTask { await ask(store) } }
            for await answer in group { if let answer { return answer } }
            return nil
        }
    }

    func close() async {
        // Stores that are closed don't answer, and that is nobody's outage.
        state.withLock { $0.isEnding = true }
        for store in stores { await store.close() }
    }
}
