import ElectionCore

/// Two processes that believed at the same time to lead one role. A single nanosecond of it makes the run unsafe.
package struct Overlap: Hashable, Sendable {
    package var role: String
    package var first: Term
    package var second: Term
    package var span: Span

    /// Every pair of terms of a role whose beliefs intersect, by role and time.
    ///
    /// Two terms of one process are no pair: it has one `isLeader`.
    package static func all(_ terms: Terms) -> [Overlap] {
        terms.byRole.keys.sorted().flatMap { role -> [Overlap] in
            let sorted = terms[role: role]
            return sorted.indices.flatMap { index -> [Overlap] in
                let first = sorted[index]
                return sorted[(index + 1)...]
                    .prefix { $0.belief.start < first.belief.end }
                    .compactMap { second in
                        guard first.holder != second.holder, let span = first.belief.intersection(second.belief) else {
                            return nil
                        }
                        return Overlap(role: role, first: first, second: second, span: span)
                    }
            }
        }
    }
}
