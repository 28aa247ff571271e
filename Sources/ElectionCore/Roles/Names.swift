/// One independent election: the key under which its record stands in the bucket.
public struct Role: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let name: String

    /// - Throws: ``ElectionError`` with code `invalidName` where JetStream would refuse the key.
    public init(_ name: String) throws(ElectionError) {
        try requireKey(name, kind: "role")
        guard !name.hasPrefix(Presence.keyPrefix) else {
            throw ElectionError(
                code: .invalidName,
                context: "role \"\(name)\": what begins with \(Presence.keyPrefix) is kept for the members' presence"
            )
        }
        guard !name.hasPrefix(SessionKey.prefix) else {
            throw ElectionError(
                code: .invalidName,
                context: "role \"\(name)\": what begins with \(SessionKey.prefix) is kept for the instances' sessions"
            )
        }
        self.name = name
    }

    public var description: String { name }
    public static func < (left: Role, right: Role) -> Bool { left.name < right.name }
}

/// The unique name of one process that takes part in the election of every role.
public struct InstanceID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let name: String

    /// - Throws: ``ElectionError`` with code `invalidName` where it cannot be part of a NATS subject.
    public init(_ name: String) throws(ElectionError) {
        try requireKey(name, kind: "instance id")
        self.name = name
    }

    public var description: String { name }
    public static func < (left: InstanceID, right: InstanceID) -> Bool { left.name < right.name }
}

/// The alphabet of JetStream keys, `[-/_=.a-zA-Z0-9]+` with no dot at either end and no two in a row, as in NATS's ADR-8.
private func requireKey(_ name: String, kind: String) throws(ElectionError) {
    let allowed = name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"),
            UInt8(ascii: "="), UInt8(ascii: "."):
            true
        default:
            false
        }
    }
    guard !name.isEmpty, allowed, !name.hasPrefix("."), !name.hasSuffix("."), !name.contains("..") else {
        throw ElectionError(
            code: .invalidName,
            context: "\(kind) \"\(name)\": use letters, digits and - _ / = . (no dot at either end)"
        )
    }
}

/// Where the members of a ranked campaign say that they are there: a record under a key of each.
package enum Presence {
    package static let keyPrefix = "electbench.members."
}
