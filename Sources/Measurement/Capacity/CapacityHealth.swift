import ElectionCore

/// Whether a cell lies within what its machine can bear.
package struct CapacityHealth: Codable, Hashable, Sendable {
    package enum State: String, Codable, Hashable, Sendable {
        case fine
        /// Renewals came later than their lease bears.
        case late
        /// Leaders were lost though nothing was done to them.
        case disturbed
        /// Roles stayed without a leader, or never all had one at once.
        case unsettled
        case unsafe
        /// Its run could not be carried out to its end.
        case failed
        /// It was killed, or interrupted, before it was complete: a resumed sweep does it again.
        case unfinished
        case notBegun = "not begun"
    }

    package var state: State
    /// Empty where there is no more to say.
    package var reason: String

    package init(_ state: State, _ reason: String = "") {
        self.state = state
        self.reason = reason
    }

    /// Whether it tells that its machine can't bear so much; what was not measured tells nothing.
    var isBeyond: Bool {
        switch state {
        case .late, .disturbed, .unsettled: true
        case .fine, .unsafe, .failed, .unfinished, .notBegun: false
        }
    }

    /// Of what a lease allows a renewal, p99 may use one part in so many: a lease that one renewal in a hundred uses up on a
    /// good day is not one to build on.
    private static let shareOfAllowance = 2

    /// - Parameter load: with the timing that the run had.
    init(_ summary: Summary, _ load: Load) {
        let falseFailovers = summary.analysis.falseFailovers.count
        if let reason = summary.judgement.unsafe.first {
            self.init(.unsafe, reason)
        } else if let failure = summary.analysis.failures.first {
            self.init(summary.analysis.hasTriedToSettle ? .unsettled : .failed, failure)
        } else if let reason = Self.unsettled(summary.analysis) {
            self.init(.unsettled, reason)
        } else if falseFailovers > 0 {
            self.init(.disturbed, Numbers.count(falseFailovers, "false failover"))
        } else if let reason = Self.lateness(summary, load) {
            self.init(.late, reason)
        } else {
            self.init(.fine)
        }
    }

    private static func unsettled(_ analysis: Analysis) -> String? {
        let lost = analysis.failovers.count { $0.outcome == .lost }
        if lost > 0 { return "\(Numbers.count(lost, "role")) never led again after a fault" }
        guard analysis.window.hasBegun else { return "the measured part never began" }
        let led = analysis.distribution.loads.reduce(0) { $0 + $1.rolesLedEnd }
        let missing = analysis.run.settings.roles.count - led
        return missing > 0 ? "\(Numbers.count(missing, "role")) without a leader at the end" : nil
    }

    private static func lateness(_ summary: Summary, _ load: Load) -> String? {
        let renewals = summary.statistic("operation_us", scope: "operation=renew")
        guard let allowance = load.allowance, let renewals else { return nil }
        return lateness(p99: Self.microseconds(renewals.p99), longest: Self.microseconds(renewals.max), allowance)
    }

    /// - Parameter allowance: how late a renewal may be acknowledged, from when it was due.
    static func lateness(p99: Duration?, longest: Duration?, _ allowance: Duration) -> String? {
        if let longest, longest > allowance {
            return "a renewal took \(shown(longest)) and its lease allows \(shown(allowance))"
        }
        if let p99, p99 > allowance / shareOfAllowance {
            return "renewals' p99 is \(shown(p99)), over half of the \(shown(allowance)) that a lease allows"
        }
        return nil
    }

    private static func microseconds(_ text: String) -> Duration? {
        Double(text).map { .nanoseconds(Int64($0 * 1000)) }
    }

    private static func shown(_ span: Duration) -> String {
        Numbers.short(.milliseconds(Numbers.rounded(span.nanoseconds, to: 1_000_000)))
    }
}

extension Load {
    /// How late a renewal may be acknowledged, from when it was due, until the lease before it is over.
    package var allowance: Duration? {
        (try? LeaseTiming(ttl: ttl, heartbeat: heartbeat)).map { $0.ttl - $0.heartbeat - $0.driftGuard }
    }
}

extension Analysis {
    /// The instances were told to campaign, and it never came to a leader for every role.
    fileprivate var hasTriedToSettle: Bool {
        !window.hasBegun && history[kind: .phase].contains { $0.name == "roles" }
    }
}
