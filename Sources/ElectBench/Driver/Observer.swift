import ElectionCore
import Measurement
import NATSStore
import Synchronization

/// The driver's own watch on the bucket: the store's word on who led, whatever the instances say.
final class Observer: Sendable {
    private let store: NATSStore
    private let history: HistoryLog
    private let records = Mutex<[String: String]>([:])
    private let synced = Latch()

    init(store: NATSStore, history: HistoryLog) {
        self.store = store
        self.history = history
    }

    /// Until its task is cancelled.
    func run(_ roles: [Role]) async {
        await store.run(roles: roles) { [self] event in
            switch event {
            case .connected, .written, .read:
                break
            case .disconnected:
                history.append(HistoryEntry(.observerLost, at: .now(), source: "observer"))
            case .synced:
                history.append(HistoryEntry(.observerSynced, at: .now(), source: "observer"))
                synced.open()
            case .observed(let role, let entry, let at):
                observed(role, entry, at: at)
            }
        }
        synced.open()
    }

    /// Waits until it sees the bucket.
    func untilSynced() async { await synced.wait() }

    /// Who leads which role, by live records in the bucket.
    var leaders: [String: String] { records.withLock(\.self) }

    private func observed(_ role: Role, _ entry: StoredEntry, at: Timestamp) {
        var line = HistoryEntry(.revision, at: at, source: "observer")
        line.role = role.name
        line.revision = entry.revision
        var leader: String?
        switch entry {
        case .missing: line.value = "missing"
        case .marker: line.value = "marker"
        case .unreadable: line.value = "unreadable"
        case .record(let record, _):
            line.value = "record"
            line.instance = record.id
            line.token = record.token
            line.instanceIncarnation = record.meta?.incarnation
            line.sentNs = record.meta?.sent.nanoseconds
            line.ttlNs = record.meta?.ttl.nanoseconds
            leader = record.id
        }
        records.withLock { $0[role.name] = leader }
        history.append(line)
    }
}
