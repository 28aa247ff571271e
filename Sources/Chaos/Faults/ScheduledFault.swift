import ElectionCore

/// One fault as the schedule wants it; offsets count from the start of the run's measured part.
package struct ScheduledFault: Hashable, Sendable, CustomStringConvertible {
    /// Counts from 1 in the order of time.
    package let id: Int
    package let kind: FaultKind
    /// Instance ids, or names of servers; empty where only the moment can tell, as for the server that leads the stream.
    package let victims: [String]
    package let offset: Duration
    /// From the fault until it is undone.
    package let duration: Duration
    /// What a fault on a link does to it; nil for all others.
    package let impairment: LinkImpairment?

    package init(
        id: Int,
        kind: FaultKind,
        victims: [String],
        offset: Duration,
        duration: Duration,
        impairment: LinkImpairment? = nil
    ) {
        self.id = id
        self.kind = kind
        self.victims = victims
        self.offset = offset
        self.duration = duration
        self.impairment = impairment
    }

    /// `1 kill instance-3 2512345678+1500000000`: offset and duration in nanoseconds; a link's impairment follows.
    package var description: String {
        let victims = victims.isEmpty ? "-" : victims.joined(separator: ",")
        let text = "\(id) \(kind.rawValue) \(victims) \(offset.nanoseconds)+\(duration.nanoseconds)"
        return impairment.map { "\(text) \($0)" } ?? text
    }
}
