import ElectionCore

/// Measures each role that a fault took from its leader; ``FailoverCause`` says which fault that is.
///
/// **Overlapping faults.** A role is taken once: from the fault that took it, it counts as being failed over until the next
/// promotion. A second fault that hits the winner before its promote callback makes no row of its own; the first one's row
/// runs on to the promotion that came at last, and names that winner. A loss after the promotion makes a new row.
///
/// **The floor** is the rest of the lease, which followers have to wait out. Of a kill it is told by the last record that was
/// sent by then. A disturbed leader may still get a renewal through, as on a link that is open one way only, so there it is the
/// last record of the term at all; only the same process need not wait for its own lease, and may come back once its term has
/// ended. Of a stop it is nothing. Followers that are told of lost connections need not wait for a lease, only for its holder
/// to stop believing: there a kill's floor is nothing, and a disturbed leader's the end of its term, unless that is the end of its
/// lease; where its successor led before that, nothing. Where the store was out at the end of the floor, the floor is the
/// instant at which the store was back: that outage is not the election's.
///
/// A term that outlives the history is no failover: nobody took the role.
struct FailoverFinder {
    private struct Lateness {
        var window: Span
        var length: Duration
    }

    private let history: History
    private let terms: Terms
    private let store: StoreView
    private let timeline: FaultTimeline
    private let window: Window
    /// Whether followers are told of lost connections.
    private let isTold: Bool
    private let suspicions: [TermBuilder.RoleOfHolder: [Timestamp]]
    private let lostRaces: LostRaces
    /// By the end of their windows.
    private let lateness: [Lateness]
    private let longestLateness: Duration

    init(
        _ history: History,
        terms: Terms,
        store: StoreView,
        timeline: FaultTimeline,
        window: Window,
        detector: String,
        settled: SettledOperations
    ) {
        self.history = history
        self.terms = terms
        self.store = store
        self.timeline = timeline
        self.window = window
        isTold = detector == Detector.connection.rawValue
        var suspicions: [TermBuilder.RoleOfHolder: [Timestamp]] = [:]
        history.scan(.suspected) { row in
            guard let role = row.role else { return }
            suspicions[.init(role: role, holder: row.author), default: []].append(row.time)
        }
        self.suspicions = suspicions
        lostRaces = LostRaces(history, settled, suspicions: suspicions)
        lateness = history[kind: .late].map { entry in
            let length = Duration.nanoseconds(entry.lateNs ?? 0)
            return Lateness(window: Span(entry.time - length, entry.time), length: length)
        }
        longestLateness = lateness.map(\.length).max() ?? .zero
    }

    /// One row a fault and role, by the time of the fault and then by role.
    func failovers() -> [Failover] {
        let cause = FailoverCause(timeline: timeline, window: window)
        var losses: [(blow: FailoverCause.Blow, term: Term)] = []
        for term in terms.all {
            guard let blow = cause.blow(ending: term), window.contains(blow.at) else { continue }
            losses.append((blow, term))
        }
        losses.sort {
            ($0.blow.at.nanoseconds, $0.blow.fault.id, $0.term.role, $0.term.number)
                < ($1.blow.at.nanoseconds, $1.blow.fault.id, $1.term.role, $1.term.number)
        }
        var restored: [String: Timestamp] = [:]
        var failovers: [Failover] = []
        failovers.reserveCapacity(losses.count)
        for (blow, old) in losses {
            // Its own promotion ended the failover before, so that its loss is another one.
            let isBeingFailedOver = restored[old.role].map { blow.at <= $0 && old.promoted != $0 } ?? false
            if isBeingFailedOver { continue }
            let failover = failover(blow, old: old)
            restored[old.role] = failover.new?.promoted ?? window.end
            failovers.append(failover)
        }
        return failovers
    }

    /// What each fault of the measured part cost, by its id.
    func tolls(_ failovers: [Failover]) -> [Int: FaultToll] {
        let taken = Dictionary(grouping: failovers, by: \.fault.id)
        var tolls: [Int: FaultToll] = [:]
        for fault in timeline.faults where !fault.isSkipped && window.contains(fault.at) {
            let led =
                fault.target == .server
                ? terms.led(before: fault.at) : fault.hit.flatMap { terms.led(by: $0.holder, before: $0.at) }
            let roles = Set(led.map(\.role))
            let lost = taken[fault.id, default: []].count
            let kept = fault.effect == .disturbs ? roles.count - lost : 0
            tolls[fault.id] = FaultToll(led: roles.count, taken: lost, kept: max(kept, 0))
        }
        return tolls
    }

    private func failover(_ blow: FailoverCause.Blow, old: Term) -> Failover {
        let next = terms.promotion(after: old, notBefore: blow.at, limit: window.end)
        let stages = next.map { next in
            Failover.Stages(
                fault: blow.at,
                suspected: suspicion(of: next.term, after: blow.at),
                acquired: next.term.acquired,
                promoted: next.at
            )
        }
        let leaseEnd = store.lastRecord(of: old, sentBy: blow.at)?.leaseEnd
        let leaderless = Span(old.belief.end, next?.term.belief.start ?? window.end)
        let end = next?.at ?? window.end
        return Failover(
            fault: blow.fault,
            at: blow.at,
            old: old,
            new: next?.term,
            stages: stages,
            leaseLeft: leaseEnd.map { ($0 - blow.at).roundedToMicroseconds },
            floor: floorEnd(blow, old: old, new: next?.term).map { ($0 - blow.at).roundedToMicroseconds },
            storeOut: timeline.outages.within(Span(blow.at, end)),
            overlap: next?.term.belief.intersection(old.belief)?.length ?? .zero,
            leaderless: terms.leaderless(old.role, in: leaderless),
            lostRaces: lostRaces.count(old.role, foundVacant: Span(blow.at, end)),
            driverLate: driverLate(blow, until: end)
        )
    }

    private func suspicion(of winner: Term, after fault: Timestamp) -> Timestamp? {
        guard let acquired = winner.acquired, let owner = history.owner(of: winner), let own = suspicions[owner] else {
            return nil
        }
        let next = own.partitioningIndex { $0 > acquired }
        return next > 0 && fault <= own[next - 1] ? own[next - 1] : nil
    }

    private func floorEnd(_ blow: FailoverCause.Blow, old: Term, new: Term?) -> Timestamp? {
        let end: Timestamp? =
            switch blow.fault.effect {
            case .stops: blow.at
            case .kills where isTold: blow.at
            // They were told, and the leader was not: nobody waited for anything.
            case .disturbs where isTold && new.map { $0.belief.start < old.belief.end } ?? false: blow.at
            case .kills: store.lastRecord(of: old, sentBy: blow.at)?.leaseEnd
            case .disturbs where new?.holder == old.holder || (isTold && old.gaveUpEarly): old.end
            case .disturbs: store.lastRecord(of: old, sentBy: old.belief.end)?.leaseEnd
            }
        guard let end, let outage = timeline.outages.at(end) ?? outage(noticedBy: old, blow, before: new) else {
            return end
        }
        return outage.isOver ? outage.span.end : nil
    }

    /// A leader that gives up with its connection notices an outage before the driver's probe does.
    private func outage(noticedBy old: Term, _ blow: FailoverCause.Blow, before new: Term?) -> StoreOutage? {
        guard blow.fault.target == .server, old.ending == .demoted(reason: DemotionReason.disconnected.rawValue) else {
            return nil
        }
        let limit = min(blow.fault.ended ?? window.historyEnd, new?.belief.start ?? window.historyEnd)
        return timeline.outages.first { old.end < $0.span.start && $0.span.start <= limit }
    }

    private func driverLate(_ blow: FailoverCause.Blow, until end: Timestamp) -> Duration {
        let own = max(blow.victim.late ?? .zero, .zero)
        return lateness[lateness.partitioningIndex { $0.window.end >= blow.at }...]
            .prefix { $0.window.end - longestLateness <= end }
            .filter { $0.window.start <= end }
            .map(\.length)
            .reduce(own, max)
    }
}
