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
    init?(_ text: String) {
        // Every follower reads it in every record of a role: splitting would take longer than all the rest of it.
        let bytes = text.utf8
        guard let numberEnd = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let tokenStart = bytes.index(after: numberEnd)
        guard let tokenEnd = bytes[tokenStart...].firstIndex(of: UInt8(ascii: " ")), tokenStart < tokenEnd,
            let number = UInt64(text[..<numberEnd]), bytes.first != UInt8(ascii: "+"),
            number == 0 ? numberEnd == bytes.index(after: bytes.startIndex) : bytes.first != UInt8(ascii: "0")
        else { return nil }
        let nameStart = bytes.index(after: tokenEnd)
        guard nameStart < bytes.endIndex else { return nil }
        self.init(
            instance: String(text[nameStart...]),
            number: number,
            token: String(text[tokenStart..<tokenEnd])
        )
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
