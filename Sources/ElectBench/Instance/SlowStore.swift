import ElectionCore
import Synchronization

/// A store for an instance that is slow on purpose: what it writes to take a role over from a leader whose lease has run out is
/// held back, so that its failovers last longer by a fifth. Roles that were given up are taken as fast as ever.
final class SlowStore: LeaseStore {
    /// What is known of a role's key.
    private struct Key {
        /// Whether a foreign record was the last that the store showed.
        var isForeign = false
        /// Of the last term that was tried for.
        var token: String?
    }

    private let store: any LeaseStore
    private let settings: ElectionSettings
    private let delay: Duration
    private let keys = Mutex<[Role: Key]>([:])

    init(store: any LeaseStore, settings: ElectionSettings) {
        self.store = store
        self.settings = settings
        delay = Self.delay(settings.timing)
    }

    /// A fifth of what a lease has left on average when its leader dies: the ttl less half a heartbeat.
    static func delay(_ timing: LeaseTiming) -> Duration { (timing.ttl - timing.heartbeat / 2) / 5 }

    func run(roles: [Role], deliver: @escaping @Sendable (StoreEvent) -> Void) async {
        await store.run(roles: roles) { [self] event in
            if case .observed(let role, let entry, _) = event { learned(role, entry) }
            deliver(event)
        }
    }

    func write(_ write: StoreWrite, role: Role) {
        guard takesOver(write, role) else { return store.write(write, role: role) }
        // Unstructured: who writes doesn't wait, and an answer that never comes is one of the store's promises.
        Task { [store, delay] in
            try? await Task.sleep(for: delay)
            store.write(write, role: role)
        }
    }

    private func learned(_ role: Role, _ entry: StoredEntry) {
        let isForeign =
            switch entry {
            case .record: !settings.wrote(entry)
            case .unreadable: true
            case .missing, .marker: false
            }
        keys.withLock { $0[role, default: Key()].isForeign = isForeign }
    }

    private func takesOver(_ write: StoreWrite, _ role: Role) -> Bool {
        guard case .record(let record) = write.value else { return false }
        return keys.withLock { keys in
            var key = keys[role] ?? Key()
            defer { keys[role] = key }
            guard key.token != record.token else { return false }
            key.token = record.token
            return key.isForeign
        }
    }

    func read(_ role: Role) { store.read(role) }
    func write(_ write: StoreWrite, session id: String) { store.write(write, session: id) }
    func readSession(_ id: String) { store.readSession(id) }
    func announce(_ presence: LeadershipRecord?, id: UInt64) { store.announce(presence, id: id) }
    var hearsLosses: Bool { store.hearsLosses }
    func probe(_ connection: ConnectionID, of id: String, incarnation: Int64) {
        store.probe(connection, of: id, incarnation: incarnation)
    }
}
