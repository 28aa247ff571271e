import ElectionCore

/// What became of the connection to the store.
enum LinkChange: Hashable, Sendable {
    case connected(server: String)
    case disconnected
    case synced
}

/// A store whose connection somebody wants to hear of.
struct TappedStore<Store: LeaseStore>: LeaseStore {
    let store: Store
    let onChange: @Sendable (LinkChange) -> Void

    func run(roles: [Role], deliver: @escaping @Sendable (StoreEvent) -> Void) async {
        await store.run(roles: roles) { event in
            switch event {
            case .connected(let server): onChange(.connected(server: server))
            case .disconnected: onChange(.disconnected)
            case .synced: onChange(.synced)
            case .observed, .written, .read: break
            }
            deliver(event)
        }
    }

    func write(_ write: StoreWrite, role: Role) { store.write(write, role: role) }
    func read(_ role: Role) { store.read(role) }
}
