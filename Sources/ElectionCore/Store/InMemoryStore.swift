import Synchronization

/// A bucket in this process's memory, shared by the stores that are made with it: for tests of a service's own elections.
public final class MemoryServer: Sendable {
    /// What a store's `run()` has still to deliver.
    fileprivate enum Notice: Sendable {
        case connected(ConnectionID)
        case synced
        case observed(Role, StoredEntry)
        case written(Role, id: UInt64, WriteOutcome)
        case read(Role, StoredEntry)
        case presence(id: String, StoredEntry)
        case announced(id: UInt64, revision: UInt64)
        case session(id: String, StoredEntry)
        case sessionWritten(id: String, write: UInt64, WriteOutcome)
        case sessionRead(id: String, StoredEntry)
        case lost(ConnectionID)
    }

    fileprivate typealias Watcher = AsyncStream<Notice>.Continuation

    private struct State: Sendable {
        var bucket: MemoryBucket
        var watchers: [ObjectIdentifier: (roles: Set<Role>, connection: ConnectionID, watcher: Watcher)] = [:]
        /// By instance id.
        var presences: [String: StoredEntry] = [:]
        var lastConnection: UInt64 = 0
    }

    private let state: Mutex<State>
    fileprivate let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - ageLimit: how long a record is kept after its last write, at least the ttl; nil: for ever.
    ///   - now: the clock that records age by.
    public init(ageLimit: Duration? = nil, now: @escaping @Sendable () -> Timestamp = Timestamp.now) {
        self.state = Mutex(State(bucket: MemoryBucket(ageLimit: ageLimit)))
        self.now = now
    }

    // `yield` only queues, so it may be called under the lock; and it must be, for every watcher to see one order.

    fileprivate func attach(_ store: InMemoryStore, roles: [Role], _ watcher: Watcher) {
        state.withLock { state in
            precondition(state.watchers[ObjectIdentifier(store)] == nil, "a store runs once at a time")
            state.lastConnection += 1
            let connection = ConnectionID(server: "memory", client: state.lastConnection)
            state.watchers[ObjectIdentifier(store)] = (Set(roles), connection, watcher)
            watcher.yield(.connected(connection))
            for role in roles { watcher.yield(.observed(role, state.bucket.entry(role, at: now()))) }
            for (id, entry) in state.presences { watcher.yield(.presence(id: id, entry)) }
            for id in state.bucket.sessionIDs {
                watcher.yield(.session(id: id, state.bucket.entry(session: id, at: now())))
            }
            watcher.yield(.synced)
        }
    }

    fileprivate func detach(_ store: InMemoryStore) {
        state.withLock { state in
            guard let connection = state.watchers.removeValue(forKey: ObjectIdentifier(store))?.connection else {
                return
            }
            for (_, _, watcher) in state.watchers.values { watcher.yield(.lost(connection)) }
        }
    }

    fileprivate func announce(_ presence: LeadershipRecord?, id: UInt64, from store: InMemoryStore) {
        state.withLock { state in
            guard let sender = state.watchers[ObjectIdentifier(store)]?.watcher else { return }
            let revision = state.bucket.spendRevision()
            sender.yield(.announced(id: id, revision: revision))
            guard let name = presence?.id ?? store.announced.withLock(\.self) else { return }
            store.announced.withLock { $0 = name }
            let entry = presence.map { StoredEntry.record($0, revision: revision) } ?? .marker(revision: revision)
            state.presences[name] = entry
            for (_, _, watcher) in state.watchers.values { watcher.yield(.presence(id: name, entry)) }
        }
    }

    fileprivate func write(_ write: StoreWrite, role: Role, from store: InMemoryStore) {
        state.withLock { state in
            guard let sender = state.watchers[ObjectIdentifier(store)]?.watcher else { return }
            let instant = now()
            let outcome = state.bucket.write(write, to: role, at: instant)
            sender.yield(.written(role, id: write.id, outcome))
            guard case .acknowledged = outcome else { return }
            let entry = state.bucket.entry(role, at: instant)
            for (roles, _, watcher) in state.watchers.values where roles.contains(role) {
                watcher.yield(.observed(role, entry))
            }
        }
    }

    fileprivate func write(_ write: StoreWrite, session id: String, from store: InMemoryStore) {
        state.withLock { state in
            guard let sender = state.watchers[ObjectIdentifier(store)]?.watcher else { return }
            let instant = now()
            let outcome = state.bucket.write(write, session: id, at: instant)
            sender.yield(.sessionWritten(id: id, write: write.id, outcome))
            guard case .acknowledged = outcome else { return }
            let entry = state.bucket.entry(session: id, at: instant)
            for (_, _, watcher) in state.watchers.values { watcher.yield(.session(id: id, entry)) }
        }
    }

    fileprivate func readSession(_ id: String, for store: InMemoryStore) {
        state.withLock { state in
            guard let reader = state.watchers[ObjectIdentifier(store)]?.watcher else { return }
            reader.yield(.sessionRead(id: id, state.bucket.entry(session: id, at: now())))
        }
    }

    fileprivate func read(_ role: Role, for store: InMemoryStore) {
        state.withLock { state in
            guard let reader = state.watchers[ObjectIdentifier(store)]?.watcher else { return }
            reader.yield(.read(role, state.bucket.entry(role, at: now())))
        }
    }
}

/// One instance's connection to a ``MemoryServer``. It stands as long as ``run(roles:deliver:)`` runs; what is asked of it at
/// other times is never answered.
public final class InMemoryStore: LeaseStore {
    private let server: MemoryServer
    /// The id under which it announced its presence.
    fileprivate let announced = Mutex<String?>(nil)

    public init(server: MemoryServer) {
        self.server = server
    }

    public func run(roles: [Role], deliver: @escaping @Sendable (StoreEvent) -> Void) async {
        let (notices, watcher) = AsyncStream.makeStream(of: MemoryServer.Notice.self)
        server.attach(self, roles: roles, watcher)
        defer { server.detach(self) }
        for await notice in notices { deliver(event(notice)) }
        // Before the others hear of it: they take over at once.
        deliver(.disconnected)
    }

    public func write(_ write: StoreWrite, role: Role) {
        server.write(write, role: role, from: self)
    }

    public func read(_ role: Role) {
        server.read(role, for: self)
    }

    public func write(_ write: StoreWrite, session id: String) {
        server.write(write, session: id, from: self)
    }

    public func readSession(_ id: String) {
        server.readSession(id, for: self)
    }

    public var hearsLosses: Bool { true }

    public func announce(_ presence: LeadershipRecord?, id: UInt64) {
        server.announce(presence, id: id, from: self)
    }

    /// Has nothing to do: a store whose `run` has ended is reported at once.
    public func probe(_ connection: ConnectionID, of id: String, incarnation: Int64) {}

    /// An event is stamped when it is received, never earlier: a follower counts leases from that instant.
    private func event(_ notice: MemoryServer.Notice) -> StoreEvent {
        switch notice {
        case .connected(let connection): .connected(connection)
        case .synced: .synced
        case .observed(let role, let entry): .observed(role, entry, at: server.now())
        case .written(let role, let id, let outcome): .written(role, id: id, outcome, at: server.now())
        case .read(let role, let entry): .read(role, entry, at: server.now())
        case .presence(let id, let entry): .presence(id: id, entry, at: server.now())
        case .announced(let id, let revision): .announced(id: id, .acknowledged(revision: revision), at: server.now())
        case .session(let id, let entry): .session(id: id, entry, at: server.now())
        case .sessionWritten(let id, let write, let outcome):
            .sessionWritten(id: id, write: write, outcome, at: server.now())
        case .sessionRead(let id, let entry): .sessionRead(id: id, entry, at: server.now())
        case .lost(let connection): .lost(connection, at: server.now())
        }
    }
}
