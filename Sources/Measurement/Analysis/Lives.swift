package import ElectionCore

/// When each incarnation was born and when it died.
package struct Lives: Sendable {
    /// The driver's `spawned`, or else the instance's own `started`.
    package let births: [Incarnation: Timestamp]
    /// For a kill, one of all instances included, the instant its call returned, or before that the first at which somebody knew
    /// that the process's connection was closed: the driver may be kept from noticing that its call is done, and a process
    /// whose sockets the kernel has closed does nothing any more. For all others the instant the driver saw the process gone.
    package let deaths: [Incarnation: Timestamp]

    package init(_ history: History) {
        var births: [Incarnation: Timestamp] = [:]
        for entry in history[kind: .started] { births[Incarnation(sourceOf: entry)] = entry.time }
        for entry in history[kind: .spawned] {
            if let process = Incarnation(subjectOf: entry) { births[process] = entry.time }
        }
        var deaths: [Incarnation: Timestamp] = [:]
        for entry in history[kind: .exited] {
            if let process = Incarnation(subjectOf: entry) { deaths[process] = entry.time }
        }
        let losses = Self.losses(history)
        for fault in FaultRecord.all(history) where fault.effect == .kills {
            for victim in fault.hit {
                guard let applied = victim.applied else { continue }
                let heard = losses[victim.holder, default: []].first { victim.at <= $0 && $0 < applied }
                deaths[victim.holder] = min(deaths[victim.holder] ?? applied, heard ?? applied)
            }
        }
        self.births = births
        self.deaths = deaths
    }

    /// When others learnt that a connection of it was closed, by incarnation and time.
    private static func losses(_ history: History) -> [Incarnation: [Timestamp]] {
        struct Key: Hashable {
            var role: String?
            var revision: UInt64?
        }
        let suspicions = history[kind: .suspected].filter { $0.reason == VacancyReason.disconnected.rawValue }
        if suspicions.isEmpty { return [:] }
        var holders: [Key: Incarnation] = [:]
        for entry in history[kind: .revision] {
            holders[Key(role: entry.role, revision: entry.revision)] = Incarnation(subjectOf: entry)
        }
        var losses: [Incarnation: [Timestamp]] = [:]
        for entry in suspicions {
            guard let holder = holders[Key(role: entry.role, revision: entry.revision)] else { continue }
            losses[holder, default: []].append(entry.time)
        }
        return losses.mapValues { $0.sorted() }
    }

    /// Every instance's name, sorted.
    package var instances: [String] { Set(births.keys.map(\.instance)).sorted() }
}
