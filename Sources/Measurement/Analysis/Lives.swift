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
            var role: Symbol?
            var revision: UInt64?
        }
        var suspicions: [(key: Key, at: Timestamp)] = []
        if let told = history.symbol(VacancyReason.disconnected.rawValue) {
            history.scan(.suspected) { row in
                guard row[text: .reason] == told else { return }
                suspicions.append((Key(role: row.role, revision: row.revision), row.time))
            }
        }
        if suspicions.isEmpty { return [:] }
        let asked = Set(suspicions.map(\.key))
        var holders: [Key: Holder] = [:]
        history.scan(.revision) { row in
            let key = Key(role: row.role, revision: row.revision)
            if asked.contains(key) { holders[key] = row.subject }
        }
        var losses: [Holder: [Timestamp]] = [:]
        for (key, instant) in suspicions {
            if let holder = holders[key] { losses[holder, default: []].append(instant) }
        }
        return Dictionary(uniqueKeysWithValues: losses.map { (history.incarnation($0.key), $0.value.sorted()) })
    }

    /// Every instance's name, sorted.
    package var instances: [String] { Set(births.keys.map(\.instance)).sorted() }
}
