import ElectionCore

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

    init(
        store: any LeaseStore,
        onChange: @escaping @Sendable (LinkChange) -> Void,
        onEntry: @escaping @Sendable (Role, StoredEntry) -> Void
    ) {
        self.store = store
        self.onChange = onChange
        self.onEntry = onEntry
    }

    func run(roles: [Role], deliver: @escaping @Sendable (StoreEvent) -> Void) async {
        await store.run(roles: roles) { [self] event in
            switch event {
            case .connected(let connection): onChange(.connected(connection))
            case .disconnected: onChange(.disconnected)
            case .synced: onChange(.synced)
            case .observed(let role, let entry, _): onEntry(role, entry)
            case .read(let role, let entry, _): if let entry { onEntry(role, entry) }
            case .written, .presence, .announced, .session, .sessionWritten, .sessionRead, .lost: break
            }
            deliver(event)
        }
    }

    func write(_ write: StoreWrite, role: Role) { store.write(write, role: role) }
    func read(_ role: Role) { store.read(role) }
    func write(_ write: StoreWrite, session id: String) { store.write(write, session: id) }
    func readSession(_ id: String) { store.readSession(id) }
    func announce(_ presence: LeadershipRecord?, id: UInt64) { store.announce(presence, id: id) }
    var hearsLosses: Bool { store.hearsLosses }
    func probe(_ connection: ConnectionID, of id: String, incarnation: Int64) {
        store.probe(connection, of: id, incarnation: incarnation)
    }
}
