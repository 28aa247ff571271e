import ElectionCore

/// Finds the changes of the live instances.
enum MembershipChange {
    private struct Group: Hashable {
        var kind: Balance.Change.Kind
        /// What one fault does to several instances is one change; what no fault did is one for each process.
        var fault: Int?
        var process: Incarnation?
    }

    /// By time, not measured yet.
    static func all(lives: Lives, faults: [FaultRecord], history: History, window: Window) -> [Balance.Change] {
        let numbers = Dictionary(grouping: lives.births.keys, by: \.instance).mapValues { $0.map(\.number).sorted() }
        var enders: [Incarnation: FaultRecord] = [:]
        var starters: [Incarnation: FaultRecord] = [:]
        for fault in faults where fault.effect != .disturbs {
            for holder in fault.hit.map(\.holder) {
                enders[holder] = fault
                let next = numbers[holder.instance, default: []].first { $0 > holder.number }
                if let next { starters[Incarnation(holder.instance, next)] = fault }
            }
        }
        var changes: [Group: Balance.Change] = [:]
        func note(_ kind: Balance.Change.Kind, _ process: Incarnation, _ fault: FaultRecord?, at instant: Timestamp) {
            guard window.contains(instant) else { return }
            let group = Group(kind: kind, fault: fault?.id, process: fault == nil ? process : nil)
            var change =
                changes[group] ?? Balance.Change(kind: kind, fault: fault, instances: [], at: instant, live: 0)
            change.instances = (change.instances + [process.instance]).sorted()
            change.at = max(change.at, instant)
            changes[group] = change
        }
        for (process, instant) in lives.deaths { note(.death, process, enders[process], at: instant) }
        for (process, instant) in lives.births { note(.restart, process, starters[process], at: instant) }
        let led = history[kind: .phase].first { $0.name == "warm_up" }?.time
        let start = Balance.Change(kind: .start, instances: [], at: min(led ?? window.start, window.start), live: 0)
        func name(_ change: Balance.Change) -> String { change.instances.joined(separator: ";") }
        return [start]
            + changes.values.sorted {
                ($0.at.nanoseconds, $0.kind.rawValue, name($0)) < ($1.at.nanoseconds, $1.kind.rawValue, name($1))
            }
    }
}
