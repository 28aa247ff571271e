package import ElectionCore

/// A record as the observer saw it in the bucket.
package struct StoreRecord: Hashable, Sendable {
    /// What makes a record other than a leader's own word.
    package enum Mark: String, Hashable, Sendable {
        /// Written by the leader before, when it had stopped: ``holder`` may lead from then on, by this revision.
        case transfer
        /// ``holder`` does not lead by it, and the leader before goes on until it has heard of it.
        case claim
    }

    package var role: String
    package var revision: UInt64
    /// Whom the record names; of a transfer it is not the writer.
    package var holder: Incarnation
    package var mark: Mark?
    /// Its writer's clock just before it sent it; of a record without, when the observer saw it first.
    package var sent: Timestamp
    /// False where it comes from another program, which doesn't say when it sent it.
    package var isStamped: Bool
    package var ttl: Duration

    init?(_ entry: HistoryEntry, defaultTTL: Duration) {
        guard entry.value == "record", let role = entry.role, let revision = entry.revision,
            let holder = Incarnation(subjectOf: entry)
        else { return nil }
        self.role = role
        self.revision = revision
        self.holder = holder
        mark = entry.mark.flatMap(Mark.init)
        sent = entry.sentNs.map(Timestamp.init(nanoseconds:)) ?? entry.time
        isStamped = entry.sentNs != nil
        ttl = entry.ttlNs.map(Duration.nanoseconds) ?? defaultTTL
    }

    /// The end of the lease that the record gives, as its writer counts it.
    package var leaseEnd: Timestamp { sent + ttl }
}
