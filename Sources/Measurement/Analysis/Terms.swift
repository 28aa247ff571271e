package import ElectionCore

/// The terms of every role, in the order in which their holders began to believe.
///
/// A belief is what `isLeader` answered: from `acquired` to `demoted`. Where there is no `demoted`, it ends at the least of the
/// holder's death, the end of the lease that its last acknowledged write gave it, its next term of the role, and the end of
/// the history. But it never ends before the last `believed` that lists the term: an answer is stronger than a report.
package struct Terms: Sendable {
    package let byRole: [String: [Term]]
    package let byHolder: [Incarnation: [Term]]
    private let outlooks: [String: Outlook]

    /// What all terms up to one, or from one on, have in common, so that a search can end.
    private struct Outlook {
        /// The latest end of belief of each term and all before it.
        var latestEnds: [Timestamp] = []
        /// The earliest promotion of each term and all after it.
        var earliestPromotions: [Timestamp]

        init(_ terms: [Term]) {
            for term in terms { latestEnds.append(max(latestEnds.last ?? term.belief.end, term.belief.end)) }
            var earliest = Timestamp(nanoseconds: .max)
            earliestPromotions = terms.reversed().map { term in
                earliest = min(earliest, term.promoted ?? earliest)
                return earliest
            }
            earliestPromotions.reverse()
        }
    }

    package init(_ history: History, lives: Lives, ttl: Duration, historyEnd: Timestamp) {
        let terms = TermBuilder(history, ttl: ttl).terms(lives: lives, ttl: ttl, historyEnd: historyEnd).sorted {
            ($0.belief.start.nanoseconds, $0.number, $0.role, $0.holder)
                < ($1.belief.start.nanoseconds, $1.number, $1.role, $1.holder)
        }
        byRole = Dictionary(grouping: terms, by: \.role)
        byHolder = Dictionary(grouping: terms, by: \.holder)
        outlooks = byRole.mapValues(Outlook.init)
    }

    package subscript(role role: String) -> [Term] { byRole[role] ?? [] }

    /// Every term, by role and then by the start of belief.
    package var all: [Term] { byRole.keys.sorted().flatMap { self[role: $0] } }

    /// What the holder led at the instant just before `instant`.
    package func led(by holder: Incarnation, before instant: Timestamp) -> [Term] {
        (byHolder[holder] ?? []).filter { $0.belief.start < instant && $0.belief.end >= instant }
    }

    /// What anybody led at the instant just before `instant`, by role.
    package func led(before instant: Timestamp) -> [Term] {
        byRole.keys.sorted().flatMap { led($0, before: instant) }
    }

    /// The role's terms at the instant just before `instant`.
    func led(_ role: String, before instant: Timestamp) -> [Term] {
        reaching(role, instant, startedBefore: instant).filter { $0.belief.end >= instant }
    }

    /// The role's terms whose belief holds the instant.
    func led(_ role: String, around instant: Timestamp) -> [Term] {
        reaching(role, instant, startedBefore: instant + .nanoseconds(1)).filter { instant < $0.belief.end }
    }

    /// The time within the span that no belief to lead the role covers.
    func leaderless(_ role: String, in span: Span) -> Duration {
        span.uncovered(by: reaching(role, span.start, startedBefore: span.end).map(\.belief))
    }

    /// Among the role's terms that began before an instant the last ones, up to the first that may last to `instant`.
    private func reaching(_ role: String, _ instant: Timestamp, startedBefore limit: Timestamp) -> ArraySlice<Term> {
        guard let terms = byRole[role], let ends = outlooks[role]?.latestEnds else { return [] }
        let last = terms.partitioningIndex { $0.belief.start >= limit }
        return terms[min(ends.partitioningIndex { $0 >= instant }, last)..<last]
    }

    /// The first of the role's terms whose belief ends after the instant.
    func first(_ role: String, lastingBeyond instant: Timestamp) -> Term? {
        guard let terms = byRole[role], let ends = outlooks[role]?.latestEnds else { return nil }
        let index = ends.partitioningIndex { $0 > instant }
        return index < terms.count ? terms[index] : nil
    }

    /// The role's terms that began after `term`.
    func following(_ term: Term) -> ArraySlice<Term> {
        let terms = self[role: term.role]
        return terms[terms.partitioningIndex { $0.belief.start > term.belief.start }...]
    }

    /// The first promotion, up to `limit`, of a term that began after `term`.
    package func promotion(after term: Term, notBefore instant: Timestamp, limit: Timestamp) -> (
        term: Term, at: Timestamp
    )? {
        guard let earliest = outlooks[term.role]?.earliestPromotions else { return nil }
        let following = following(term)
        var found: (index: Int, at: Timestamp)?
        for index in following.indices {
            // No later one comes before what was found, or in time at all.
            if earliest[index] >= found?.at ?? .init(nanoseconds: .max) || earliest[index] > limit { break }
            guard let promoted = following[index].promoted, promoted >= instant, promoted <= limit else { continue }
            if promoted < found?.at ?? .init(nanoseconds: .max) { found = (index, promoted) }
        }
        return found.map { (following[$0.index], $0.at) }
    }
}
