import ElectionCore
import Measurement
import NATSStore
import Synchronization

/// Reads the ledger, in which leaders write their term as long as they believe to lead: a witness that no instance can talk to.
final class LedgerReader: Sendable {
    private let store: NATSStore
    private let history: HistoryLog
    /// The number of the last entry that was written down.
    private let last = Mutex<UInt64>(0)

    init(store: NATSStore, history: HistoryLog) {
        self.store = store
        self.history = history
    }

    /// Until its task is cancelled.
    func run(_ roles: [Role]) async {
        await store.run(roles: roles) { [self] event in
            if case .observed(let role, .record(let record, let revision), let at) = event {
                delivered(role, record, revision, at: at)
            }
        }
    }

    func close() async { await store.close() }

    private func delivered(_ role: Role, _ record: LeadershipRecord, _ revision: UInt64, at: Timestamp) {
        // After a reconnection everything that the ledger keeps comes once more.
        let before = last.withLock { last -> UInt64? in
            guard revision > last else { return nil }
            defer { last = revision }
            return last
        }
        guard let before, let term = UInt64(record.token) else { return }
        // Nobody else writes to it, so its numbers have no holes.
        if before > 0, revision != before + 1 {
            history.append(HistoryEntry(.ledgerGap, at: at, source: "ledger"))
        }
        var line = HistoryEntry(.ledger, at: at, source: "ledger")
        line.role = role.name
        line.term = term
        line.instance = record.id
        line.instanceIncarnation = record.meta?.incarnation
        line.sentNs = record.meta?.sent.nanoseconds
        line.revision = revision
        history.append(line)
    }
}
