package import ElectionCore

/// When each incarnation was born and when it died.
package struct Lives: Sendable {
    /// The driver's `spawned`, or else the instance's own `started`.
    package let births: [Incarnation: Timestamp]
    /// For a kill the instant its call returned; for all others the instant the driver saw the process gone.
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
        for entry in history[kind: .faultApplied] where entry.fault == FaultName.kill {
            guard let process = Incarnation(subjectOf: entry) else { continue }
            deaths[process] = min(deaths[process] ?? entry.time, entry.time)
        }
        self.births = births
        self.deaths = deaths
    }

    /// Every instance's name, sorted.
    package var instances: [String] { Set(births.keys.map(\.instance)).sorted() }
}

/// The names of faults that are measured in a way of their own.
package enum FaultName {
    /// SIGKILL: the process dies in the middle of a word.
    package static let kill = "kill"
    /// SIGTERM: the process stops in order.
    package static let stop = "stop"
}
