/// Why `isLeader` turned from true to false.
public enum DemotionReason: String, Hashable, Sendable, CaseIterable {
    /// The lease ended before a renewal was acknowledged.
    case leaseExpired = "lease_expired"
    /// The store shows somebody else's record of a higher revision.
    case superseded
    /// The store shows a delete marker, or no message, where the own record stood.
    case removed
    /// The role's health check failed too often in a row.
    case unhealthy
    /// Validation found another token in the store.
    case invalidToken = "invalid_token"
    /// The instance stops in order.
    case stopped
    /// The own connection is lost, and the detector is `connection`: others may take over by now.
    case disconnected
    /// Another member leads fewer roles: it is given this one.
    case balanced
    /// A member of higher priority asked for the role: it is given to it.
    case outranked
    /// A member of higher priority claimed the role: that is confirmed when the callback has finished.
    case claimed
}

/// Why a follower takes a role for vacant.
public enum VacancyReason: String, Hashable, Sendable, CaseIterable {
    /// The leader's lease has run out in this follower's view.
    case expired
    /// The leader left a delete marker.
    case released
    /// There is no message under the key.
    case missing
    /// The server says that the leader's connection is closed.
    case disconnected
    /// The leader before gave the role to this instance.
    case transferred
}

public enum StoreOperation: String, Hashable, Sendable, CaseIterable {
    case acquire, renew, release, validate
    /// A record of one's own term that names its successor.
    case transfer
    /// A record over that of a leader of lower priority.
    case claim
}

/// How a store operation ended, as the election sees it.
public enum OperationOutcome: String, Hashable, Sendable, CaseIterable {
    case ok
    /// Somebody else's write came first.
    case lost
    /// The store took the write, but only after its lease had ended.
    case late
    /// The store did not take it.
    case error
    /// No answer came in time; the watch or a read says later what became of it.
    case unknown
}

/// What happened in one role's election, or to the own session, for logs and histories.
public enum ElectionEvent: Hashable, Sendable {
    /// The role has no leader any more, as this instance sees it; on standby, when that ends. `revision`: the key's last.
    case suspected(revision: UInt64, VacancyReason, at: Timestamp)
    /// A write that was reported `unknown` is reported once more, with the same `sent`, when it is settled.
    case operation(StoreOperation, OperationOutcome, due: Timestamp?, sent: Timestamp, revision: UInt64?, at: Timestamp)
    /// `isLeader` turned true.
    case acquired(term: UInt64, sent: Timestamp, at: Timestamp)
    /// The promote callback starts.
    case promoted(term: UInt64, at: Timestamp)
    /// `isLeader` turned false; it answered true at no later instant than `at`.
    case demoted(term: UInt64, DemotionReason, at: Timestamp)
    /// The demote callback has finished.
    case steppedDown(term: UInt64, DemotionReason, at: Timestamp)
    /// The store took the delete marker or the transfer that ends an orderly demotion. `successor`: nil for a marker.
    case released(term: UInt64, revision: UInt64, successor: String?, at: Timestamp)
}
