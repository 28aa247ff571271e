import ElectionCore

/// One fault as the schedule wants it; offsets count from the start of the run's measured part.
package struct ScheduledFault: Hashable, Sendable, CustomStringConvertible {
    /// Counts from 1 in the order of time.
    package let id: Int
    package let kind: FaultKind
    /// The victim's instance id.
    package let instance: String
    package let offset: Duration
    /// From the fault to the start of the new incarnation.
    package let downtime: Duration

    /// When the fault ends and a new incarnation is started; it may lie past the schedule's duration.
    package var restartOffset: Duration { offset + downtime }

    /// `1 kill instance-3 2512345678+1500000000`: offset and downtime in nanoseconds.
    package var description: String {
        "\(id) \(kind.rawValue) \(instance) \(offset.nanoseconds)+\(downtime.nanoseconds)"
    }
}
