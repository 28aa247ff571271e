/// What the store holds under a role's key.
public enum StoredEntry: Hashable, Sendable {
    /// No message under the key: never written, purged, or aged out.
    case missing
    /// A delete marker: the role was released.
    case marker(revision: UInt64)
    case record(LeadershipRecord, revision: UInt64)
    /// A value that is not a record. Its writer is unknown, so it is taken for a foreign leader's until its lease is over.
    case unreadable(revision: UInt64)

    /// The revision that the next write has to expect; 0 where there is no message.
    public var revision: UInt64 {
        switch self {
        case .missing: 0
        case .marker(let revision), .record(_, let revision), .unreadable(let revision): revision
        }
    }
}

/// One connection of an instance to a server. No two have the same: a server's id is new with each of its lives.
public struct ConnectionID: Hashable, Sendable {
    public var server: String
    /// The number that the server gave the connection; 0 where it is not known.
    public var client: UInt64

    public init(server: String, client: UInt64) {
        self.server = server
        self.client = client
    }

    /// The number first: mostly it differs already, and it is compared faster.
    public static func == (left: ConnectionID, right: ConnectionID) -> Bool {
        left.client == right.client && left.server == right.server
    }
}

/// One compare-and-set on a role's key.
public struct StoreWrite: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        case record(LeadershipRecord)
        case marker
    }

    /// Rises with each write of a role: the acknowledgement finds its write by it.
    public var id: UInt64
    public var value: Value
    /// The key's last revision that the write expects; 0 where it expects no message.
    public var expectedRevision: UInt64

    public init(id: UInt64, value: Value, expectedRevision: UInt64) {
        self.id = id
        self.value = value
        self.expectedRevision = expectedRevision
    }
}

/// What became of a write, as far as the store said.
public enum WriteOutcome: Hashable, Sendable {
    case acknowledged(revision: UInt64)
    /// The key's last revision is another one. The number is missing where the server does not give it (error 10164).
    case rejected(lastRevision: UInt64?)
    /// The store answered with an error and did not take the write.
    case refused(reason: String)
    /// The connection was down and nothing was sent.
    case notSent
}

/// What a store tells, in the order in which it learns it; acknowledgements and the watch may come from different threads.
public enum StoreEvent: Sendable {
    /// The connection stands again; what was known before must be settled anew. Observations follow, then ``synced``.
    case connected(ConnectionID)
    /// Writes without an answer are of unknown outcome from here on.
    case disconnected
    /// Every role's entry as the store has it now was observed: one ``observed(_:_:at:)`` for each role came before, and one
    /// ``session(id:_:at:)`` for each session's key that is not missing, in any order.
    case synced
    case observed(Role, StoredEntry, at: Timestamp)
    case written(Role, id: UInt64, WriteOutcome, at: Timestamp)
    /// The answer to ``LeaseStore/read(_:)``; nil where it could not be read.
    case read(Role, StoredEntry?, at: Timestamp)
    /// A member's presence record; a marker or `missing` where it has withdrawn.
    case presence(id: String, StoredEntry, at: Timestamp)
    /// The answer to ``LeaseStore/announce(_:id:)``.
    case announced(id: UInt64, WriteOutcome, at: Timestamp)
    /// The key of an instance's session, as the watch shows it.
    case session(id: String, StoredEntry, at: Timestamp)
    /// The answer to ``LeaseStore/write(_:session:)``.
    case sessionWritten(id: String, write: UInt64, WriteOutcome, at: Timestamp)
    /// The answer to ``LeaseStore/readSession(_:)``; nil where it could not be read.
    case sessionRead(id: String, StoredEntry?, at: Timestamp)
    /// The server has closed this connection of another instance since its process, or its socket, is gone.
    case lost(ConnectionID, at: Timestamp)
}

/// A bucket of leadership records with compare-and-set, shared by the instances of a service.
public protocol LeaseStore: Sendable {
    /// Keeps a connection and the watch until the task is cancelled, and hands each event to `deliver`.
    ///
    /// - Parameter deliver: must return soon; called from the store's own threads.
    func run(roles: [Role], deliver: @escaping @Sendable (StoreEvent) -> Void) async
    /// Sends a compare-and-set without waiting; the answer comes as ``StoreEvent/written(_:id:_:at:)``, or never.
    func write(_ write: StoreWrite, role: Role)
    /// Asks for a role's entry without waiting; the answer comes as ``StoreEvent/read(_:_:at:)``, or never.
    func read(_ role: Role)
    /// Writes this instance's presence record, whatever stands there; nil withdraws it. The answer comes as
    /// ``StoreEvent/announced(id:_:at:)``, or never.
    func announce(_ presence: LeadershipRecord?, id: UInt64)
    /// Sends a compare-and-set on the key of an instance's session without waiting; the answer comes as
    /// ``StoreEvent/sessionWritten(id:write:_:at:)``, or never.
    func write(_ write: StoreWrite, session id: String)
    /// Asks for the entry of an instance's session; the answer comes as ``StoreEvent/sessionRead(id:_:at:)``, or never.
    func readSession(_ id: String)
    /// Whether ``StoreEvent/lost(_:at:)`` comes by itself; where it doesn't, ``probe(_:of:incarnation:)`` has to ask.
    var hearsLosses: Bool { get }
    /// Asks whether an incarnation is still there; ``StoreEvent/lost(_:at:)`` with the connection comes if it certainly is not.
    func probe(_ connection: ConnectionID, of id: String, incarnation: Int64)
}
