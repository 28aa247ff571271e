package import ElectionCore

/// What the observer says of the bucket, and where it was blind.
///
/// A revision may be told more than once: after each reconnection the observer is told again what the bucket keeps. It counts
/// once, and when it was told says nothing of when it was written: only its number and its writer's stamp do.
///
/// A claim is a write like any other, but nobody leads by it: it grants no term, ends none, and lengthens no lease.
package struct StoreView: Sendable {
    private struct Key: Hashable {
        var role: String
        var revision: UInt64
    }

    /// What grants a term or renews it, by role; each revision once, by its number.
    let byRole: [String: [StoreRecord]]
    private let holders: [Key: Set<Incarnation>]
    /// Revisions that hold something, such as a delete marker or another role's record.
    private let occupied: Set<UInt64>
    private let byHolder: [TermBuilder.RoleOfHolder: [StoreRecord]]
    /// By revision, each with the latest stamp of all records up to it.
    private let latestStamps: [(revision: UInt64, sent: Timestamp)]
    private let watches: [Watch]
    /// Of each role, by revision: every write that the store took, by the word of the observer or of its writer.
    private let writes: [String: [Write]]
    private let ttl: Duration

    private struct Told: Hashable {
        var role: String
        var revision: UInt64
        var holder: Incarnation
    }

    private struct Write: Hashable {
        var revision: UInt64
        /// When it was sent, or at the latest.
        var sent: Timestamp
    }

    package init(_ history: History, ttl: Duration) {
        var occupied: Set<UInt64> = []
        var seen: Set<Told> = []
        var records: [StoreRecord] = []
        var writes: [String: [Write]] = [:]
        for entry in history[kind: .revision] where entry.source == "observer" {
            if let revision = entry.revision, revision > 0, let role = entry.role {
                occupied.insert(revision)
                let sent = entry.sentNs.map(Timestamp.init(nanoseconds:)) ?? entry.time
                writes[role, default: []].append(Write(revision: revision, sent: sent))
            }
            guard let record = StoreRecord(entry, defaultTTL: ttl) else { continue }
            let told = Told(role: record.role, revision: record.revision, holder: record.holder)
            if seen.insert(told).inserted { records.append(record) }
        }
        let taken = [OperationOutcome.ok.rawValue, OperationOutcome.late.rawValue]
        for entry in history[kind: .operation] where taken.contains(entry.outcome ?? "") {
            guard entry.operation != StoreOperation.validate.rawValue, let role = entry.role,
                let revision = entry.revision
            else { continue }
            let sent = entry.sentNs.map(Timestamp.init(nanoseconds:)) ?? entry.time
            writes[role, default: []].append(Write(revision: revision, sent: sent))
        }
        self.writes = writes.mapValues { $0.sorted { $0.revision < $1.revision } }
        records.sort { ($0.revision, $0.role) < ($1.revision, $1.role) }
        self.occupied = occupied
        let grants = records.filter { $0.mark != .claim }
        holders = Dictionary(grouping: grants) { Key(role: $0.role, revision: $0.revision) }
            .mapValues { Set($0.map(\.holder)) }
        byRole = Dictionary(grouping: grants, by: \.role)
        byHolder = Dictionary(grouping: grants) { .init(role: $0.role, holder: $0.holder) }
        var latest = Timestamp(nanoseconds: .min)
        latestStamps = records.filter(\.isStamped).map { record in
            latest = max(latest, record.sent)
            return (record.revision, latest)
        }
        watches = Watch.all(history)
        self.ttl = ttl
    }

    /// The last of the term's records that was sent by `instant`: what its lease then stood on, as others saw it. Of a term that
    /// began by a transfer that is the transfer at first, though its holder counts from before.
    package func lastRecord(of term: Term, sentBy instant: Timestamp) -> StoreRecord? {
        // What the holder sent after the term's end belongs to a later one.
        let limit = min(instant, term.belief.end)
        return byHolder[.init(role: term.role, holder: term.holder), default: []]
            .filter { $0.sent <= limit && $0.revision >= term.number }
            .max { $0.sent < $1.sent }
    }

    /// Whom the first transfer of the role above `revision` and up to `limit` names.
    func transfer(of role: String, above revision: UInt64, upTo limit: UInt64) -> Incarnation? {
        let records = byRole[role, default: []]
        return records[records.partitioningIndex { $0.revision > revision }...]
            .prefix { $0.revision <= limit }
            .first { $0.mark == .transfer }?.holder
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
    /// A record that was never delivered contradicts the term only on proof that the store didn't have it:
    /// - a record that was sent after the acquisition has a lower revision, though revisions only rise; or
    /// - a watch that was whole before the acquisition was told of a higher revision while this one was the role's last and
    ///   not yet a ttl old, so that every bucket had to keep it. A watch is told in order: of this one it would have been told
    ///   first.
    ///
    /// Without it the delivery may have come after the end of the watch, or the bucket have dropped the record by then.
    package func confirmation(of term: Term) -> Confirmation {
        if let holders = holders[Key(role: term.role, revision: term.number)] {
            return holders.contains(term.holder) ? .confirmed : .contradicted
        }
        if occupied.contains(term.number) { return .contradicted }
        let instant = term.acquired ?? term.belief.start
        let below = latestStamps.partitioningIndex { $0.revision >= term.number }
        if below > 0, latestStamps[below - 1].sent > instant { return .contradicted }
        let isPassed = watches.contains { watch in
            guard watch.start <= instant, let passed = watch.passed(term.number) else { return false }
            // It can't have been stored before what its holder's lease counts from was sent.
            return passed <= (term.sent ?? instant) + ttl && !wasReplaced(term, by: passed)
        }
        return isPassed ? .contradicted : .unknown
    }

    /// Whether a later write to the role can have been there by the instant.
    private func wasReplaced(_ term: Term, by instant: Timestamp) -> Bool {
        let writes = writes[term.role, default: []]
        return writes[writes.partitioningIndex { $0.revision > term.number }...].contains { $0.sent <= instant }
    }
}
