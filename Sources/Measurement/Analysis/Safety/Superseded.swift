import ElectionCore

/// A leader that went on believing though the store had already replaced it.
///
/// A follower sends the record that takes a role only once the leader's lease is over in its view, and a leader sends the one
/// that gives it away only once it has stopped. So a leader's belief has ended by then: ending at the very instant is right, a
/// nanosecond later is not. It takes no second belief: the instance that replaced it may never have come to believe. A claim
/// replaces nobody: what comes after it does.
package struct Superseded: Hashable, Sendable {
    package var term: Term
    /// The first record that names another process above the term's revision, but for claims, that the store took.
    package var record: StoreRecord
    /// From when it was sent to the end of the belief.
    package var span: Span

    /// By role and time. Records that don't say when they were sent prove nothing.
    static func all(_ terms: Terms, store: StoreView) -> [Superseded] {
        terms.byRole.keys.sorted().flatMap { role -> [Superseded] in
            let records = store.grants(of: role)?.records.filter(\.isStamped) ?? []
            // For each record the index of the next one of somebody else.
            var nextForeign = Array(repeating: records.count, count: records.count)
            for index in records.indices.dropLast().reversed() {
                let isSame = records[index].holder == records[index + 1].holder
                nextForeign[index] = isSame ? nextForeign[index + 1] : index + 1
            }
            return terms[role: role].compactMap { term in
                let holder = store.number(of: term.holder)
                var index = records.partitioningIndex { $0.revision > term.number }
                let own = index > 0 && records[index - 1].revision == term.number ? records[index - 1] : nil
                let granted =
                    own.map { $0.holder == holder } ?? false ? own?.sent ?? term.belief.start : term.belief.start
                // What was sent before the term was asked for can't have replaced it: there numbers fell, and that is told.
                while index < records.count, records[index].holder == holder || records[index].sent < granted {
                    index = records[index].holder == holder ? nextForeign[index] : index + 1
                }
                guard index < records.count, records[index].sent < term.belief.end else { return nil }
                let span = Span(max(records[index].sent, term.belief.start), term.belief.end)
                return Superseded(term: term, record: store.record(records[index], of: role), span: span)
            }
        }
    }
}
