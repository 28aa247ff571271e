/// How a follower learns that a leader is gone.
public enum Detector: String, Hashable, Sendable, CaseIterable {
    /// It waits until the leader's lease has run out.
    case lease
    /// The server tells that the leader's connection is closed; where it doesn't, the lease decides. A leader gives its roles up
    /// the moment its own connection is lost.
    case connection
}

/// What a lease is for.
public enum LeaseScope: String, Hashable, Sendable, CaseIterable {
    /// Each role has a lease of its own: its leader renews the role's record.
    case role
    /// The instance has one, its session, on which all roles rest that it leads: only the session is renewed.
    case instance
}

/// How followers decide who tries first for a vacant role.
public enum Campaign: Hashable, Sendable {
    /// Each tries after a delay of its own, drawn evenly from zero to `spread`; the first write wins. The spread keeps the
    /// herd small: most followers see the winner in the watch before their own turn comes.
    case race(spread: Duration)
    /// All know the members and who leads what, so they agree on an order: the first tries at once, each other one `step` later
    /// than the one before it. All but the first wait also for as long as it takes to hear of all new leaders, where many roles are
    /// vacant: 20 µs for each role and member, at most a heartbeat.
    case ranked(step: Duration)

    /// For either: short against a lease, and long against the time in which 20 instances hear of a winner on two cores.
    public static let defaultSpread = Duration.milliseconds(20)
}

/// Whether an instance takes roles from leaders of lower priority.
public enum Takeover: String, Hashable, Sendable, CaseIterable {
    case none
    /// It asks for them: the leader transfers the role.
    case ask
    /// It claims them: it leads when the leader has confirmed, or the lease before is over.
    case force
}
