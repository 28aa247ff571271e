import ElectionCore
import Measurement
import Synchronization

/// What the driver knows of a run while it goes on: enough to steer it and to show its progress. The figures of the report come
/// from the history alone.
final class LiveState: Sendable {
    struct Facts: Sendable {
        var phase = "servers"
        /// Incarnations that run, by instance.
        var running: [String: Int64] = [:]
        var ready: Set<String> = []
        var leaders: [String: String] = [:]
        /// The last term of each role. Lines of two instances may come in another order than they were written in.
        var terms: [String: UInt64] = [:]
        /// Roles that a fault took from their leader, with its instant.
        var orphaned: [String: Timestamp] = [:]
        var failovers: [Duration] = []
        var faults = 0
        /// Faults whose victims are not back yet.
        var unhealed = 0
        /// Why the run ends before its time; the first reason counts.
        var ending: Ending?
        /// Whether there are records of it in the bucket of the user's server after its end.
        var leavesRecords = false
    }

    enum Ending: Hashable, Sendable {
        case interrupted(signal: String)
        /// It can't be a success any more.
        case aborted
        /// It can't go on: what is wrong and what to do.
        case failed(String)
    }

    private let facts = Mutex(Facts())

    var now: Facts { facts.withLock(\.self) }

    func enter(_ phase: String) { facts.withLock { $0.phase = phase } }

    func end(_ ending: Ending) { facts.withLock { $0.ending = $0.ending ?? ending } }

    func leavesRecords() { facts.withLock { $0.leavesRecords = true } }

    func spawned(_ instance: String, incarnation: Int64) { facts.withLock { $0.running[instance] = incarnation } }

    func exited(_ instance: String) {
        facts.withLock { facts in
            facts.running[instance] = nil
            facts.ready.remove(instance)
            facts.leaders = facts.leaders.filter { $0.value != instance }
        }
    }

    /// - Parameter instances: the victims that lead no more; none of a fault that takes nobody down.
    func faultApplied(to instances: [String], at instant: Timestamp) {
        facts.withLock { facts in
            facts.faults += 1
            for (role, leader) in facts.leaders where instances.contains(leader) && facts.orphaned[role] == nil {
                facts.orphaned[role] = instant
            }
        }
    }

    /// - Returns: to be called when the victim is back.
    func faultBegins() -> @Sendable () -> Void {
        facts.withLock { $0.unhealed += 1 }
        return { self.facts.withLock { $0.unhealed -= 1 } }
    }

    /// Takes note of an instance's event.
    func note(_ entry: HistoryEntry) {
        guard let kind = entry.kind else { return }
        facts.withLock { facts in
            // A killed process's last words come after its end was noted; they don't bring it back.
            guard facts.running[entry.source] == entry.incarnation else { return }
            switch (kind, entry.role) {
            case (.ready, _):
                facts.ready.insert(entry.source)
            case (.promoted, let role?):
                guard let term = entry.term, term > facts.terms[role, default: 0] else { return }
                facts.terms[role] = term
                facts.leaders[role] = entry.source
                if let since = facts.orphaned.removeValue(forKey: role) { facts.failovers.append(entry.time - since) }
            case (.demoted, let role?) where facts.leaders[role] == entry.source && facts.terms[role] == entry.term:
                facts.leaders[role] = nil
            default:
                break
            }
        }
    }

    /// Waits until it holds; false where the run is ending or the time is up first.
    func wait(
        upTo limit: Duration,
        every interval: Duration = .milliseconds(20),
        until holds: @Sendable (Facts) -> Bool
    ) async -> Bool {
        let deadline = Timestamp.now() + limit
        while Timestamp.now() < deadline, !Task.isCancelled {
            let facts = now
            if facts.ending != nil { return false }
            if holds(facts) { return true }
            try? await Task.sleep(for: interval)
        }
        return holds(now)
    }
}
