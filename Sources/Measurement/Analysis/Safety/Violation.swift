import ElectionCore

/// One way in which a run broke a promise that an election has to keep at all times.
package struct Violation: Hashable, Sendable {
    package enum Rule: String, Hashable, Sendable, CaseIterable {
        /// Two believed at the same time to lead a role.
        case overlap
        /// A term whose number is not above all earlier ones of the role.
        case fallen
        /// A leader that the store never granted its term.
        case notGranted = "not_granted"
        /// A leader that the store had already replaced.
        case superseded
        /// The ledger took an entry of another leader with the same term: a fence would have let it through.
        case fencePassed = "fence_passed"
        /// A fence would have refused the only leader there was.
        case fenceRefused = "fence_refused"
    }

    /// A term as far as its witness tells of it.
    package struct Party: Hashable, Sendable, CustomStringConvertible {
        package var holder: Incarnation
        package var term: UInt64

        package var description: String { "\(holder) (term \(term))" }
    }

    package var rule: Rule
    package var role: String
    /// Who led, or should have; of a fallen term and of a ledger the higher term.
    package var first: Party
    /// Who came beside or after it; nil where nobody else is involved.
    package var second: Party?
    /// Empty, at one instant, where the rule is broken by an order and not for a time.
    package var span: Span
    /// In force when it began, or over for less than a ttl, on one of the two or on servers.
    package var faults: [FaultRecord]

    var parties: [Party] { [first, second].compactMap(\.self) }

    /// One sentence.
    package var headline: String {
        let other = second?.description ?? ""
        let length = Numbers.milliseconds(span.length, digits: 6)
        switch rule {
        case .overlap: return "\(role) had two leaders for \(length) ms: \(first) and \(other)"
        case .fallen: return "\(role): \(other) came after \(first)"
        case .notGranted: return "\(role): the store does not show the record of \(first)"
        case .superseded:
            return "\(role): \(first) believed for \(length) ms after the record of \(other) was sent that replaced it"
        case .fencePassed:
            return "\(role): the ledger took an entry of \(other) after one of \(first): a fence lets it pass"
        case .fenceRefused: return "\(role): after an entry of \(first) a fence refuses \(other), the only leader"
        }
    }

    /// By rule, role and time. A belief that outlived its replacement and met the successor's belief is told as their overlap alone.
    static func all(_ safety: Safety, ledger: LedgerCheck, timeline: FaultTimeline) -> [Violation] {
        func make(_ rule: Rule, _ role: String, _ first: Party, _ second: Party?, _ span: Span) -> Violation {
            let holders = [first, second].compactMap { $0?.holder }
            let faults = timeline.faults(concerning: holders, Span(span.start, span.start))
            return Violation(rule: rule, role: role, first: first, second: second, span: span, faults: faults)
        }
        let overlaps = safety.overlaps.map { make(.overlap, $0.role, $0.first.party, $0.second.party, $0.span) }
        let fallen = safety.fallen.map { fall in
            let instant = fall.later.belief.start
            return make(.fallen, fall.later.role, fall.earlier.party, fall.later.party, Span(instant, instant))
        }
        let notGranted = safety.contradicted.map { make(.notGranted, $0.role, $0.party, nil, $0.belief) }
        let met = Set(safety.overlaps.map { [$0.first.party, $0.second.party] })
        let unmet = safety.superseded.filter { found in
            !met.contains([found.term.party, Party(holder: found.record.holder, term: found.record.revision)])
        }
        let superseded = unmet.map { found in
            let successor = Party(holder: found.record.holder, term: found.record.revision)
            return make(.superseded, found.term.role, found.term.party, successor, found.span)
        }
        let fence = ledger.stale.filter { $0.passesFence || $0.refusesLeader }.map { write in
            let rule: Rule = write.passesFence ? .fencePassed : .fenceRefused
            let span = Span(write.entry.at, write.entry.at)
            return make(rule, write.entry.role, write.newer.party, write.entry.party, span)
        }
        return overlaps + fallen + notGranted + superseded + fence.sorted { $0.rule.rawValue > $1.rule.rawValue }
    }
}

extension Term {
    var party: Violation.Party { .init(holder: holder, term: number) }
}

extension LedgerEntry {
    var party: Violation.Party { .init(holder: holder, term: term) }
}
