import ElectionCore

/// Everything that instances said of one term, in whatever order it came.
struct TermEvidence {
    struct Acquisition {
        var at: Timestamp
        var sent: Timestamp?
        var ttl: Duration?
    }

    struct Demotion {
        var at: Timestamp
        var reason: Symbol?
    }

    var acquired: Acquisition?
    var promoted: Timestamp?
    var demoted: Demotion?
    var steppedDown: Timestamp?
    var firstBelieved: Timestamp?
    var lastBelieved: Timestamp?

    mutating func believe(at instant: Timestamp) {
        firstBelieved = min(firstBelieved ?? instant, instant)
        lastBelieved = max(lastBelieved ?? instant, instant)
    }

    /// `acquired` is the flip itself; without it the first sign of the term has to do.
    var start: Timestamp? {
        acquired?.at ?? [promoted, firstBelieved, demoted?.at].compactMap(\.self).min()
    }
}

/// Collects terms from the events of all instances.
struct TermBuilder {
    struct Key: Hashable {
        var owner: RoleOfHolder
        var number: UInt64
    }

    struct RoleOfHolder: Hashable {
        var role: Symbol
        var holder: Holder
    }

    private let history: History
    private let sessions: SessionWrites
    private var evidence: [Key: TermEvidence] = [:]

    /// - Parameter ttl: of leases that don't say.
    init(_ history: History, ttl: Duration) {
        self.history = history
        sessions = SessionWrites(history, ttl: ttl)
        history.scan(.acquired) { row in
            note(row) {
                let ttl = row[integer: .ttlNs].map(Duration.nanoseconds)
                $0.acquired = .init(at: row.time, sent: row.sent, ttl: ttl)
            }
        }
        history.scan(.promoted) { row in note(row) { $0.promoted = row.time } }
        history.scan(.demoted) { row in note(row) { $0.demoted = .init(at: row.time, reason: row[text: .reason]) } }
        history.scan(.steppedDown) { row in note(row) { $0.steppedDown = row.time } }
        history.scan(.believed) { row in
            guard let terms = row[numbers: .terms] else { return }
            for (role, number) in terms {
                let owner = RoleOfHolder(role: role, holder: row.author)
                evidence[Key(owner: owner, number: UInt64(bitPattern: number)), default: .init()].believe(at: row.time)
            }
        }
    }

    private mutating func note(_ row: HistoryRow, _ change: (inout TermEvidence) -> Void) {
        guard let key = Key(row) else { return }
        change(&evidence[key, default: .init()])
    }

    func terms(lives: Lives, ttl: Duration, historyEnd: Timestamp) -> [Term] {
        // The next term of the same holder ends the search for this one's renewals.
        let leases = LeaseWrites(
            history,
            starts: evidence.compactMap { key, value in
                value.start.map { (key.owner, $0) }
            }
        )
        return evidence.compactMap { key, value -> Term? in
            guard let start = value.start else { return nil }
            let holder = history.incarnation(key.owner.holder)
            let (next, renewed) = leases.term(of: key.owner, from: start)
            let limit = [lives.deaths[holder], next, value.demoted?.at].compactMap(\.self).min() ?? historyEnd
            let session = sessions.last(of: key.owner.holder, sentBy: limit)
            // What rests on a session lives by that alone.
            let leaseSent = session?.sent ?? [renewed, value.acquired?.sent].compactMap(\.self).max()
            let (end, ending) = end(
                value,
                lease: leaseSent.map { $0 + (value.acquired?.ttl ?? ttl) },
                death: lives.deaths[holder],
                next: next,
                historyEnd: historyEnd
            )
            return Term(
                role: history.text(key.owner.role),
                holder: holder,
                number: key.number,
                sent: value.acquired?.sent,
                acquired: value.acquired?.at,
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
        if let demoted = evidence.demoted {
            return (demoted.at, .demoted(reason: demoted.reason.map(history.text) ?? ""))
        }
        let last = min(death ?? historyEnd, next ?? .init(nanoseconds: .max))
        if let lease, lease < last { return (lease, lease < evidence.lastBelieved ?? lease ? .open : .expired) }
        return (last, death == last ? .died : .open)
    }
}

extension TermBuilder.Key {
    /// Nil of an event that names no term.
    init?(_ row: HistoryRow) {
        guard let role = row.role, let number = row.term else { return nil }
        self.init(owner: .init(role: role, holder: row.author), number: number)
    }
}

extension History {
    /// Nil where no entry names both.
    func owner(of term: Term) -> TermBuilder.RoleOfHolder? {
        guard let role = symbol(term.role), let instance = symbol(term.holder.instance) else { return nil }
        return .init(role: role, holder: Holder(instance: instance, number: term.holder.number))
    }
}
