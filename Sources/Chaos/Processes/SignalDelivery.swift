package import ElectionCore

/// The signals that faults and orderly stops need.
package enum ChildSignal: String, Hashable, Sendable, CaseIterable {
    case interrupt, kill, terminate
    /// SIGSTOP and SIGCONT.
    case suspend, resume
}

/// What became of a signal, and when: the call lies between the two instants.
package struct SignalDelivery: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// The kernel took it. A process that has exited but was not reaped yet takes signals, too.
        case sent
        /// There is no process: it was not started yet, or is gone.
        case gone
        /// The kernel refused, with this errno.
        case refused(errno: Int32)
    }

    package let before: Timestamp
    /// For a kill: the instant of death.
    package let after: Timestamp
    package let outcome: Outcome

    package init(before: Timestamp, after: Timestamp, outcome: Outcome) {
        self.before = before
        self.after = after
        self.outcome = outcome
    }

    static func toNobody() -> SignalDelivery {
        let now = Timestamp.now()
        return SignalDelivery(before: now, after: now, outcome: .gone)
    }
}
