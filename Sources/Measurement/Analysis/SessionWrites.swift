import ElectionCore

/// The instances' sessions, as the observer saw them: where an instance has one, the roles that it leads stand by its renewals
/// and not by their own records.
struct SessionWrites: Sendable {
    struct Write: Sendable {
        let sent: Timestamp
        let ttl: Duration
    }

    /// By the time at which they were sent.
    private let writes: [Holder: [Write]]

    /// - Parameter ttl: of records that don't say.
    init(_ history: History, ttl: Duration) {
        var writes: [Holder: [Write]] = [:]
        let record = history.symbol("record")
        history.scan(.session) { row in
            guard let value = row[text: .value], value == record, let holder = row.subject, let sent = row.sent else {
                return
            }
            let span = row[integer: .ttlNs].map(Duration.nanoseconds) ?? ttl
            writes[holder, default: []].append(Write(sent: sent, ttl: span))
        }
        for holder in Array(writes.keys) { writes[holder]?.sortStably { $0.sent < $1.sent } }
        self.writes = writes
    }

    /// The last that the holder had sent by an instant; nil where it had no session.
    func last(of holder: Holder, sentBy instant: Timestamp) -> Write? {
        guard let own = writes[holder] else { return nil }
        let end = own.partitioningIndex { $0.sent > instant }
        return end > 0 ? own[end - 1] : nil
    }
}
