/// What a fault does to the leaders that it concerns, by which it is measured in a way of its own.
package enum FaultEffect: Hashable, Sendable {
    /// The process dies without a word: each role that it leads is taken.
    case kills
    /// The process stops in order: it gives up each role that it leads.
    case stops
    /// The process lives on, and keeps a role if it can renew its lease in time.
    case disturbs
}

extension FaultRecord {
    package var effect: FaultEffect {
        guard target == .instance else { return .disturbs }
        switch kind {
        case FaultName.kill, FaultName.restartAll: return .kills
        case FaultName.stop: return .stops
        default: return .disturbs
        }
    }
}

/// The names of faults that are measured in a way of their own.
package enum FaultName {
    /// SIGKILL: the process dies in the middle of a word.
    package static let kill = "kill"
    /// SIGKILL to every instance at once.
    package static let restartAll = "restart-all"
    /// SIGTERM: the process stops in order.
    package static let stop = "stop"
}
