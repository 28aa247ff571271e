import Chaos
import ElectionCore
import Synchronization

/// A child process that faults are done to, and how often it was expected to end.
final class Target: FaultTarget {
    private struct State {
        var expected = 0
        var restarts = 0
    }

    let process: ChildProcess?
    let incarnation: Int64?
    private let failure: ChaosError?
    private let state = Mutex(State())

    init(_ process: ChildProcess? = nil, incarnation: Int64? = 1, failure: ChaosError? = nil) {
        self.process = process
        self.incarnation = incarnation
        self.failure = failure
    }

    /// How many signals that end it were sent, and not taken back.
    var expected: Int { state.withLock(\.expected) }
    var restarts: Int { state.withLock(\.restarts) }

    func expectExit(of life: ChildProcess) { state.withLock { $0.expected += 1 } }
    func retractExit(of life: ChildProcess) { state.withLock { $0.expected -= 1 } }

    func restart() async throws(ChaosError) {
        state.withLock { $0.restarts += 1 }
        if let failure { throw failure }
    }
}

/// Links that note what is done to them.
final class Links: LinkControl {
    private let log = Mutex<[String]>([])

    /// In the order of names: links are changed side by side.
    var done: [String] { log.withLock { $0.sorted() } }

    func impair(_ owner: String, _ impairment: LinkImpairment) async -> SignalDelivery {
        log.withLock { $0.append("\(owner): \(impairment)") }
        let now = Timestamp.now()
        return SignalDelivery(before: now, after: now, outcome: .sent)
    }

    func heal(_ owner: String) async throws(ChaosError) { log.withLock { $0.append("\(owner): healed") } }
}

/// A run with the instances and servers that a test gives it.
struct Scene: FaultScene {
    var instances: [String: Target] = [:]
    var ownServers: [String: Target] = [:]
    var links: (any LinkControl)?
    var leader: String?

    var servers: [String] { ownServers.keys.sorted() }

    func instance(_ id: String) -> (any FaultTarget)? { instances[id] }
    func server(_ name: String) -> (any FaultTarget)? { ownServers[name] }
    func streamLeader() async -> String? { leader }
}
