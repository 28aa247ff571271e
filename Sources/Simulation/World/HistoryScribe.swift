import ElectionCore
package import Measurement

/// Writes a world's history as instances, driver and observer write a real run's, in true time.
package final class HistoryScribe {
    /// Where virtual time begins on the history's clock.
    private let start: Int64
    private let write: (HistoryEntry) -> Void
    private var clocks: [String: HostClock] = [:]
    private let roles: [Role]
    /// Whether anybody campaigns yet. Before, that nobody leads is no news, of each role by each instance.
    var hasBegun = false

    package init(plan: WorldPlan, start: Int64, write: @escaping (HistoryEntry) -> Void) {
        self.start = start
        self.write = write
        roles = plan.roles
        for host in plan.hosts { clocks[host.settings.instance.name] = host.clock }
    }

    func time(_ instant: Int64) -> Timestamp { Timestamp(nanoseconds: start + instant) }

    func record(
        _ event: HistoryEvent,
        of life: SimulatedInstance,
        at instant: Int64,
        _ fill: (inout HistoryEntry) -> Void
    ) {
        var entry = HistoryEntry(event, at: time(instant), source: life.host.name, incarnation: life.incarnation)
        fill(&entry)
        write(entry)
    }

    func record(
        _ event: HistoryEvent,
        at instant: Int64,
        source: String = "driver",
        _ fill: (inout HistoryEntry) -> Void = { _ in }
    ) {
        var entry = HistoryEntry(event, at: time(instant), source: source)
        fill(&entry)
        write(entry)
    }

    /// - Parameter role: nil: it is of the instance's session.
    func record(_ event: ElectionEvent, _ role: Int?, of life: SimulatedInstance) {
        if case .suspected = event, !hasBegun { return }
        var entry = event.entry(
            role: role.map { roles[$0] },
            source: life.host.name,
            incarnation: life.incarnation,
            ttl: life.settings.timing.ttl
        )
        let clock = life.host.clock
        entry.t = inTrueTime(entry.t, clock)
        entry.sentNs = entry.sentNs.map { inTrueTime($0, clock) }
        entry.dueNs = entry.dueNs.map { inTrueTime($0, clock) }
        write(entry)
    }

    func observed(_ role: Int, _ entry: StoredEntry, at instant: Int64) {
        var line = HistoryEntry.revision(roles[role], entry, at: time(instant))
        if case .record(let record, _) = entry, let clock = clocks[Self.writer(of: record)] {
            line.sentNs = line.sentNs.map { inTrueTime($0, clock) }
        }
        write(line)
    }

    /// Whose clock stamped the record.
    private static func writer(of record: LeadershipRecord) -> String {
        guard case .transfer(let giver) = record.meta?.mark else { return record.id }
        return giver
    }

    func observed(session id: String, _ entry: StoredEntry, at instant: Int64) {
        var line = HistoryEntry.session(id, entry, at: time(instant))
        if let clock = clocks[id] { line.sentNs = line.sentNs.map { inTrueTime($0, clock) } }
        write(line)
    }

    private func inTrueTime(_ local: Int64, _ clock: HostClock) -> Int64 {
        start + clock.instant(of: Timestamp(nanoseconds: local))
    }
}
