package import ElectionCore

/// What the observer says of the bucket, and where it was blind.
package struct StoreView: Sendable {
    /// A stretch in which the observer's watch was whole: it missed nothing that was written in it.
    struct Watch: Hashable, Sendable {
        var span: Span
        /// The highest revision it delivered, of any role.
        var highestRevision: UInt64
    }

    private struct Key: Hashable {
        var role: String
        var revision: UInt64
    }

    private let records: [Key: Set<Incarnation>]
    /// Revisions that hold something else than a record of their role, such as a delete marker or another role's record.
    private let rolesOfRevision: [UInt64: Set<String>]
    private let byHolder: [TermBuilder.RoleOfHolder: [StoreRecord]]
    let watches: [Watch]
    private let ttl: Duration

    package init(_ history: History, ttl: Duration) {
        var records: [Key: Set<Incarnation>] = [:]
        var rolesOfRevision: [UInt64: Set<String>] = [:]
        var byHolder: [TermBuilder.RoleOfHolder: [StoreRecord]] = [:]
        for entry in history[kind: .revision] where entry.source == "observer" {
            if let role = entry.role, let revision = entry.revision, revision > 0 {
                rolesOfRevision[revision, default: []].insert(role)
            }
            guard let record = StoreRecord(entry, defaultTTL: ttl) else { continue }
            records[Key(role: record.role, revision: record.revision), default: []].insert(record.holder)
            byHolder[.init(role: record.role, holder: record.holder), default: []].append(record)
        }
        self.records = records
        self.rolesOfRevision = rolesOfRevision
        self.byHolder = byHolder
        self.ttl = ttl
        watches = Self.watches(history)
    }

    /// The last record that the term's holder had sent by `instant`: what its lease then stood on.
    package func lastRecord(of term: Term, sentBy instant: Timestamp) -> StoreRecord? {
        byHolder[.init(role: term.role, holder: term.holder), default: []]
            .filter { $0.sent <= instant && $0.revision >= term.number }
            .max { $0.sent < $1.sent }
    }

    package enum Confirmation: Hashable, Sendable {
        case confirmed
        /// The store shows something else under the term's revision, or nothing though the observer would have seen it.
        case contradicted
        /// The observer was blind when the record was written.
        case unknown
    }

    /// Whether the store shows the holder's record under the term's revision.
    ///
    /// A record that was never delivered contradicts the term only if a whole watch covers its acquisition and then delivered
    /// a later revision (revisions come in order), or anything at all a ttl later. Without that proof the delivery may just
    /// have come after the end of the watch or of the history.
    package func confirmation(of term: Term) -> Confirmation {
        if let holders = records[Key(role: term.role, revision: term.number)] {
            return holders.contains(term.holder) ? .confirmed : .contradicted
        }
        if rolesOfRevision[term.number] != nil { return .contradicted }
        let instant = term.acquired ?? term.belief.start
        let isDisproved = watches.contains { watch in
            watch.span.start <= instant && instant < watch.span.end
                && (watch.highestRevision > term.number || watch.span.end > instant + ttl)
        }
        return isDisproved ? .contradicted : .unknown
    }

    /// From each `observer_synced` to the last thing the observer said before it lost its watch or the history ended.
    private static func watches(_ history: History) -> [Watch] {
        var watches: [Watch] = []
        var current: Watch?
        for entry in history.entries where entry.source == "observer" {
            switch entry.kind {
            case .observerSynced:
                // A second one without a loss between: what came between the two it may have missed.
                if let current { watches.append(current) }
                current = Watch(span: Span(entry.time, entry.time), highestRevision: 0)
            case .observerLost:
                if let current { watches.append(current) }
                current = nil
            case .revision:
                guard var watch = current else { break }
                watch.span.end = entry.time
                watch.highestRevision = max(watch.highestRevision, entry.revision ?? 0)
                current = watch
            default:
                break
            }
        }
        if let current { watches.append(current) }
        return watches
    }
}
