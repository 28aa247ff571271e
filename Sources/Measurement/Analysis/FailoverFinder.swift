import ElectionCore

/// Finds each role that a fault took from its leader: the victim led it, by belief, at the instant just before the fault.
///
/// **Overlapping faults.** A role is taken once: from the fault that took it, it counts as being failed over until the next
/// promotion. A second fault that hits the winner before its promote callback makes no row of its own; the first one's row
/// runs on to the promotion that came at last, and names that winner. A fault after the promotion makes a new row.
///
/// A term that outlives the history is no failover: nobody took the role.
struct FailoverFinder {
    private struct Lateness {
        var window: Span
        var length: Duration
    }

    private let terms: Terms
    private let store: StoreView
    private let window: Window
    private let detector: String
    private let suspicions: [TermBuilder.RoleOfHolder: [Timestamp]]
    private let lateness: [Lateness]

    init(_ history: History, terms: Terms, store: StoreView, window: Window, detector: String) {
        self.terms = terms
        self.store = store
        self.window = window
        self.detector = detector
        var suspicions: [TermBuilder.RoleOfHolder: [Timestamp]] = [:]
        for entry in history[kind: .suspected] {
            guard let role = entry.role else { continue }
            suspicions[.init(role: role, holder: Incarnation(sourceOf: entry)), default: []].append(entry.time)
        }
        self.suspicions = suspicions
        lateness = history[kind: .late].map { entry in
            let length = Duration.nanoseconds(entry.lateNs ?? 0)
            return Lateness(window: Span(entry.time - length, entry.time), length: length)
        }
    }

    /// One row a fault and role, by the time of the fault and then by role.
    func failovers(_ faults: [FaultRecord]) -> [Failover] {
        var restored: [String: Timestamp] = [:]
        var failovers: [Failover] = []
        for fault in faults where !fault.isSkipped && window.contains(fault.at) {
            let taken = terms.led(by: fault.holder, before: fault.at).sorted { $0.role < $1.role }
            for old in taken where old.ending != .open && restored[old.role].map({ fault.at > $0 }) ?? true {
                let failover = failover(fault, old: old)
                restored[old.role] = failover.new?.promoted ?? window.end
                failovers.append(failover)
            }
        }
        return failovers
    }

    private func failover(_ fault: FaultRecord, old: Term) -> Failover {
        let next = terms.promotion(after: old, notBefore: fault.at, limit: window.end)
        let stages = next.map { next in
            Failover.Stages(
                fault: fault.at,
                suspected: suspicion(of: next.term, after: fault.at),
                acquired: next.term.acquired,
                promoted: next.at
            )
        }
        let leaseLeft = store.lastRecord(of: old, sentBy: fault.at).map {
            ($0.leaseEnd - fault.at).roundedToMicroseconds
        }
        let leaderless = Span(old.belief.end, next?.term.belief.start ?? window.end)
        return Failover(
            fault: fault,
            old: old,
            new: next?.term,
            stages: stages,
            leaseLeft: leaseLeft,
            excess: stages.flatMap { stages in floor(fault, leaseLeft: leaseLeft).map { stages.total - $0 } },
            overlap: next?.term.belief.intersection(old.belief)?.length ?? .zero,
            leaderless: leaderless.uncovered(by: terms[role: old.role].map(\.belief)),
            driverLate: driverLate(fault, until: next?.at ?? window.end)
        )
    }

    private func suspicion(of winner: Term, after fault: Timestamp) -> Timestamp? {
        guard let acquired = winner.acquired else { return nil }
        return suspicions[.init(role: winner.role, holder: winner.holder), default: []]
            .last { fault <= $0 && $0 <= acquired }
    }

    private func floor(_ fault: FaultRecord, leaseLeft: Duration?) -> Duration? {
        if fault.kind == FaultName.stop || detector == "connection" { return .zero }
        return leaseLeft
    }

    private func driverLate(_ fault: FaultRecord, until end: Timestamp) -> Duration {
        lateness.filter { $0.window.start <= end && $0.window.end >= fault.at }.map(\.length)
            .reduce(max(fault.late ?? .zero, .zero), max)
    }
}
