import ElectionCore
import Measurement
import NATSStore
import Synchronization

/// The driver's own watch on the bucket: the store's word on who led, whatever the instances say.
final class Observer: Sendable {
    /// A connection to each server: while a cluster elects, those whose server is gone may find no other for seconds, and the
    /// bucket does not keep its revisions for longer.
    private let stores: [NATSStore]
    private let history: HistoryLog
    private let records = Mutex<[String: String]>([:])
    /// What tells one entry from another, also where revisions fall.
    private struct Stamp: Hashable {
        let revision: UInt64
        let token: String?
        let sentNs: Int64?
    }

    /// What was last written down, by role: more than a bucket keeps of a key.
    private let seen = Mutex<[String: [Stamp]]>([:])
    private static let remembered = 64
    /// Which connections have a whole watch.
    private let watching = Mutex<Set<Int>>([])
    private let synced = Latch()

    init(stores: [NATSStore], history: HistoryLog) {
        self.stores = stores
        self.history = history
    }

    /// Until its task is cancelled.
    func run(_ roles: [Role]) async {
        await withDiscardingTaskGroup { group in
            for (index, store) in stores.enumerated() {
                group.addTask { await store.run(roles: roles) { [self] in observed($0, by: index) } }
            }
        }
        synced.open()
    }

    private func observed(_ event: StoreEvent, by index: Int) {
        switch event {
        case .connected, .written, .read, .presence, .announced, .sessionWritten, .sessionRead, .lost: break
        case .disconnected:
            let isLast = watching.withLock { $0.remove(index) != nil && $0.isEmpty }
            if isLast { history.append(HistoryEntry(.observerLost, at: .now(), source: "observer")) }
        case .synced:
            let isFirst = watching.withLock { watching in
                defer { watching.insert(index) }
                return watching.isEmpty
            }
            if isFirst { history.append(HistoryEntry(.observerSynced, at: .now(), source: "observer")) }
            synced.open()
        case .observed(let role, let entry, let at): observed(role, entry, at: at)
        case .session(let id, let entry, let at): observed(session: id, entry, at: at)
        }
    }

    func close() async {
        for store in stores { await store.close() }
    }

    /// Waits until it sees the bucket.
    func untilSynced() async { await synced.wait() }

    /// Whether it sees the bucket now.
    var isWatching: Bool { watching.withLock { !$0.isEmpty } }

    /// Who leads which role, by live records in the bucket.
    var leaders: [String: String] { records.withLock(\.self) }

    /// Waits until no role has a record.
    ///
    /// - Returns: false where one is still there though its instance has ended: it may hold a lease.
    func untilVacant() async -> Bool {
        // What the last instance released is on its way.
        for _ in 0..<50 where !leaders.isEmpty { try? await Task.sleep(for: .milliseconds(20)) }
        return leaders.isEmpty
    }

    private func observed(session id: String, _ entry: StoredEntry, at: Timestamp) {
        let line = HistoryEntry.session(id, entry, at: at)
        let stamp = Stamp(revision: entry.revision, token: line.token, sentNs: line.sentNs)
        if isNews(stamp, of: SessionKey.prefix + id) { history.append(line) }
    }

    private func observed(_ role: Role, _ entry: StoredEntry, at: Timestamp) {
        let line = HistoryEntry.revision(role, entry, at: at)
        let leader = line.instance
        // A claim's writer doesn't lead yet.
        if line.mark != LeadershipRecord.Mark.claim.name { records.withLock { $0[role.name] = leader } }
        // After a reconnection everything that the bucket keeps comes once more, so that nothing in between is missed.
        let stamp = Stamp(revision: entry.revision, token: line.token, sentNs: line.sentNs)
        if entry == .missing || isNews(stamp, of: role.name) { history.append(line) }
    }

    private func isNews(_ stamp: Stamp, of key: String) -> Bool {
        seen.withLock { seen in
            guard seen[key]?.contains(stamp) != true else { return false }
            seen[key, default: []].append(stamp)
            if seen[key, default: []].count > Self.remembered { seen[key]?.removeFirst() }
            return true
        }
    }
}
