package import ElectionCore

/// The terms of every role, in the order in which their holders began to believe.
///
/// A belief is what `isLeader` answered: from `acquired` to `demoted`. Where there is no `demoted`, it ends at the least of the
/// holder's death, the end of the lease that its last acknowledged write gave it, its next term of the role, and the end of
/// the history. But it never ends before the last `believed` that lists the term: an answer is stronger than a report.
package struct Terms: Sendable {
    package let byRole: [String: [Term]]
    package let byHolder: [Incarnation: [Term]]

    package init(_ history: History, lives: Lives, ttl: Duration, historyEnd: Timestamp) {
        let terms = TermBuilder(history).terms(lives: lives, ttl: ttl, historyEnd: historyEnd).sorted {
            ($0.belief.start.nanoseconds, $0.number, $0.role, $0.holder)
                < ($1.belief.start.nanoseconds, $1.number, $1.role, $1.holder)
        }
        byRole = Dictionary(grouping: terms, by: \.role)
        byHolder = Dictionary(grouping: terms, by: \.holder)
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
        byRole.keys.sorted().flatMap { role in
            let terms = self[role: role]
            return terms[..<terms.partitioningIndex { $0.belief.start >= instant }].filter { $0.belief.end >= instant }
        }
    }

    /// The first promotion, up to `limit`, of a term that began after `term`.
    package func promotion(after term: Term, notBefore instant: Timestamp, limit: Timestamp) -> (
        term: Term, at: Timestamp
    )? {
        self[role: term.role]
            .filter { $0.belief.start > term.belief.start }
            .compactMap { next in next.promoted.map { (next, $0) } }
            .filter { $0.1 >= instant && $0.1 <= limit }
            .min { $0.1 < $1.1 }
    }
}
