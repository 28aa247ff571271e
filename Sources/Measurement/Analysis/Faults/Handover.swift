package import ElectionCore

/// A role that its leader gave up in order, until somebody leads it again.
package struct Handover: Hashable, Sendable {
    /// The demotion's reason.
    package var cause: String
    package var old: Term
    package var new: Term?
    /// The instance that the role was given to; nil where it was released, or the demotion ended otherwise. Not always the one
    /// that led next: it may have died before.
    package var successor: String?
    /// The old leader's demote callback had finished.
    package var at: Timestamp
    /// From ``at`` to the next promotion; nil where nobody led the role again before the measured part ended.
    package var gap: Duration?
    /// From the end of the old belief to the start of the next leader's, less other beliefs in between; nil as ``gap``.
    package var leaderless: Duration?

    /// By time and role. A demotion whose callback never finished is no handover.
    package static func all(_ terms: Terms, history: History, store: StoreView, window: Window) -> [Handover] {
        let named = successors(history)
        let handovers = terms.all.compactMap { old -> Handover? in
            guard case .demoted(let reason) = old.ending, isOrderly(reason), let at = old.steppedDown,
                window.contains(at)
            else { return nil }
            let next = terms.promotion(after: old, notBefore: old.belief.end, limit: window.end)
            let key = history.owner(of: old).map { TermBuilder.Key(owner: $0, number: old.number) }
            let transfer = store.transfer(of: old.role, above: old.number, upTo: next?.term.number ?? .max)
            return Handover(
                cause: reason,
                old: old,
                new: next?.term,
                // Of a giver that died before the answer the store tells.
                successor: key.flatMap { named[$0] }.map(history.text) ?? transfer?.instance,
                at: at,
                gap: next.map { ($0.at - at).roundedToMicroseconds },
                leaderless: next.map { next in
                    terms.leaderless(old.role, in: Span(old.belief.end, next.term.belief.start))
                }
            )
        }
        return handovers.sorted { ($0.at.nanoseconds, $0.old.role) < ($1.at.nanoseconds, $1.old.role) }
    }

    /// Whom the givers of roles say that they named.
    private static func successors(_ history: History) -> [TermBuilder.Key: Symbol] {
        var successors: [TermBuilder.Key: Symbol] = [:]
        history.scan(.released) { row in
            if let key = TermBuilder.Key(row) { successors[key] = row[text: .instance] }
        }
        return successors
    }

    /// Whether the holder gave the role up only when its callback had finished, by a release or by a transfer.
    static func isOrderly(_ reason: String) -> Bool {
        switch DemotionReason(rawValue: reason) {
        case .stopped, .unhealthy, .balanced, .outranked, .claimed: true
        case .leaseExpired, .superseded, .removed, .invalidToken, .disconnected, nil: false
        }
    }
}
