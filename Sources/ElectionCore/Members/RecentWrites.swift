/// The last own writes that the store took, some time apart, by which a record's age can be told: the store took the record
/// after every write of a lower revision, and that one was sent before the store took it.
struct RecentWrites: Sendable {
    private static let most = 16
    private var byRevision: [(revision: UInt64, sent: Timestamp)] = []

    func last(before revision: UInt64) -> Timestamp? {
        byRevision.lazy.filter { $0.revision < revision }.map(\.sent).max()
    }

    mutating func add(revision: UInt64, sent: Timestamp, apart: Duration) {
        if let last = byRevision.last, sent < last.sent + apart { return }
        byRevision.append((revision, sent))
        if byRevision.count > Self.most { byRevision.removeFirst() }
    }
}
