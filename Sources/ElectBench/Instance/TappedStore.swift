import ElectionCore

/// What became of the connection to the store.
enum LinkChange: Hashable, Sendable {
    case connected(server: String)
    case disconnected
    case synced
}

/// A store of which somebody wants to hear, before the election does.
struct TappedStore: LeaseStore {
    let store: any LeaseStore
    let onChange: @Sendable (LinkChange) -> Void
    /// The store showed what stands under a role's key.
    let onEntry: @Sendable (Role, StoredEntry) -> Void

    func run(roles: [Role], deliver: @escaping @Sendable (StoreEvent) -> Void) async {
        await store.run(roles: roles) { event in
            switch event {
            case .connected(let server): onChange(.connected(server: server))
            case .disconnected: onChange(.disconnected)
            case .synced: onChange(.synced)
            case .observed(let role, let entry, _): onEntry(role, entry)
            case .read(let role, let entry, _): if let entry { onEntry(role, entry) }
            case .written: break
            }
            deliver(event)
        }
    }

    func write(_ write: StoreWrite, role: Role) { store.write(write, role: role) }
    func read(_ role: Role) { store.read(role) }
}
