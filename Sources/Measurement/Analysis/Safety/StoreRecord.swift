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

    /// The end of the lease that the record gives, as its writer counts it.
    package var leaseEnd: Timestamp { sent + ttl }
}

/// A ``StoreRecord`` of one role in 32 bytes: a long run has millions.
struct PackedRecord {
    var revision: UInt64
    var sent: Timestamp
    var ttlNs: Int64
    /// The number of whom it names among the ``HolderTable``'s.
    var holder: UInt32
    var mark: StoreRecord.Mark?
    var isStamped: Bool
}

/// Holders by number.
struct HolderTable: Sendable {
    private(set) var holders: [Holder] = []
    private var numbers: [Holder: UInt32] = [:]

    mutating func number(of holder: Holder) -> UInt32 {
        if let known = numbers[holder] { return known }
        let number = UInt32(holders.count)
        holders.append(holder)
        numbers[holder] = number
        return number
    }

    /// Nil where it was never met.
    func find(_ holder: Holder) -> UInt32? { numbers[holder] }
}
