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
    private let ofInstances: [String: Sequence]
    /// One a fault, as if its victims were one.
    private let ofServers: Sequence

    /// Forces by time.
    private struct Sequence {
        let forces: [Force]
        /// The latest end of each force and all before it.
        private var latestEnds: [Timestamp] = []

        init(_ forces: [Force]) {
            self.forces = forces
            for force in forces { latestEnds.append(max(latestEnds.last ?? force.span.end, force.span.end)) }
        }

        /// Those that began by the end of the span and ended at its start at the earliest, or less than `grace` before.
        func reaching(_ span: Span, grace: Duration) -> [Force] {
            let last = forces.partitioningIndex { $0.span.start > span.end }
            let first = min(latestEnds.partitioningIndex { $0 + grace >= span.start }, last)
            return forces[first..<last].filter { $0.span.end + grace >= span.start }
        }
    }

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
        self.ofInstances = ofInstances.mapValues { Sequence($0.sorted { $0.span.start < $1.span.start }) }
        self.ofServers = Sequence(ofServers)
    }

    /// The faults that concern the holder and reach into the span, by time.
    package func reaching(_ holder: Incarnation, _ span: Span) -> [Force] {
        let own = ofInstances[holder.instance]?.reaching(span, grace: ttl).filter { $0.concerns(holder) } ?? []
        return (own + ofServers.reaching(span, grace: ttl))
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
        ofServers.reaching(span, grace: .zero).map(\.fault)
    }
}
