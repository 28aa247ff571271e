import ElectionCore
import Synchronization

/// What became of the connection to the store.
enum LinkChange: Hashable, Sendable {
    case connected(ConnectionID)
    case disconnected
    case synced
}

/// A store of which somebody wants to hear, before the election does.
final class TappedStore: LeaseStore {
    let store: any LeaseStore
    let onChange: @Sendable (LinkChange) -> Void
    /// The store showed what stands under a role's key.
    let onEntry: @Sendable (Role, StoredEntry) -> Void
    /// The store took a record of the own session that was sent at this instant.
    let onSession: @Sendable (Timestamp) -> Void
    /// The own session's last record, by its instance and its write's number.
    private let written = Mutex<(id: String, write: UInt64, sent: Timestamp)?>(nil)

    init(
        store: any LeaseStore,
        onChange: @escaping @Sendable (LinkChange) -> Void,
        onEntry: @escaping @Sendable (Role, StoredEntry) -> Void,
        onSession: @escaping @Sendable (Timestamp) -> Void
    ) {
        self.store = store
        self.onChange = onChange
        self.onEntry = onEntry
        self.onSession = onSession
    }

    func run(roles: [Role], deliver: @escaping @Sendable (StoreEvent) -> Void) async {
        await store.run(roles: roles) { [self] event in
            switch event {
            case .connected(let connection): onChange(.connected(connection))
            case .disconnected: onChange(.disconnected)
            case .synced: onChange(.synced)
            case .observed(let role, let entry, _): onEntry(role, entry)
            case .read(let role, let entry, _): if let entry { onEntry(role, entry) }
            case .sessionWritten(let id, let write, .acknowledged, _):
                if let known = written.withLock(\.self), known.id == id, known.write == write { onSession(known.sent) }
            case .written, .presence, .announced, .session, .sessionWritten, .sessionRead, .lost: break
            }
            deliver(event)
        }
    }

    func write(_ write: StoreWrite, role: Role) { store.write(write, role: role) }
    func read(_ role: Role) { store.read(role) }

    func write(_ write: StoreWrite, session id: String) {
        // Records are the own session's alone; what ends another one is a tombstone.
        if case .record(let record) = write.value, let sent = record.meta?.sent {
            written.withLock { $0 = (id, write.id, sent) }
        }
        store.write(write, session: id)
    }

    func readSession(_ id: String) { store.readSession(id) }
    func announce(_ presence: LeadershipRecord?, id: UInt64) { store.announce(presence, id: id) }
    var hearsLosses: Bool { store.hearsLosses }
    func probe(_ connection: ConnectionID, of id: String, incarnation: Int64) {
        store.probe(connection, of: id, incarnation: incarnation)
    }
}
