import ElectionCore

/// Finds the fault that took a role from its leader.
///
/// A fault takes roles from those who led them, by belief, just before it.
/// - **kill, restart-all, stop** end the process: the first one that hit the holder while it led takes the role. But a stop
///   that reaches a process which stands still, or is cut off, and loses its lease before it can obey, took nothing.
/// - **A disturbance** (a pause, anything on links or servers) takes a role only if its term ended after the fault began and
///   before it was over for more than a ttl, other than in order, within the measured part.
///
/// Several may have been in force. Renewals that were acknowledged prove that what was in force by then let the leader live.
/// So among the disturbances the first one counts that began after the term's last acknowledged renewal was sent; if all
/// had begun before, the last one.
struct FailoverCause {
    struct Blow: Hashable {
        var fault: FaultRecord
        var victim: FaultRecord.Victim
        /// The instant just before it hit.
        var at: Timestamp
    }

    let timeline: FaultTimeline
    let window: Window

    /// Nil where no fault took it.
    func blow(ending term: Term) -> Blow? {
        if case .open = term.ending { return nil }
        let end = term.belief.end
        let blows = timeline.reaching(term.holder, Span(term.belief.start, end))
            .filter { term.belief.start < $0.span.start }
        let final = blows.first { $0.fault.effect != .disturbs }
        if let final, final.fault.effect == .kills || endedWithProcess(term) { return Blow(final) }
        let disturbances = blows.filter { force in
            force.fault.effect == .disturbs && force.span.start < end && end <= force.span.end + timeline.ttl
        }
        if isOrderly(term) || end > window.end || disturbances.isEmpty { return final.map(Blow.init) }
        let renewed = term.leaseSent ?? term.belief.start
        return (disturbances.first { $0.span.start >= renewed } ?? disturbances.last).map(Blow.init)
    }

    /// Rather than by the end of its lease.
    private func endedWithProcess(_ term: Term) -> Bool { term.ending == .died || isOrderly(term) }

    private func isOrderly(_ term: Term) -> Bool {
        if case .demoted(let reason) = term.ending { Handover.isOrderly(reason) } else { false }
    }
}

extension FailoverCause.Blow {
    init(_ force: FaultTimeline.Force) {
        self.init(fault: force.fault, victim: force.victim, at: force.span.start)
    }
}
