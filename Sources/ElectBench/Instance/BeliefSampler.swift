import Chaos
import ElectionCore
import Measurement
import Synchronization

/// Asks `isLeader`, the function that users call, what it answers: independently of what the election reports of itself.
///
/// Each 20 ms it looks at every role that this instance has led since the answer was last false, asks for those that it should not
/// lead by then, and writes down where the answer is true: the lease is over by the renewals that were acknowledged, or it was
/// demoted. It asks for such a
/// role also just before the election hears from the store who holds it: after a pause that may end a wrong answer sooner than
/// the next tick comes. Once a second it asks for all roles and writes down where the answer was true, with what the process
/// costs.
final class BeliefSampler: Sendable {
    static let interval = Duration.milliseconds(20)
    static let samplesPerRecord = 50
    /// Reading private memory costs the kernel a walk over all pages: ten times what the rest of a sample does.
    static let recordsPerMemorySample = 5

    private struct Led {
        /// By the last acknowledged write, without the drift guard.
        var leaseEnd: Timestamp
        var isDemoted = false

        /// Whether the answer has to be false at this instant.
        func isOver(at instant: Timestamp) -> Bool { isDemoted || instant > leaseEnd }
    }

    private let led = Mutex<[Role: Led]>([:])
    /// What is asked, from the start to the end.
    private let beliefs = Mutex<Beliefs?>(nil)
    private let isStopped = Atomic(false)
    private let recorder: EventRecorder
    private let ttl: Duration
    private let roles: [Role]

    init(recorder: EventRecorder, roles: [Role], ttl: Duration) {
        self.recorder = recorder
        self.roles = roles
        self.ttl = ttl
    }

    /// Takes note of what the election reports.
    func note(_ role: Role, _ event: ElectionEvent) {
        led.withLock { led in
            switch event {
            case .acquired(_, let sent, _): led[role] = Led(leaseEnd: sent + ttl)
            case .operation(.renew, .ok, _, let sent, _, _): led[role]?.leaseEnd = sent + ttl
            case .demoted: led[role]?.isDemoted = true
            case .operation, .suspected, .promoted, .steppedDown, .released: break
            }
        }
    }

    /// The election is about to hear what the store shows of a role.
    func learns(_ role: Role) {
        guard let known = led.withLock({ $0.isEmpty ? nil : $0[role] }) else { return }
        let at = Timestamp.now()
        guard known.isOver(at: at), let term = beliefs.withLock(\.self)?.term(of: role)
        else { return }
        recorder.record(.believed, at: at) { $0.terms = [role.name: term] }
    }

    /// Starts the thread; the returned function ends it.
    func start(_ beliefs: Beliefs) -> @Sendable () -> Void {
        self.beliefs.withLock { $0 = beliefs }
        let thread = WorkerThread { self.sampleUntilStopped(beliefs) }
        return {
            self.isStopped.store(true, ordering: .relaxed)
            thread.join()
            self.beliefs.withLock { $0 = nil }
        }
    }

    private func sampleUntilStopped(_ beliefs: Beliefs) {
        let process = ProcessSampler()
        // Dozens of instances tick on one machine; a tick that comes a fifth late tells as much.
        TimerSlack.allow(Self.interval / 5)
        var due = Timestamp.now()
        var count = 0
        while !isStopped.load(ordering: .relaxed) {
            if count % Self.samplesPerRecord == 0 {
                let record = count / Self.samplesPerRecord
                recordAll(beliefs, process, withMemory: record % Self.recordsPerMemorySample == 0)
            } else {
                recordUnexpected(beliefs)
            }
            recorder.flush()
            count += 1
            due = max(due + Self.interval, .now())
            MonotonicSleep.until(due)
        }
    }

    private func recordUnexpected(_ beliefs: Beliefs) {
        // The answers come after this instant, so it never claims a belief for longer than it lasted.
        let at = Timestamp.now()
        var unexpected: [String: UInt64] = [:]
        // What it answers before is no news: that is asked once a second.
        let over = led.withLock { led in led.filter { $0.value.isOver(at: at) } }
        for (role, known) in over {
            let term = beliefs.term(of: role)
            if let term { unexpected[role.name] = term }
            if term == nil && known.isDemoted { forget(role) }
        }
        if !unexpected.isEmpty { recorder.record(.believed, at: at) { $0.terms = unexpected } }
    }

    private func forget(_ role: Role) {
        led.withLock { led in
            if led[role]?.isDemoted == true { led[role] = nil }
        }
    }

    private func recordAll(_ beliefs: Beliefs, _ process: ProcessSampler, withMemory: Bool) {
        let at = Timestamp.now()
        let terms = beliefs.terms(of: roles)
        if !terms.isEmpty { recorder.record(.believed, at: at) { $0.terms = terms } }
        guard let cost = process.sample(withPrivateMemory: withMemory) else { return }
        // What the Go library would run as goroutines: a heartbeat a led role, a watcher a followed one, and a validation a
        // led role where tokens are validated.
        let validations = beliefs.manager.settings.validationInterval == nil ? 0 : terms.count
        recorder.record(.sample) { entry in
            entry.rolesLed = terms.count
            entry.tasks = beliefs.manager.ledger.counts
            entry.activities = roles.count + validations
            entry.threads = cost.threads
            entry.residentKb = cost.residentKb
            entry.privateKb = cost.privateKb
            entry.cpuMs = cost.cpuMs
            entry.descriptors = cost.descriptors
        }
    }
}
