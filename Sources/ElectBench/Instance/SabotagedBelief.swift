import ElectionCore

/// What a sabotaged instance answers of one role, whatever its election says.
///
/// Legal transitions:
/// - honest → clinging (a term is acquired, or its promotion is reported)
/// - clinging → clinging (the same, of the next term), lapsing (late-demotion alone), honest
/// - lapsing → clinging
struct SabotagedBelief: Hashable, Sendable {
    private enum State: Hashable {
        /// It answers as the election does.
        case honest
        /// It answers true.
        case clinging(term: UInt64)
        /// It answers true up to an instant.
        case lapsing(term: UInt64, until: Timestamp)
    }

    let sabotage: Sabotage
    let settings: ElectionSettings
    private var state = State.honest

    init(_ sabotage: Sabotage, settings: ElectionSettings) {
        self.sabotage = sabotage
        self.settings = settings
    }

    /// The term that it claims to lead in.
    ///
    /// - Parameter election: the election's own answer.
    func term(election: UInt64?, at now: Timestamp) -> UInt64? {
        switch state {
        case .honest: election
        case .clinging(let term): election ?? term
        case .lapsing(let term, let until): election ?? (now < until ? term : nil)
        }
    }

    /// The election reports.
    mutating func note(_ event: ElectionEvent, at now: Timestamp) {
        switch (sabotage, event) {
        case (.noLeaseCheck, .acquired(let term, _, _)), (.lateDemotion, .acquired(let term, _, _)),
            (.ignoreDemotion, .promoted(let term, _)):
            state = .clinging(term: term)
        // Who never looks at the clock doesn't know that the lease is over.
        case (.noLeaseCheck, .demoted(_, let reason, _)) where reason != .leaseExpired:
            state = .honest
        // From when it was noticed: a process that was paused demotes when it runs again.
        case (.lateDemotion, .demoted(let term, _, _)):
            state = .lapsing(term: term, until: now + Sabotage.lateness(settings.timing))
        case (_, .acquired), (_, .promoted), (_, .demoted), (_, .suspected), (_, .operation), (_, .steppedDown),
            (_, .released):
            break
        }
    }

    /// The store shows what stands under the role's key.
    mutating func learned(_ entry: StoredEntry) {
        // An acknowledgement may overtake the watch: an entry from before the term says nothing of it.
        guard sabotage == .noLeaseCheck, case .clinging(let term) = state, entry == .missing || entry.revision > term
        else {
            return
        }
        if !settings.wrote(entry) { state = .honest }
    }
}
