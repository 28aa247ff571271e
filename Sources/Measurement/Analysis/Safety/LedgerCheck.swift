package import ElectionCore

/// An entry that a leader appended to the ledger of its role.
package struct LedgerEntry: Hashable, Sendable {
    package var role: String
    package var term: UInt64
    package var holder: Incarnation
    /// Its number in the ledger.
    package var revision: UInt64
    package var sent: Timestamp?
    /// When the reader got it.
    package var at: Timestamp

    /// Nil where the entry lacks what it must have.
    init?(_ row: HistoryRow, _ history: History) {
        guard let role = row.role, let term = row.term, let revision = row.revision, let holder = row.subject else {
            return nil
        }
        self.role = history.text(role)
        self.term = term
        self.holder = history.incarnation(holder)
        self.revision = revision
        sent = row.sent
        at = row.time
    }
}

/// An entry that the ledger took though it already had one of a newer leader.
///
/// A fence is a guard that keeps the highest term of each role and refuses what is lower. Two leaders with one and the same
/// term get past it, so the second one's entries are stale, too, and pass.
package struct StaleWrite: Hashable, Sendable {
    package var entry: LedgerEntry
    /// The first entry of the highest term before it.
    package var newer: LedgerEntry
    /// A fence lets it through: the terms are equal.
    package var passesFence: Bool
    /// A fence refuses it though its writer was the only leader when it sent it, and the newer entry had been sent by then.
    /// Where terms rise there is none.
    package var refusesLeader: Bool
    /// In force, or over for less than a ttl, between its sending and its arrival, for its writer or on servers.
    package var faults: [FaultRecord]
}

/// What the ledger tells of leaders without trusting their words: in which order the store took what they wrote.
package struct LedgerCheck: Hashable, Sendable {
    /// Each number once.
    package var entries: Int
    /// How often the reader may have missed entries. What it missed can hide a stale write, but makes none.
    package var gaps: Int
    /// By role and number.
    package var stale: [StaleWrite]

    /// Where an entry of a role lies.
    private struct Place {
        var revision: UInt64
        var address: UInt32
    }

    package init(_ history: History, terms: Terms, timeline: FaultTimeline) {
        gaps = history[kind: .ledgerGap].count
        var byRole: [Symbol: [Place]] = [:]
        history.scan(.ledger) { row in
            guard let role = row.role, row.term != nil, let revision = row.revision, row.subject != nil else { return }
            byRole[role, default: []].append(Place(revision: revision, address: row.address))
        }
        entries = 0
        stale = []
        for (_, places) in byRole.map({ (history.text($0.key), $0.value) }).sorted(by: { $0.0 < $1.0 }) {
            var ordered = places
            // The reader is told again what the ledger keeps after each reconnection: the numbers give the order.
            ordered.sortStably { $0.revision < $1.revision }
            check(ordered, history, terms, timeline)
        }
    }

    /// - Parameter places: of one role, by revision and then by time.
    private mutating func check(_ places: [Place], _ history: History, _ terms: Terms, _ timeline: FaultTimeline) {
        var cursor = history.cursor()
        var highest: (term: UInt64, holder: Holder, address: UInt32)?
        var last: UInt64?
        for place in places where place.revision != last {
            last = place.revision
            entries += 1
            let row = cursor.row(at: place.address)
            guard let term = row.term, let holder = row.subject else { continue }
            guard let newest = highest, term <= newest.term else {
                highest = (term, holder, place.address)
                continue
            }
            if term == newest.term && holder == newest.holder { continue }
            guard let entry = LedgerEntry(row, history),
                let newer = LedgerEntry(cursor.row(at: newest.address), history)
            else { continue }
            stale.append(
                StaleWrite(
                    entry: entry,
                    newer: newer,
                    passesFence: entry.term == newer.term,
                    refusesLeader: entry.term < newer.term && terms.wasOnlyLeader(entry, after: newer),
                    faults: timeline.faults(concerning: [entry.holder], Span(entry.sent ?? entry.at, entry.at))
                )
            )
        }
    }
}

extension Terms {
    /// Whether the entry's writer alone led the role, by the term that it names, when it sent it, not before the other was sent.
    fileprivate func wasOnlyLeader(_ entry: LedgerEntry, after newer: LedgerEntry) -> Bool {
        guard let sent = entry.sent, let earlier = newer.sent, earlier <= sent else { return false }
        let leaders = led(entry.role, around: sent)
        return leaders.count == 1 && leaders[0].holder == entry.holder && leaders[0].number == entry.term
    }
}
