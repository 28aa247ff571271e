import CNATS
public import ElectionCore
public import Logging

/// The leases of a service in a JetStream key-value bucket.
///
/// A thread of its own does all that may block; no function here does.
public final class NATSStore: LeaseStore {
    private let core: StoreCore
    /// What the bucket has other than was asked for, a line each for a person to read.
    public let warnings: [String]
    public let hearsLosses: Bool

    private init(core: StoreCore, warnings: [String], hearsLosses: Bool) {
        self.core = core
        self.warnings = warnings
        self.hearsLosses = hearsLosses
    }

    deinit {
        core.commands.post(.stop(nil))
    }

    /// Connects, waits until JetStream answers, and finds or makes the bucket.
    ///
    /// A bucket that is new opens only when ``BucketSettings/leaseTTL`` has passed since this store first saw it, unless
    /// another instance opens it earlier: leases of a bucket of that name that was there before have run out by then. Its
    /// revisions begin at the time of its making, in microseconds since 1970, so that they and the terms rise from one
    /// bucket to the next. A store that runs makes a lost bucket again in the same way; until that is open, the store says
    /// neither what the keys hold nor ``ElectionCore/StoreEvent/synced``. A bucket that is there and open is used as it is.
    ///
    /// - Parameter replaysHistory: whether a watch begins with every revision that the bucket keeps, oldest first, and not
    ///   with each key's last one alone. For an observer that wants to miss nothing: what it has seen before comes again
    ///   after each reconnection. Not for a store on which elections run.
    /// - Parameter detectsLosses: whether it delivers ``ElectionCore/StoreEvent/lost(_:at:)``, and lets others detect the loss
    ///   of its own connection: for that, ``claim(id:incarnation:)`` an id before `run`. Where the servers' disconnect events
    ///   don't arrive, ``hearsLosses`` is false, and ``warnings`` says what follows from it.
    /// - Parameter patience: how long a message of the watch that comes soon after others may be left for more to come, unless the
    ///   store waits for an answer. A watch of hundreds of messages a second costs less so; a change is heard of so much later.
    /// - Throws: ``StoreError`` with code `invalidSettings`, `invalidBucket`, `cannotConnect`, `authorization`, `tls`,
    ///   `noJetStream`, `bucketRefused`, `serverRefused` or `timeout`.
    public static func connect(
        _ connection: ConnectionSettings,
        bucket: BucketSettings,
        watch: WatchMode = .bucket,
        replaysHistory: Bool = false,
        detectsLosses: Bool = false,
        patience: Duration = .zero,
        logger: Logger = Logger(label: "electbench.nats")
    ) async throws(StoreError) -> NATSStore {
        try connection.validate()
        try bucket.validate()
        let result: Result<NATSStore, StoreError> = await withCheckedContinuation { continuation in
            WorkerThread {
                let core = StoreCore(
                    inbox: Inbox(base: uniqueInbox()),
                    bucket: bucket,
                    logger: logger
                )
                let loop = StoreLoop(
                    core: core,
                    settings: connection,
                    mode: watch,
                    replaysHistory: replaysHistory,
                    detectsLosses: detectsLosses,
                    patience: patience
                )
                do throws(StoreError) {
                    try loop.connect()
                    var warnings = try loop.bind()
                    let missing = detectsLosses ? loop.missingDisconnects() : nil
                    if let missing { warnings.append(missing) }
                    let store = NATSStore(
                        core: core,
                        warnings: warnings,
                        hearsLosses: detectsLosses && missing == nil
                    )
                    continuation.resume(returning: .success(store))
                } catch {
                    core.commands.post(.stop(nil))
                    loop.run()
                    continuation.resume(returning: .failure(error))
                    return
                }
                loop.run()
            }.detach()
        }
        return try result.get()
    }

    /// The id of the server that this store is or was last connected to.
    public var serverID: String { core.connectionID.server }

    /// The connection that this store has or had last. Its number is 0 where others could not know for sure that it is lost:
    /// unless the store detects losses and has claimed its id.
    public var connectionID: ConnectionID { core.connectionID }

    /// The version of the server that the store is connected to; nil where the server doesn't say.
    ///
    /// It costs a connection of its own, and writes wait for it: ask before `run`.
    public func serverVersion() async -> String? {
        await withCheckedContinuation { send(.version($0)) }
    }

    /// Makes sure that no other process runs under the id, for as long as the connection stands.
    ///
    /// To be called before `run`: writes would wait for it, for up to a second. The claim is made again after each
    /// reconnection, but not asked for again.
    ///
    /// - Parameter incarnation: what others are told who try the same id.
    /// - Throws: ``StoreError`` with code `idTaken`, `cannotConnect` or `closed`.
    public func claim(id: InstanceID, incarnation: Int64) async throws(StoreError) {
        let result: Result<Void, StoreError> = await withCheckedContinuation {
            send(.claim(id, incarnation: incarnation, $0))
        }
        try result.get()
    }

    /// Deletes the bucket with all that is in it; a store that runs on it makes it again, and it opens after a ttl.
    ///
    /// - Throws: ``StoreError`` with code `serverRefused`, `timeout` or `closed`.
    public func deleteBucket() async throws(StoreError) {
        let result: Result<Void, StoreError> = await withCheckedContinuation { send(.deleteBucket($0)) }
        try result.get()
    }

    /// Keeps the connection and the watch until the task is cancelled; to be called once. The store is closed afterwards.
    ///
    /// - Parameter deliver: called by one thread at a time, in the order of the events, never after `run` has returned.
    public func run(roles: [Role], deliver: @escaping @Sendable (StoreEvent) -> Void) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { send(.start(roles: roles, deliver: deliver, ended: $0)) }
        } onCancel: {
            core.commands.post(.stop(nil))
        }
    }

    public func write(_ write: StoreWrite, role: Role) {
        core.commands.post(.write(write, role))
    }

    public func read(_ role: Role) {
        core.commands.post(.read(role))
    }

    public func write(_ write: StoreWrite, session id: String) {
        core.commands.post(.writeSession(write, id))
    }

    public func readSession(_ id: String) {
        core.commands.post(.readSession(id))
    }

    public func announce(_ presence: LeadershipRecord?, id: UInt64) {
        core.commands.post(.announce(presence, id: id))
    }

    public func probe(_ connection: ConnectionID, of id: String, incarnation: Int64) {
        core.commands.post(.probe(connection, of: id, incarnation: incarnation))
    }

    /// Writes a record under a key whatever stands there, without an answer: it is dropped while there is no connection.
    ///
    /// - Parameters:
    ///   - key: the key's name in the bucket, such as a role's.
    ///   - bucket: another bucket on the same servers; nil: the store's own.
    public func overwrite(_ record: LeadershipRecord, key: String, bucket: String? = nil) {
        core.commands.post(.overwrite(record, key: key, bucket: bucket ?? core.bucket.name))
    }

    /// Sends what was written so far, then closes the connection; returns when it is closed.
    public func close() async {
        await withCheckedContinuation { send(.stop($0)) }
    }

    func send(_ command: StoreCommand) {
        if !core.commands.post(command) { command.abandon() }
    }
}

/// A subject that no other client has.
private func uniqueInbox() -> String {
    var inbox: UnsafeMutablePointer<natsInbox>?
    guard natsInbox_Create(&inbox) == NATS_OK, let inbox else { preconditionFailure("libnats made no inbox") }
    defer { natsInbox_Destroy(inbox) }
    return String(cString: inbox)
}
