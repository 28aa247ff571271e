package import ElectionCore

/// A leader that lost a role though nothing was done to it: the benchmark's load alone, or a defect, took it.
package struct FalseFailover: Hashable, Sendable {
    /// ``reason`` of a leader that hung until its lease had run out, and never said that it was demoted.
    package static let unsaid = "unsaid"

    package var role: String
    package var holder: Incarnation
    package var term: UInt64
    /// A ``DemotionReason``, or ``unsaid``.
    package var reason: String
    package var at: Timestamp

    /// The ends of terms in the measured part, other than in order or by the holder's death, that neither a fault which concerns
    /// the holder explains nor an outage of the store: none was in force then, nor within a ttl before. By time and role.
    package static func all(_ terms: Terms, timeline: FaultTimeline, window: Window) -> [FalseFailover] {
        terms.all
            .compactMap { term -> FalseFailover? in
                let reason: String
                switch term.ending {
                case .demoted(let said) where !Handover.isOrderly(said): reason = said
                case .expired: reason = unsaid
                case .demoted, .died, .open: return nil
                }
                let end = term.end
                guard window.contains(end), !timeline.explains(term.holder, at: end) else { return nil }
                return FalseFailover(role: term.role, holder: term.holder, term: term.number, reason: reason, at: end)
            }
            .sorted { ($0.at.nanoseconds, $0.role) < ($1.at.nanoseconds, $1.role) }
    }
}
