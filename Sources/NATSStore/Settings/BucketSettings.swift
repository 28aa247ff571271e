/// The bucket to use, and what to make it like where it does not exist.
public struct BucketSettings: Hashable, Sendable {
    public enum Storage: String, Hashable, Sendable, CaseIterable, Codable {
        case file, memory
    }

    public var name: String
    public var storage: Storage
    public var replicas: Int
    /// The ttl of the leases kept in it.
    public var leaseTTL: Duration

    public init(
        name: String = "leaders",
        storage: Storage = .file,
        replicas: Int = 1,
        leaseTTL: Duration
    ) {
        self.name = name
        self.storage = storage
        self.replicas = replicas
        self.leaseTTL = leaseTTL
    }

    /// A missing key counts as vacant, so the server must not age a record out before its lease ends: it counts with its
    /// wall clock, the lease with another one.
    public var ageLimit: Duration { leaseTTL * 2 }
    /// Revisions kept of each key, so that no watcher misses a superseded one.
    public static let history: Int64 = 8

    /// - Throws: ``StoreError`` with code `invalidBucket`.
    package func validate() throws(StoreError) {
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default:
                false
            }
        }
        guard !name.isEmpty, allowed else {
            throw StoreError(.invalidBucket, "bucket \"\(name)\": use letters, digits, - and _")
        }
        guard (1...5).contains(replicas) else {
            throw StoreError(.invalidBucket, "\(replicas) replicas: JetStream keeps 1 to 5")
        }
        guard leaseTTL >= .milliseconds(50) else {
            throw StoreError(.invalidBucket, "ttl \(leaseTTL): JetStream's least age limit is 100 ms, which is 2 × ttl")
        }
    }

    var stream: String { "KV_\(name)" }
    /// What stands before a role in the subject of its key.
    var keyPrefix: String { "$KV.\(name)." }
}

/// How the store learns of changes.
public enum WatchMode: String, Hashable, Sendable, CaseIterable {
    /// One consumer over the bucket, for all roles.
    case bucket
    /// One consumer a role, the Go library's way: to be measured against.
    case role
}
