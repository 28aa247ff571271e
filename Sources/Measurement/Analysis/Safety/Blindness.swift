import ElectionCore
import Synchronization

/// What tells whether the store had a record that the observer was never told of. Most runs have none to ask of.
struct Blindness: Sendable {
    private struct Write {
        var revision: UInt64
        /// When it was sent, or at the latest.
        var sent: Timestamp
    }

    let watches: [Watch]
    /// By revision, each with the latest stamp of all records up to it.
    private let latestStamps: [(revision: UInt64, sent: Timestamp)]
    /// Of each role, by revision: every write that the store took, by the word of the observer or of its writer.
    private let writes: [String: [Write]]

    init(_ history: History, _ reader: RecordReader) {
        watches = Watch.all(history)
        var holders = HolderTable()
        var latest = Timestamp(nanoseconds: .min)
        latestStamps = reader.records(&holders, \.self).values.joined()
            .filter(\.isStamped)
            .map { (revision: $0.revision, sent: $0.sent) }
            .sorted { $0.revision < $1.revision }
            .map { record in
                latest = max(latest, record.sent)
                return (record.revision, latest)
            }
        var writes: [Symbol: [Write]] = [:]
        func note(_ row: HistoryRow) {
            guard let role = row.role, let revision = row.revision else { return }
            writes[role, default: []].append(Write(revision: revision, sent: row.sent ?? row.time))
        }
        reader.scan { row in
            if row.revision != 0 { note(row) }
        }
        let accepted = AcceptedWrites(history)
        history.scan(.operation) { row in
            if accepted.contain(row) { note(row) }
        }
        self.writes = Dictionary(
            uniqueKeysWithValues: writes.map { role, writes in
                (history.text(role), writes.sorted { $0.revision < $1.revision })
            }
        )
    }

    /// The latest stamp of all records below the revision.
    func latestStamp(below revision: UInt64) -> Timestamp? {
        let below = latestStamps.partitioningIndex { $0.revision >= revision }
        return below > 0 ? latestStamps[below - 1].sent : nil
    }

    /// Whether a later write to the role can have been there by the instant.
    func wasReplaced(_ term: Term, by instant: Timestamp) -> Bool {
        guard let writes = writes[term.role] else { return false }
        return writes[writes.partitioningIndex { $0.revision > term.number }...].contains { $0.sent <= instant }
    }
}

/// A value that is made when it is first asked for.
final class Lazily<Value: Sendable>: Sendable {
    private let made = Mutex<Value?>(nil)
    private let make: @Sendable () -> Value

    init(_ make: @escaping @Sendable () -> Value) {
        self.make = make
    }

    var value: Value {
        made.withLock { made in
            if let made { return made }
            let value = make()
            made = value
            return value
        }
    }
}
