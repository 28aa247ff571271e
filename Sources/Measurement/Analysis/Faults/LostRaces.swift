import ElectionCore

/// Acquisitions that came too late, each by when its writer had found the role vacant.
struct LostRaces {
    /// By role and time.
    private let found: [String: [Timestamp]]

    /// - Parameter suspicions: of each instance and role, by time.
    init(_ history: History, _ settled: SettledOperations, suspicions: [TermBuilder.RoleOfHolder: [Timestamp]]) {
        var found: [Symbol: [Timestamp]] = [:]
        if let acquire = history.symbol(StoreOperation.acquire.rawValue),
            let lost = history.symbol(OperationOutcome.lost.rawValue)
        {
            settled.scan(history) { row in
                guard row[text: .operation] == acquire, row[text: .outcome] == lost, let role = row.role,
                    let sent = row.sent
                else { return }
                let own = suspicions[.init(role: role, holder: row.author), default: []]
                let next = own.partitioningIndex { $0 > sent }
                found[role, default: []].append(next > 0 ? own[next - 1] : sent)
            }
        }
        self.found = Dictionary(uniqueKeysWithValues: found.map { (history.text($0.key), $0.value.sorted()) })
    }

    /// How many tried since they had found the role vacant in the span, its ends included. They may have tried after it: what
    /// they didn't know yet is part of the price.
    func count(_ role: String, foundVacant span: Span) -> Int {
        guard let instants = found[role] else { return 0 }
        return instants.partitioningIndex { $0 > span.end } - instants.partitioningIndex { $0 >= span.start }
    }
}
