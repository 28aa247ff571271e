/// One incarnation of an instance that takes part in the elections, as its records tell of it.
package struct Member: Hashable, Sendable {
    package let id: String
    package let incarnation: Int64
    package let connection: ConnectionID
    package let priority: Int
    /// What it counts its leases with.
    package let ttl: Duration
    /// Whether it wants the roles that members of lower priority lead.
    package var asks: Bool
    /// The session that a role which is given to it is to rest on; nil: on the role's own record.
    package var session: SessionRef?

    package init(
        id: String,
        incarnation: Int64,
        connection: ConnectionID,
        priority: Int = 0,
        ttl: Duration,
        asks: Bool = false
    ) {
        self.id = id
        self.incarnation = incarnation
        self.connection = connection
        self.priority = priority
        self.ttl = ttl
        self.asks = asks
    }

    /// Of the leader that a record names; nil for another program's record.
    init?(_ record: LeadershipRecord) {
        guard let meta = record.meta else { return nil }
        self.init(
            id: record.id,
            incarnation: meta.incarnation,
            connection: meta.connection,
            priority: record.priority,
            ttl: meta.ttl,
            asks: meta.mark == .asks
        )
    }
}

/// What an instance knows that bears on a record, beside the record.
package struct Standing: Hashable, Sendable {
    /// The leader's connection is closed.
    package var isLost: Bool
    /// When the last own write was sent that the store took before this record; nil where none is known.
    package var precededBy: Timestamp?

    package init(isLost: Bool = false, precededBy: Timestamp? = nil) {
        self.isLost = isLost
        self.precededBy = precededBy
    }
}

/// Highest random weight: each member's weight for a role is a hash of both, so all agree on an order of members for each role, a
/// member that comes or goes changes the place of no other, and no order favours anybody. (Thaler, Ravishankar: Using name-based
/// mappings to increase hit rates, IEEE/ACM Transactions on Networking 6(1), 1998.)
enum Rendezvous {
    static func weight(_ first: UInt64, _ second: UInt64) -> UInt64 {
        var generator = SplitMix64(seed: first &+ second &* 0x9E37_79B9_7F4A_7C15)
        return generator.next()
    }

    /// FNV-1a, 64 bits.
    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
