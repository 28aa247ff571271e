import ElectionCore

/// A stretch in which the observer's watch was whole: it was told of everything that was written, in the order of the revisions.
struct Watch: Hashable, Sendable {
    struct Delivery: Hashable, Sendable {
        var revision: UInt64
        var at: Timestamp
    }

    var start: Timestamp
    /// Each delivery that was higher than all before it. What comes lower was seen before: a watch that was made anew tells the
    /// revisions that the bucket keeps once more.
    var rises: [Delivery] = []

    mutating func deliver(_ revision: UInt64, at instant: Timestamp) {
        if revision > rises.last?.revision ?? 0 { rises.append(Delivery(revision: revision, at: instant)) }
    }

    /// When it was first told of something above the revision.
    func passed(_ revision: UInt64) -> Timestamp? {
        let index = rises.partitioningIndex { $0.revision > revision }
        return index < rises.count ? rises[index].at : nil
    }

    /// From each `observer_synced` to the next loss.
    static func all(_ history: History) -> [Watch] {
        let observer = history.symbol("observer")
        var cursor = history.cursor()
        var turns = (history.addresses(.observerSynced) + history.addresses(.observerLost))
            .filter { cursor.row(at: $0).source == observer }
            .map { (t: history.time(at: $0).nanoseconds, address: $0) }
            .sorted { $0 < $1 }[...]
        let synced = Set(history.addresses(.observerSynced))
        var watches: [Watch] = []
        var current: Watch?
        /// Takes the turns that come before an entry.
        func turn(before t: Int64, _ address: UInt32) {
            while let turn = turns.first, turn < (t, address) {
                turns.removeFirst()
                // A second start without a loss between: what came between the two it may have missed.
                if let current { watches.append(current) }
                current = synced.contains(turn.address) ? Watch(start: Timestamp(nanoseconds: turn.t)) : nil
            }
        }
        history.scan(.revision) { row in
            turn(before: row.t, row.address)
            if row.source == observer, let revision = row.revision { current?.deliver(revision, at: row.time) }
        }
        turn(before: .max, .max)
        if let current { watches.append(current) }
        return watches
    }
}
