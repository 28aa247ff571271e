package import ElectionCore

/// One fault of the schedule, as it was carried out on all of its victims.
package struct FaultRecord: Hashable, Sendable {
    /// What is hit. Histories from before there was a choice name none: an instance.
    package enum Target: String, Hashable, Sendable {
        case instance
        /// An instance's way to the servers.
        case link
        case server
    }

    package struct Victim: Hashable, Sendable {
        /// An instance's id (of a link, that of its instance) or a server's name; empty where there was nobody to hit.
        package var name: String
        /// Nil where it was skipped, and of a server.
        package var incarnation: Int64?
        package var due: Timestamp?
        /// The instant just before it was applied, or at which it was skipped.
        package var at: Timestamp
        /// The call that applied it had returned.
        package var applied: Timestamp?
        /// It was undone; nil where the history ends before.
        package var ended: Timestamp?
        /// It was not there to be hit.
        package var isSkipped: Bool

        /// Meaningful of an instance or a link alone.
        package var holder: Incarnation { Incarnation(name, incarnation ?? 0) }
        /// How much later it came than the schedule wanted.
        package var late: Duration? { due.map { at - $0 } }
    }

    package var id: Int
    package var kind: String
    package var target: Target
    /// What else the schedule drew, such as `to-server`.
    package var detail: String?
    /// From the fault until it should be undone.
    package var planned: Duration?
    /// By time; at least one.
    package var victims: [Victim]

    /// Those that it was done to.
    package var hit: [Victim] { victims.filter { !$0.isSkipped } }
    package var isSkipped: Bool { victims.allSatisfy(\.isSkipped) }
    /// The instant just before it was applied to its first victim, or at which it was skipped.
    package var at: Timestamp { (isSkipped ? victims : hit)[0].at }
    /// Undone for its last victim; nil where the history ends before, or it was skipped.
    package var ended: Timestamp? {
        let ends = hit.map(\.ended)
        return ends.contains(nil) ? nil : ends.compactMap(\.self).max()
    }
    package var due: Timestamp? { victims.compactMap(\.due).min() }
    /// The most that it came later for any victim than the schedule wanted.
    package var late: Duration? { victims.compactMap(\.late).max() }
    /// For a reason's text: `3 pause on a`.
    package var name: String {
        let names = victims.map(\.name).filter { !$0.isEmpty }
        return names.isEmpty ? "\(id) \(kind)" : "\(id) \(kind) on \(names.joined(separator: ", "))"
    }

    /// By time, and by id where two began at one instant.
    package static func all(_ history: History) -> [FaultRecord] {
        struct Part: Hashable {
            var id: Int
            var victim: String
        }
        func instants(_ kind: HistoryEvent) -> [Part: Timestamp] {
            var instants: [Part: Timestamp] = [:]
            for entry in history[kind: kind] {
                if let id = entry.faultId { instants[Part(id: id, victim: entry.instance ?? "")] = entry.time }
            }
            return instants
        }
        let applied = instants(.faultApplied)
        let ends = instants(.faultEnded)
        var faults: [Int: FaultRecord] = [:]
        func note(_ entry: HistoryEntry, isSkipped: Bool) {
            guard let id = entry.faultId else { return }
            let part = Part(id: id, victim: entry.instance ?? "")
            let target = entry.target.flatMap(Target.init(rawValue:)) ?? .instance
            let victim = Victim(
                name: part.victim,
                incarnation: isSkipped || target == .server ? nil : entry.instanceIncarnation ?? 0,
                due: entry.dueNs.map(Timestamp.init(nanoseconds:)),
                at: entry.time,
                applied: isSkipped ? nil : applied[part],
                ended: isSkipped ? nil : ends[part],
                isSkipped: isSkipped
            )
            let known = faults[id]
            faults[id] = FaultRecord(
                id: id,
                kind: known?.kind ?? entry.fault ?? "",
                target: known?.target ?? target,
                detail: known?.detail ?? entry.detail,
                planned: known?.planned ?? entry.durationNs.map(Duration.nanoseconds),
                victims: (known?.victims ?? []) + [victim]
            )
        }
        for entry in history[kind: .fault] { note(entry, isSkipped: false) }
        for entry in history[kind: .faultSkipped] { note(entry, isSkipped: true) }
        return faults.values
            .map { fault in
                var fault = fault
                fault.victims.sort { ($0.at.nanoseconds, $0.name) < ($1.at.nanoseconds, $1.name) }
                return fault
            }
            .sorted { ($0.at.nanoseconds, $0.id) < ($1.at.nanoseconds, $1.id) }
    }
}
