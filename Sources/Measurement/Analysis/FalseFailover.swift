package import ElectionCore

/// A leader that lost a role though nothing was done to it: the benchmark's load alone, or a defect, took it.
package struct FalseFailover: Hashable, Sendable {
    package var role: String
    package var holder: Incarnation
    package var term: UInt64
    package var reason: String
    package var at: Timestamp

    /// Demotions in the measured part for another reason than an orderly stop, without a fault on that instance in force.
    package static func all(_ history: History, faults: [FaultRecord], window: Window) -> [FalseFailover] {
        let byVictim = Dictionary(grouping: faults.filter { !$0.isSkipped }, by: \.victim)
        return history[kind: .demoted].compactMap { entry in
            let reason = entry.reason ?? ""
            guard reason != DemotionReason.stopped.rawValue, window.contains(entry.time), let role = entry.role else {
                return nil
            }
            let isFaulty = (byVictim[entry.source] ?? []).contains { fault in
                fault.at <= entry.time && entry.time <= fault.ended ?? window.historyEnd
            }
            if isFaulty { return nil }
            return FalseFailover(
                role: role,
                holder: Incarnation(sourceOf: entry),
                term: entry.term ?? 0,
                reason: reason,
                at: entry.time
            )
        }
    }
}
