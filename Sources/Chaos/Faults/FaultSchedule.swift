import ElectionCore

/// Which fault falls on whom and when: a pure function of a seed and the settings, the same on every machine.
///
/// Faults come at exponential intervals, so that they fall at random against the phase of heartbeats and leases, and each kind
/// is drawn alike. A victim lives by the schedule: it was never hit, or its last restart lies at least ``settleMargin`` back.
/// Downtimes of several instances may overlap, but at least one instance always lives. Where a fault comes while nobody may be
/// hit, it is dropped, not put off: putting it off would tie its instant to another fault's end. So the mean interval grows
/// where instances are few and downtimes long, and ``dropped`` says by how much.
/// A single instance can never be hit: its schedule is empty.
package struct FaultSchedule: Hashable, Sendable {
    /// How long after its restart an instance still counts as down.
    package static let settleMargin: Duration = .seconds(1)

    /// In the order of time.
    package let faults: [ScheduledFault]
    /// How many faults came while nobody could be hit.
    package let dropped: Int

    /// - Parameters:
    ///   - meanInterval: above zero.
    ///   - downtime: not negative; each fault's is drawn from it, all alike.
    ///   - duration: no fault comes at or after it.
    package init(
        seed: UInt64,
        instances: [String],
        kinds: [FaultKind],
        meanInterval: Duration,
        downtime: ClosedRange<Duration>,
        duration: Duration
    ) {
        precondition(meanInterval > .zero && downtime.lowerBound >= .zero, "mean \(meanInterval), downtime \(downtime)")
        guard instances.count > 1, !kinds.isEmpty else {
            faults = []
            dropped = 0
            return
        }
        var generator = SplitMix64(seed: seed)
        var livesAgainAt = [Duration](repeating: .zero, count: instances.count)
        var faults: [ScheduledFault] = []
        var dropped = 0
        var offset = Duration.zero
        while true {
            offset += .nanoseconds(Int64(generator.exponentialNanoseconds(mean: UInt64(meanInterval.nanoseconds))))
            guard offset < duration else { break }
            let living = livesAgainAt.indices.filter { livesAgainAt[$0] <= offset }
            guard living.count > 1 else {
                dropped += 1
                continue
            }
            let kind = kinds[generator.index(below: kinds.count)]
            let victim = living[generator.index(below: living.count)]
            let downtime = generator.duration(in: downtime)
            livesAgainAt[victim] = offset + downtime + Self.settleMargin
            faults.append(
                ScheduledFault(
                    id: faults.count + 1,
                    kind: kind,
                    instance: instances[victim],
                    offset: offset,
                    downtime: downtime
                )
            )
        }
        self.faults = faults
        self.dropped = dropped
    }
}

extension SplitMix64 {
    fileprivate mutating func index(below count: Int) -> Int { Int(number(below: UInt64(count))) }

    fileprivate mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        let width = (range.upperBound - range.lowerBound).nanoseconds
        return range.lowerBound + .nanoseconds(Int64(number(below: UInt64(width) + 1)))
    }
}
