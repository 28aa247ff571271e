import ElectionCore

/// Everything that instances said of one term, in whatever order it came.
struct TermEvidence {
    var acquired: HistoryEntry?
    var promoted: Timestamp?
    var demoted: HistoryEntry?
    var steppedDown: Timestamp?
    var firstBelieved: Timestamp?
    var lastBelieved: Timestamp?

    mutating func believe(at instant: Timestamp) {
        firstBelieved = min(firstBelieved ?? instant, instant)
        lastBelieved = max(lastBelieved ?? instant, instant)
    }

    var sent: Timestamp? { acquired?.sentNs.map(Timestamp.init(nanoseconds:)) }

    /// `acquired` is the flip itself; without it the first sign of the term has to do.
    var start: Timestamp? {
        acquired?.time ?? [promoted, firstBelieved, demoted?.time].compactMap(\.self).min()
    }
}

/// Collects terms from the events of all instances.
struct TermBuilder {
    struct Key: Hashable {
        var role: String
        var holder: Incarnation
        var number: UInt64
    }

    struct RoleOfHolder: Hashable {
        var role: String
        var holder: Incarnation
    }

    private var evidence: [Key: TermEvidence] = [:]
    /// When each acknowledged write of a lease was sent, in the order of the answers.
    private var acknowledged: [RoleOfHolder: [(answered: Timestamp, sent: Timestamp)]] = [:]

    init(_ history: History) {
        for entry in history[kind: .acquired] { note(entry) { $0.acquired = entry } }
        for entry in history[kind: .promoted] { note(entry) { $0.promoted = entry.time } }
        for entry in history[kind: .demoted] { note(entry) { $0.demoted = entry } }
        for entry in history[kind: .steppedDown] { note(entry) { $0.steppedDown = entry.time } }
        for entry in history[kind: .believed] {
            let holder = Incarnation(sourceOf: entry)
            for (role, number) in entry.terms ?? [:] {
                evidence[Key(role: role, holder: holder, number: number), default: .init()].believe(at: entry.time)
            }
        }
        for entry in history[kind: .operation] where entry.outcome == OperationOutcome.ok.rawValue {
            let isLease =
                entry.operation == StoreOperation.acquire.rawValue || entry.operation == StoreOperation.renew.rawValue
            guard isLease, let role = entry.role, let sent = entry.sentNs else { continue }
            acknowledged[RoleOfHolder(role: role, holder: Incarnation(sourceOf: entry)), default: []]
                .append((entry.time, Timestamp(nanoseconds: sent)))
        }
    }

    private mutating func note(_ entry: HistoryEntry, _ change: (inout TermEvidence) -> Void) {
        guard let role = entry.role, let number = entry.term else { return }
        change(&evidence[Key(role: role, holder: Incarnation(sourceOf: entry), number: number), default: .init()])
    }

    func terms(lives: Lives, ttl: Duration, historyEnd: Timestamp) -> [Term] {
        // The next term of the same holder ends the search for this one's renewals.
        var starts: [RoleOfHolder: [Timestamp]] = [:]
        for (key, value) in evidence {
            guard let start = value.start else { continue }
            starts[RoleOfHolder(role: key.role, holder: key.holder), default: []].append(start)
        }
        for owner in starts.keys { starts[owner]?.sort() }
        return evidence.compactMap { key, value -> Term? in
            guard let start = value.start else { return nil }
            let owner = RoleOfHolder(role: key.role, holder: key.holder)
            let later = starts[owner, default: []]
            let following = later.partitioningIndex { $0 > start }
            let next = following < later.count ? later[following] : nil
            let leaseSent = leaseSent(value, owner: owner, start: start, next: next)
            let writtenTTL = value.acquired?.ttlNs.map(Duration.nanoseconds) ?? ttl
            let (end, ending) = end(
                value,
                lease: leaseSent.map { $0 + writtenTTL },
                death: lives.deaths[key.holder],
                next: next,
                historyEnd: historyEnd
            )
            return Term(
                role: key.role,
                holder: key.holder,
                number: key.number,
                sent: value.sent,
                acquired: value.acquired?.time,
                promoted: value.promoted,
                steppedDown: value.steppedDown,
                ending: ending,
                end: end,
                leaseSent: leaseSent,
                // `isLeader` answered true there, whatever its holder said before: a flip that never came.
                belief: Span(start, max(start, end, value.lastBelieved ?? start))
            )
        }
    }

    private func end(
        _ evidence: TermEvidence,
        lease: Timestamp?,
        death: Timestamp?,
        next: Timestamp?,
        historyEnd: Timestamp
    ) -> (Timestamp, Term.Ending) {
        if let demoted = evidence.demoted { return (demoted.time, .demoted(reason: demoted.reason ?? "")) }
        let last = min(death ?? historyEnd, next ?? .init(nanoseconds: .max))
        if let lease, lease < last { return (lease, lease < evidence.lastBelieved ?? lease ? .open : .expired) }
        return (last, death == last ? .died : .open)
    }

    /// Of the term's last acknowledged write; nil where the history has none.
    private func leaseSent(
        _ evidence: TermEvidence,
        owner: RoleOfHolder,
        start: Timestamp,
        next: Timestamp?
    ) -> Timestamp? {
        let answers = acknowledged[owner, default: []]
        let renewals = answers[answers.partitioningIndex { $0.answered >= start }...]
            .prefix { $0.answered < next ?? .init(nanoseconds: .max) }
            .map(\.sent)
        return (renewals + [evidence.sent].compactMap(\.self)).max()
    }
}
