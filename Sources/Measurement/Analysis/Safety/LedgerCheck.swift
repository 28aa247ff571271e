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

    init?(_ entry: HistoryEntry) {
        guard let role = entry.role, let term = entry.term, let revision = entry.revision,
            let holder = Incarnation(subjectOf: entry)
        else { return nil }
        self.role = role
        self.term = term
        self.holder = holder
        self.revision = revision
        sent = entry.sentNs.map(Timestamp.init(nanoseconds:))
        at = entry.time
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

    package init(_ history: History, terms: Terms, timeline: FaultTimeline) {
        gaps = history[kind: .ledgerGap].count
        let byRole = Dictionary(grouping: history[kind: .ledger].compactMap(LedgerEntry.init), by: \.role)
        entries = 0
        stale = []
        for role in byRole.keys.sorted() {
            var highest: LedgerEntry?
            var last: UInt64?
            // The reader is told again what the ledger keeps after each reconnection: the numbers give the order.
            let ordered = byRole[role, default: []].sorted {
                ($0.revision, $0.at.nanoseconds) < ($1.revision, $1.at.nanoseconds)
            }
            for entry in ordered where entry.revision != last {
                last = entry.revision
                entries += 1
                guard let newer = highest, entry.term <= newer.term else {
                    highest = entry
                    continue
                }
                if entry.term == newer.term && entry.holder == newer.holder { continue }
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
}

extension Terms {
    /// Whether the entry's writer alone led the role, by the term that it names, when it sent it, not before the other was sent.
    fileprivate func wasOnlyLeader(_ entry: LedgerEntry, after newer: LedgerEntry) -> Bool {
        guard let sent = entry.sent, let earlier = newer.sent, earlier <= sent else { return false }
        let leaders = self[role: entry.role].filter { $0.belief.start <= sent && sent < $0.belief.end }
        return leaders.count == 1 && leaders[0].holder == entry.holder && leaders[0].number == entry.term
    }
}
