import ElectionCore
import Synchronization

/// A store for a sabotaged instance: once it has written its record under a role's key it is not shown what others wrote there,
/// until it gives the role up.
///
/// With writes that don't compare, it is what a service does that writes its name and takes itself for the leader.
final class BlindStore<Store: LeaseStore>: LeaseStore {
    private let store: Store
    private let settings: ElectionSettings
    private let written = Mutex<Set<Role>>([])

    init(store: Store, settings: ElectionSettings) {
        self.store = store
        self.settings = settings
    }

    func run(roles: [Role], deliver: @escaping @Sendable (StoreEvent) -> Void) async {
        await store.run(roles: roles) { [self] event in
            if case .observed(let role, let entry, _) = event, !settings.wrote(entry),
                written.withLock({ $0.contains(role) })
            {
                return
            }
            deliver(event)
        }
    }

    func write(_ write: StoreWrite, role: Role) {
        written.withLock { written in
            switch write.value {
            case .record: _ = written.insert(role)
            case .marker: written.remove(role)
            }
        }
        store.write(write, role: role)
    }

    /// An answer is always shown: a write of unknown outcome is settled by it.
    func read(_ role: Role) { store.read(role) }

    func write(_ write: StoreWrite, session id: String) { store.write(write, session: id) }
    func readSession(_ id: String) { store.readSession(id) }
    func announce(_ presence: LeadershipRecord?, id: UInt64) { store.announce(presence, id: id) }
    var hearsLosses: Bool { store.hearsLosses }
    func probe(_ connection: ConnectionID, of id: String, incarnation: Int64) {
        store.probe(connection, of: id, incarnation: incarnation)
    }
}

extension ElectionSettings {
    /// Whether it is a record of this very life of the instance.
    func wrote(_ entry: StoredEntry) -> Bool {
        guard case .record(let record, _) = entry else { return false }
        return record.id == instance.name && record.meta?.incarnation == incarnation
    }
}
