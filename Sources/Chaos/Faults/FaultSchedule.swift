import ElectionCore

/// Which fault falls on whom and when: a pure function of a seed and the settings, the same on every machine.
///
/// A phase's steps come as they are written. Its random faults come at exponential intervals, so that they fall at random
/// against the phase of heartbeats and leases. Each draws its kind by weight and, among those that it may hit, its victim. It
/// may hit who is free: hit by nothing else until it is over, and not within a margin after, be it a random fault or a step of
/// any phase. At least one instance always stays free, but while a herd restarts. Of the servers only one fault
/// takes hold at a time, whomever it hits.
/// Where a fault comes while nobody may be hit, it is dropped, not put off: putting it off would tie its instant to another
/// fault's end. So the mean interval grows where instances are few and faults long, and ``dropped`` says by how much.
///
/// Each phase draws from a seed of its own: what comes later changes nothing before it, but that a fault which would reach into
/// a later step finds another victim, or none.
package struct FaultSchedule: Hashable, Sendable {
    /// How long after its last fault an instance still counts as disturbed.
    package static let settleMargin: Duration = .seconds(1)

    /// The same for the servers: the Raft elections of a cluster take 4 to 9 s, and a lost bucket opens a ttl after it was made.
    package static func serverSettleMargin(servers: Int) -> Duration { servers > 1 ? .seconds(10) : .seconds(6) }

    /// In the order of time.
    package let faults: [ScheduledFault]
    /// How many faults came while nobody could be hit, or after the end.
    package let dropped: Int
    /// Of all phases; no fault begins at or after it.
    package let duration: Duration

    /// One line a fault: the same text is the same schedule.
    package var text: String { faults.map { "\($0)\n" }.joined() }

    package init(seed: UInt64, instances: [String], servers: [String] = [], phases: [FaultPhase]) {
        var draft = ScheduleDraft(seed: seed, instances: instances, servers: servers, phases: phases)
        draft.addSteps()
        draft.addRandomFaults()
        duration = draft.duration
        faults = draft.numbered
        dropped = draft.dropped
    }
}
