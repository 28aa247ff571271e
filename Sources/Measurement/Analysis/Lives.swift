package import ElectionCore

/// When each incarnation was born and when it died.
package struct Lives: Sendable {
    /// The driver's `spawned`, or else the instance's own `started`.
    package let births: [Incarnation: Timestamp]
    /// For a kill, one of all instances included, the instant its call returned; for all others the instant the driver saw the
    /// process gone.
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
        for fault in FaultRecord.all(history) where fault.effect == .kills {
            for victim in fault.hit {
                guard let applied = victim.applied else { continue }
                deaths[victim.holder] = min(deaths[victim.holder] ?? applied, applied)
            }
        }
        self.births = births
        self.deaths = deaths
    }

    /// Every instance's name, sorted.
    package var instances: [String] { Set(births.keys.map(\.instance)).sorted() }
}
