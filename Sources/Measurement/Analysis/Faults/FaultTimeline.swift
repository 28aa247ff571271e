package import ElectionCore

/// Which faults can have cost a leader its lease at an instant.
///
/// A fault is *in force* for a victim from the instant just before it was applied until it was undone; one on servers also for
/// as long as an outage of the store lasts that touches that span, for a server that runs again may still wait for its peers.
/// A lease that could not be renewed under a fault ends up to a ttl later, so a fault *reaches* a ttl further than that.
///
/// It concerns the life of an instance whose process it hit; of a link, every life of its instance; of a server, everybody.
package struct FaultTimeline: Sendable {
    /// One fault as one of its victims felt it.
    package struct Force: Hashable, Sendable {
        package var fault: FaultRecord
        package var victim: FaultRecord.Victim
        /// While it is in force.
        package var span: Span

        func concerns(_ holder: Incarnation) -> Bool {
            switch fault.target {
            case .server: true
            case .link: victim.name == holder.instance
            case .instance: victim.holder == holder
            }
        }
    }

    package let faults: [FaultRecord]
    package let outages: [StoreOutage]
    let ttl: Duration
    /// By instance and time.
    private let ofInstances: [String: [Force]]
    /// By time; one a fault, as if its victims were one.
    private let ofServers: [Force]

    package init(_ faults: [FaultRecord], outages: [StoreOutage], ttl: Duration, historyEnd: Timestamp) {
        self.faults = faults
        self.outages = outages
        self.ttl = ttl
        var ofInstances: [String: [Force]] = [:]
        var ofServers: [Force] = []
        for fault in faults where !fault.isSkipped {
            if fault.target == .server {
                var span = Span(fault.at, fault.ended ?? historyEnd)
                for outage in outages where outage.span.start <= span.end && span.start < outage.span.end {
                    span.end = max(span.end, outage.span.end)
                }
                ofServers.append(Force(fault: fault, victim: fault.hit[0], span: span))
            } else {
                for victim in fault.hit {
                    let span = Span(victim.at, victim.ended ?? historyEnd)
                    ofInstances[victim.name, default: []].append(Force(fault: fault, victim: victim, span: span))
                }
            }
        }
        self.ofInstances = ofInstances.mapValues { $0.sorted { $0.span.start < $1.span.start } }
        self.ofServers = ofServers
    }

    /// The faults that concern the holder and reach into the span, by time.
    package func reaching(_ holder: Incarnation, _ span: Span) -> [Force] {
        let own = ofInstances[holder.instance, default: []].filter { $0.concerns(holder) }
        return (own + ofServers)
            .filter { $0.span.start <= span.end && $0.span.end + ttl >= span.start }
            .sorted { ($0.span.start.nanoseconds, $0.fault.id) < ($1.span.start.nanoseconds, $1.fault.id) }
    }

    /// Each fault once that reaches into the span for one of the holders, by time.
    package func faults(concerning holders: [Incarnation], _ span: Span) -> [FaultRecord] {
        let forces = holders.flatMap { reaching($0, span) }
        var seen: Set<Int> = []
        return forces.map(\.fault)
            .filter { seen.insert($0.id).inserted }
            .sorted { ($0.at.nanoseconds, $0.id) < ($1.at.nanoseconds, $1.id) }
    }

    /// Whether a fault or an outage of the store can have cost the holder a lease that ended at the instant.
    package func explains(_ holder: Incarnation, at instant: Timestamp) -> Bool {
        !reaching(holder, Span(instant, instant)).isEmpty
            || outages.contains { $0.span.start <= instant && instant <= $0.span.end + ttl }
    }

    /// The faults on servers that were in force at some instant of the span, its ends included.
    package func ofServers(during span: Span) -> [FaultRecord] {
        ofServers.filter { $0.span.start <= span.end && $0.span.end >= span.start }.map(\.fault)
    }
}
