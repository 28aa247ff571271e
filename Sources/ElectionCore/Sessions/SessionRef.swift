/// One session of an instance, as a role's record names it: as long as it lives, the record needs no renewal.
public struct SessionRef: Hashable, Sendable {
    public let instance: String
    /// The revision that began it. The key's later revisions are either its renewals or prove that it is over.
    public let number: UInt64
    /// A fresh UUID for each session.
    public let token: String

    public init(instance: String, number: UInt64, token: String) {
        self.instance = instance
        self.number = number
        self.token = token
    }

    /// Nil for another form, which names no session.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, let number = UInt64(parts[0]), String(number) == parts[0] else { return nil }
        self.init(instance: String(parts[2]), number: number, token: String(parts[1]))
    }

    var text: String { "\(number) \(token) \(instance)" }
}

/// The own session, as the machines of the roles know it.
package struct OwnSession: Hashable, Sendable {
    package let ref: SessionRef
    /// The first instant at which it doesn't live any more, unless a renewal is accepted before.
    package let leaseEnd: Timestamp

    package init(ref: SessionRef, leaseEnd: Timestamp) {
        self.ref = ref
        self.leaseEnd = leaseEnd
    }
}

/// Why the own session is over. It never comes back: the next one has another token.
package enum SessionEnd: String, Hashable, Sendable, CaseIterable {
    /// Its lease ran out before a renewal was accepted.
    case expired
    /// The store shows a tombstone or another session under the key.
    case replaced
    /// The store shows no message under the key.
    case removed
    /// The own connection is lost, and the detector is `connection`.
    case disconnected
    /// The instance stops.
    case withdrawn

    var demotion: DemotionReason {
        switch self {
        case .expired: .leaseExpired
        case .replaced: .superseded
        case .removed: .removed
        case .disconnected: .disconnected
        case .withdrawn: .stopped
        }
    }
}

/// Where the instances' sessions stand: a record under a key of each.
package enum SessionKey {
    package static let prefix = "electbench.sessions."
}
