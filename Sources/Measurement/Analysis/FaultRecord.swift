package import ElectionCore

/// One fault of the schedule, as it was carried out.
package struct FaultRecord: Hashable, Sendable {
    package var id: Int
    package var kind: String
    package var victim: String
    /// Nil where it was skipped: the victim was not running.
    package var incarnation: Int64?
    package var due: Timestamp?
    /// The instant just before it was applied, or at which it was skipped.
    package var at: Timestamp
    /// The end of its downtime; nil where the history ends before.
    package var ended: Timestamp?
    package var isSkipped: Bool

    package var holder: Incarnation { Incarnation(victim, incarnation ?? 0) }
    /// How much later it came than the schedule wanted.
    package var late: Duration? { due.map { at - $0 } }

    package static func all(_ history: History) -> [FaultRecord] {
        var ends: [Int: Timestamp] = [:]
        for entry in history[kind: .faultEnded] {
            if let id = entry.faultId { ends[id] = entry.time }
        }
        func record(_ entry: HistoryEntry, isSkipped: Bool) -> FaultRecord? {
            guard let id = entry.faultId else { return nil }
            return FaultRecord(
                id: id,
                kind: entry.fault ?? "",
                victim: entry.instance ?? "",
                incarnation: isSkipped ? nil : entry.instanceIncarnation ?? 0,
                due: entry.dueNs.map(Timestamp.init(nanoseconds:)),
                at: entry.time,
                ended: isSkipped ? nil : ends[id],
                isSkipped: isSkipped
            )
        }
        let faults =
            history[kind: .fault].compactMap { record($0, isSkipped: false) }
            + history[kind: .faultSkipped].compactMap { record($0, isSkipped: true) }
        return faults.sorted { ($0.at.nanoseconds, $0.id) < ($1.at.nanoseconds, $1.id) }
    }
}
