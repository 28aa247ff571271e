import ElectionCore

/// The last acknowledged write of each term's lease.
struct LeaseWrites {
    /// The terms of one holder and role, by time.
    private struct Sequence {
        var starts: [Timestamp]
        /// When the last of the writes was sent that were answered from each start to the next.
        var sent: [Timestamp?]
    }

    private var sequences: [Sequence] = []
    private var places: [TermBuilder.RoleOfHolder: Int] = [:]

    /// - Parameter starts: of each term of each holder and role, in any order.
    init(_ history: History, starts: [(TermBuilder.RoleOfHolder, Timestamp)]) {
        for (owner, start) in starts {
            if let place = places[owner] {
                sequences[place].starts.append(start)
            } else {
                places[owner] = sequences.count
                sequences.append(Sequence(starts: [start], sent: []))
            }
        }
        for place in sequences.indices {
            sequences[place].starts.sort()
            sequences[place].sent = Array(repeating: nil, count: sequences[place].starts.count)
        }
        let ok = history.symbol(OperationOutcome.ok.rawValue)
        let leases = [StoreOperation.acquire, .renew].map { history.symbol($0.rawValue) }
        history.scan(.operation) { row in
            guard let outcome = row[text: .outcome], outcome == ok, let operation = row[text: .operation],
                leases.contains(operation), let role = row.role, let sent = row.sent,
                let place = places[.init(role: role, holder: row.author)]
            else { return }
            let index = Self.index(sequences[place].starts, row.time)
            guard index >= 0 else { return }
            sequences[place].sent[index] = max(sequences[place].sent[index] ?? sent, sent)
        }
    }

    /// When the holder's next term of the role began, and when the last write was sent that was answered from `start` to then.
    func term(of owner: TermBuilder.RoleOfHolder, from start: Timestamp) -> (next: Timestamp?, sent: Timestamp?) {
        guard let place = places[owner] else { return (nil, nil) }
        let sequence = sequences[place]
        let index = Self.index(sequence.starts, start)
        return (index + 1 < sequence.starts.count ? sequence.starts[index + 1] : nil, sequence.sent[index])
    }

    /// The last that is not after the instant.
    private static func index(_ starts: [Timestamp], _ instant: Timestamp) -> Int {
        starts.partitioningIndex { $0 > instant } - 1
    }
}
