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
        var watches: [Watch] = []
        var current: Watch?
        for entry in history.entries where entry.source == "observer" {
            switch entry.kind {
            case .observerSynced:
                // A second one without a loss between: what came between the two it may have missed.
                if let current { watches.append(current) }
                current = Watch(start: entry.time)
            case .observerLost:
                if let current { watches.append(current) }
                current = nil
            case .revision:
                if let revision = entry.revision { current?.deliver(revision, at: entry.time) }
            default:
                break
            }
        }
        if let current { watches.append(current) }
        return watches
    }
}
