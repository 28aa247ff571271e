package import ElectionCore

/// What the observer says of the bucket, and where it was blind.
///
/// A revision may be told more than once: after each reconnection the observer is told again what the bucket keeps. It counts
/// once, and when it was told says nothing of when it was written: only its number and its writer's stamp do.
///
/// A claim is a write like any other, but nobody leads by it: it grants no term, ends none, and lengthens no lease.
package struct StoreView: Sendable {
    /// What grants a term of a role or renews it, by number.
    struct Grants: Sendable {
        fileprivate(set) var records: [PackedRecord]
        /// The earliest stamp of each record and all after it.
        fileprivate let earliestSent: [Timestamp]

        fileprivate init(_ records: [PackedRecord]) {
            self.records = records
            var earliest = Timestamp(nanoseconds: .max)
            var stamps = records.map(\.sent)
            for index in stamps.indices.reversed() {
                earliest = min(earliest, stamps[index])
                stamps[index] = earliest
            }
            earliestSent = stamps
        }

        /// From the first that is not below the revision.
        fileprivate func indices(from revision: UInt64) -> Range<Int> {
            records.partitioningIndex { $0.revision >= revision }..<records.count
        }
    }

    private let history: History
    private let holders: HolderTable
    private let byRole: [Symbol: Grants]
    /// Revisions that hold something, such as a delete marker or another role's record; each once, sorted.
    private let occupied: [UInt64]
    private let ttl: Duration
    private let sessions: SessionWrites
    private let blindness: Lazily<Blindness>

    package init(_ history: History, ttl: Duration) {
        self.history = history
        self.ttl = ttl
        sessions = SessionWrites(history, ttl: ttl)
        let reader = RecordReader(history, ttl: ttl)
        var holders = HolderTable()
        byRole = reader.records(&holders) { records in Grants(records.filter { $0.mark != .claim }) }
        self.holders = holders
        var occupied: [UInt64] = []
        reader.scan { row in
            if let revision = row.revision, revision > 0, row.role != nil { occupied.append(revision) }
        }
        occupied.sortStably(by: <)
        self.occupied = occupied
        blindness = Lazily { Blindness(history, reader) }
    }

    /// The grants of a role, by number.
    func grants(of role: String) -> Grants? { history.symbol(role).flatMap { byRole[$0] } }

    func holder(_ record: PackedRecord) -> Incarnation { history.incarnation(holders.holders[Int(record.holder)]) }

    /// The number of the holder in ``PackedRecord/holder``; nil where no record names it.
    func number(of holder: Incarnation) -> UInt32? {
        history.symbol(holder.instance).flatMap { holders.find(Holder(instance: $0, number: holder.number)) }
    }

    func record(_ packed: PackedRecord, of role: String) -> StoreRecord {
        StoreRecord(
            role: role,
            revision: packed.revision,
            holder: holder(packed),
            mark: packed.mark,
            sent: packed.sent,
            isStamped: packed.isStamped,
            ttl: .nanoseconds(packed.ttlNs)
        )
    }

    /// The last of the term's records that was sent by `instant`: what its lease then stood on, as others saw it. Of a term that
    /// began by a transfer that is the transfer at first, though its holder counts from before.
    package func lastRecord(of term: Term, sentBy instant: Timestamp) -> StoreRecord? {
        guard let grants = grants(of: term.role), let holder = number(of: term.holder) else { return nil }
        // What the holder sent after the term's end belongs to a later one.
        let limit = min(instant, term.belief.end)
        var last: PackedRecord?
        for index in grants.indices(from: term.number) {
            if grants.earliestSent[index] > limit { break }
            let record = grants.records[index]
            guard record.holder == holder, record.sent <= limit else { continue }
            if last.map({ $0.sent < record.sent }) ?? true { last = record }
        }
        guard var found = last.map({ record($0, of: term.role) }) else { return nil }
        // What rests on a session lives by that alone, however young its own record is.
        if let number = history.symbol(term.holder.instance),
            let write = sessions.last(of: Holder(instance: number, number: term.holder.number), sentBy: limit)
        {
            found.sent = write.sent
            found.ttl = write.ttl
        }
        return found
    }

    /// Whom the first transfer of the role above `revision` and up to `limit` names.
    func transfer(of role: String, above revision: UInt64, upTo limit: UInt64) -> Incarnation? {
        guard let records = grants(of: role)?.records else { return nil }
        return records[records.partitioningIndex { $0.revision > revision }...]
            .lazy
            .prefix { $0.revision <= limit }
            .first { $0.mark == .transfer }
            .map(holder)
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
        if let grants = grants(of: term.role) {
            let shown = grants.records[grants.indices(from: term.number)].prefix { $0.revision == term.number }
            if !shown.isEmpty {
                let holder = number(of: term.holder)
                return shown.contains { $0.holder == holder } ? .confirmed : .contradicted
            }
        }
        let place = occupied.partitioningIndex { $0 >= term.number }
        if place < occupied.count, occupied[place] == term.number { return .contradicted }
        let instant = term.acquired ?? term.belief.start
        let blindness = blindness.value
        if let latest = blindness.latestStamp(below: term.number), latest > instant { return .contradicted }
        let isPassed = blindness.watches.contains { watch in
            guard watch.start <= instant, let passed = watch.passed(term.number) else { return false }
            // It can't have been stored before what its holder's lease counts from was sent.
            return passed <= (term.sent ?? instant) + ttl && !blindness.wasReplaced(term, by: passed)
        }
        return isPassed ? .contradicted : .unknown
    }
}
