/// The bucket to use, and what to make it like where it does not exist.
public struct BucketSettings: Hashable, Sendable {
    public enum Storage: String, Hashable, Sendable, CaseIterable, Codable {
        case file, memory
    }

    public var name: String
    public var storage: Storage
    public var replicas: Int
    /// The ttl of the leases kept in it: the longest of any instance's. A bucket that is made anew opens only after it.
    public var leaseTTL: Duration
    /// Revisions kept of each key, 1 to 64: so that no watcher misses a superseded one.
    public var history: Int64
    /// Whether ``NATSStore/connect(_:bucket:watch:replaysHistory:detectsLosses:logger:)`` may open a new bucket at once, for no lease of an
    /// earlier bucket of this name can still run: as on a server that one has just started with an empty store. A bucket that
    /// is lost later is never opened at once.
    public var assumesNoLeases: Bool
    /// False for a store that is built to misbehave: its writes are taken whatever their key holds.
    package var comparesRevisions = true
    private var chosenAgeLimit: Duration?

    /// - Parameter ageLimit: how long a record is kept; zero: for ever; nil: twice the lease's ttl.
    public init(
        name: String = "leaders",
        storage: Storage = .file,
        replicas: Int = 1,
        leaseTTL: Duration,
        history: Int64 = 8,
        ageLimit: Duration? = nil,
        assumesNoLeases: Bool = false
    ) {
        self.name = name
        self.storage = storage
        self.replicas = replicas
        self.leaseTTL = leaseTTL
        self.history = history
        self.assumesNoLeases = assumesNoLeases
        chosenAgeLimit = ageLimit
    }

    /// How long a record is kept; twice the lease's ttl unless set. Zero: for ever, as instances want it that lead by a session and
    /// renew no role's record; an existing bucket with an age limit is refused then.
    ///
    /// A missing key counts as vacant, so the server must not age a record out before its lease ends: it counts with its
    /// wall clock, the lease with another one.
    public var ageLimit: Duration {
        get { chosenAgeLimit ?? leaseTTL * 2 }
        set { chosenAgeLimit = newValue }
    }

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
        guard (1...64).contains(history) else {
            throw StoreError(.invalidBucket, "history \(history): a key-value bucket keeps 1 to 64 revisions of a key")
        }
        guard leaseTTL >= .milliseconds(50) else {
            throw StoreError(.invalidBucket, "ttl \(leaseTTL): JetStream's least age limit is 100 ms, which is 2 × ttl")
        }
        guard ageLimit == .zero || ageLimit >= max(leaseTTL, .milliseconds(100)) else {
            throw StoreError(
                .invalidBucket,
                "age limit \(ageLimit): give at least 100 ms and the leases' ttl of \(leaseTTL), or they would be cut short"
            )
        }
    }

    var stream: String { "KV_\(name)" }
    /// What stands before a role in the subject of its key.
    var keyPrefix: String { "$KV.\(name)." }
    /// The one subject of a bucket that is not open yet: nobody writes a record to it.
    var openingSubject: String { "electbench.opening.\(name)" }
}

/// How the store learns of changes.
public enum WatchMode: String, Hashable, Sendable, CaseIterable {
    /// One consumer over the bucket, for all roles.
    case bucket
    /// One consumer a role, the Go library's way: to be measured against.
    case role
}
