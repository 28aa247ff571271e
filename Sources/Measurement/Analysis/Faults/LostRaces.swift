import ElectionCore

/// Acquisitions that came too late, each by when its writer had found the role vacant.
struct LostRaces {
    /// By role and time.
    private var found: [String: [Timestamp]] = [:]

    /// - Parameter suspicions: of each instance and role, by time.
    init(_ history: History, suspicions: [TermBuilder.RoleOfHolder: [Timestamp]]) {
        for entry in OperationFigures.settled(history)
        where entry.operation == StoreOperation.acquire.rawValue && entry.outcome == OperationOutcome.lost.rawValue {
            guard let role = entry.role, let sent = entry.sentNs.map(Timestamp.init(nanoseconds:)) else { continue }
            let own = suspicions[.init(role: role, holder: Incarnation(sourceOf: entry)), default: []]
            let next = own.partitioningIndex { $0 > sent }
            found[role, default: []].append(next > 0 ? own[next - 1] : sent)
        }
        for role in found.keys { found[role]?.sort() }
    }

    /// How many tried since they had found the role vacant in the span, its ends included. They may have tried after it: what
    /// they didn't know yet is part of the price.
    func count(_ role: String, foundVacant span: Span) -> Int {
        let instants = found[role, default: []]
        return instants.partitioningIndex { $0 > span.end } - instants.partitioningIndex { $0 >= span.start }
    }
}
