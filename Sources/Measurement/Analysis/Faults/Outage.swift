import ElectionCore

/// What an outage of the store did to the roles, and how soon they were led again once it was back.
package struct Outage: Hashable, Sendable {
    package var store: StoreOutage
    /// The faults on servers that were in force at some instant of it.
    package var faults: [FaultRecord]
    /// Roles that were led by belief just before it.
    package var ledBefore = 0
    /// Of these, those whose term it did not end.
    package var kept = 0
    /// Of the others, those that the same instance led next, the ones that another instance led next, and the rest.
    package var backToSame = 0
    package var moved = 0
    package var lost = 0
    /// From the store's return until each role was led again: zero where all terms outlived it. Nil where the store did not
    /// come back, or a role was not led again in the measured part.
    package var recovery: Duration?

    /// The kind of its faults; `several` where they are of more than one, `none` where there is none.
    package var kind: String {
        let kinds = Set(faults.map(\.kind))
        return kinds.count > 1 ? Self.severalKinds : kinds.first ?? Self.noKind
    }

    private static let severalKinds = "several"
    private static let noKind = "none"
    /// What ``kind`` may be besides a fault's.
    static let otherKinds = [severalKinds, noKind]

    /// Those that began in the measured part, by time.
    static func all(
        _ terms: Terms,
        timeline: FaultTimeline,
        roles: [String],
        window: Window
    ) -> [Outage] {
        let cause = FailoverCause(timeline: timeline, window: window)
        return timeline.outages.filter { window.contains($0.span.start) }.map { store in
            var outage = Outage(store: store, faults: timeline.ofServers(during: store.span))
            var recovery: Duration? = store.isOver ? .zero : nil
            for role in Set(roles).union(terms.byRole.keys) {
                let ledAgain = outage.count(role, terms, cause, window)
                recovery = ledAgain.flatMap { again in recovery.map { max($0, again - store.span.end) } }
            }
            outage.recovery = recovery?.roundedToMicroseconds
            return outage
        }
    }

    /// - Returns: when the role was led again, which may be before the store was back; nil where it wasn't.
    private mutating func count(_ role: String, _ terms: Terms, _ cause: FailoverCause, _ window: Window) -> Timestamp?
    {
        let span = store.span
        guard let before = terms.led(role, before: span.start).last else {
            // What comes after it began no earlier.
            guard let next = terms.first(role, lastingBeyond: span.end)?.belief.start, next <= window.end else {
                return nil
            }
            return next
        }
        ledBefore += 1
        if outlives(before, cause, window) {
            kept += 1
            return span.end
        }
        let next = terms.following(before).first.flatMap { $0.belief.start <= window.end ? $0 : nil }
        switch next?.holder.instance {
        case nil: lost += 1
        case before.holder.instance: backToSame += 1
        default: moved += 1
        }
        return next?.belief.start
    }

    /// Whether the outage did not end the term: it went on for more than a ttl after, or ended after for a reason of its own.
    private func outlives(_ term: Term, _ cause: FailoverCause, _ window: Window) -> Bool {
        let end = term.belief.end
        if end >= window.end || end > store.span.end + cause.timeline.ttl { return true }
        if end <= store.span.end { return false }
        if case .demoted(let reason) = term.ending, Handover.isOrderly(reason) { return true }
        guard let blow = cause.blow(ending: term) else { return false }
        return blow.fault.effect != .disturbs && blow.at >= store.span.end
    }
}
