package import ElectionCore

/// A role that its leader gave up in order, until somebody leads it again.
package struct Handover: Hashable, Sendable {
    /// The demotion's reason.
    package var cause: String
    package var old: Term
    package var new: Term?
    /// The old leader's demote callback had finished.
    package var at: Timestamp
    /// From ``at`` to the next promotion; nil where nobody led the role again before the measured part ended.
    package var gap: Duration?

    /// By time and role. A demotion whose callback never finished is no handover.
    package static func all(_ terms: Terms, window: Window) -> [Handover] {
        let handovers = terms.all.compactMap { old -> Handover? in
            guard case .demoted(let reason) = old.ending, isOrderly(reason), let at = old.steppedDown,
                window.contains(at)
            else { return nil }
            let next = terms.promotion(after: old, notBefore: old.belief.end, limit: window.end)
            return Handover(
                cause: reason,
                old: old,
                new: next?.term,
                at: at,
                gap: next.map { ($0.at - at).roundedToMicroseconds }
            )
        }
        return handovers.sorted { ($0.at.nanoseconds, $0.old.role) < ($1.at.nanoseconds, $1.old.role) }
    }

    /// Whether the holder kept its record until its callback had finished and then released it.
    static func isOrderly(_ reason: String) -> Bool {
        switch DemotionReason(rawValue: reason) {
        case .stopped, .unhealthy: true
        case .leaseExpired, .superseded, .removed, .invalidToken, nil: false
        }
    }
}
