/// One leadership of a role, as its callback sees it.
public struct Leadership: Sendable {
    public let role: Role
    /// The term's number: it rises from term to term of a role, so a resource that remembers the highest one it has seen can
    /// refuse a writer whose term is over (a fencing token).
    public let term: UInt64
    /// The UUID that stands in the record.
    public let token: String
    private let slot: RoleSlot

    init(role: Role, term: UInt64, token: String, slot: RoleSlot) {
        self.role = role
        self.term = term
        self.token = token
        self.slot = slot
    }

    /// Whether this very term still leads, by the clock, at this instant.
    public var isLeader: Bool { slot.leads(term: term) }
}

/// What a service does when it gains and loses a role.
///
/// The two never run at once for one role, and always in turns. They are async functions: one that waits holds up its own role
/// alone. One that blocks its thread takes that thread from other callbacks, but never from the elections themselves.
public struct RoleCallbacks: Sendable {
    /// Its task is cancelled when the leadership ends; it may run as long as that.
    public var onPromote: @Sendable (Leadership) async -> Void
    /// Called after ``onPromote`` has returned. In an orderly demotion the role is given up only when this returns.
    public var onDemote: @Sendable (DemotionReason) async -> Void

    public init(
        onPromote: @escaping @Sendable (Leadership) async -> Void,
        onDemote: @escaping @Sendable (DemotionReason) async -> Void
    ) {
        self.onPromote = onPromote
        self.onDemote = onDemote
    }
}

/// Asked at an interval whether the instance may lead a role.
public struct HealthCheck: Sendable {
    public var interval: Duration
    /// How many failures in a row make a leader step down, and a follower stay one until the check succeeds again.
    public var failuresToDemote: Int
    public var isHealthy: @Sendable () async -> Bool

    public init(interval: Duration, failuresToDemote: Int = 3, isHealthy: @escaping @Sendable () async -> Bool) {
        self.interval = interval
        self.failuresToDemote = failuresToDemote
        self.isHealthy = isHealthy
    }
}

/// What an instance knows of a role.
public struct RoleStatus: Hashable, Sendable {
    public let role: Role
    public let isLeader: Bool
    /// The present term's number, while this instance leads.
    public let term: UInt64?
    /// The id of the leader, as far as it is known.
    public let leader: String?
    /// `initial`, `candidate`, `follower`, `leader`, `demoted` or `stopped`.
    public let state: String
}
