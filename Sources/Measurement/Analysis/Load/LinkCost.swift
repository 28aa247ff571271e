import ElectionCore

/// What a link adds to the round trip of a write, as it was measured before the instances started.
package struct LinkCost: Hashable, Sendable {
    /// Round trips of each kind.
    package var count: Int
    /// Their medians, with and without a link.
    package var direct: Duration
    package var linked: Duration

    package var added: Duration { linked - direct }

    init?(_ history: History) {
        guard let entry = history[kind: .linkCost].last, let direct = entry.directNs, let linked = entry.linkedNs else {
            return nil
        }
        count = entry.count ?? 0
        self.direct = .nanoseconds(direct)
        self.linked = .nanoseconds(linked)
    }
}
