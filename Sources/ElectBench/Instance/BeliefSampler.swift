import Chaos
import ElectionCore
import Measurement
import Synchronization

/// Asks `isLeader`, the function that users call, what it answers: independently of what the election reports of itself.
///
/// From the moment on when the answer for a role should be false, for its lease is over by the renewals that were acknowledged or
/// it was demoted, it asks for that role each 20 ms until it is, and writes down where it is true. It asks for such a role also just
/// before the election hears from the store who holds it: after a pause that may end a wrong answer sooner than the next tick comes.
/// Once a second, or each fifth of a ttl where that is longer, it asks for all roles (of many for those that it leads, and now and then
/// for all) and writes down where the answer was true, with what the process costs.
final class BeliefSampler: Sendable {
    static let interval = Duration.milliseconds(20)
    /// Of many roles most are not led: that the answer is false for those is asked of so many a second, on average.
    static let rolesPerRecord = 200
    /// Reading private memory costs the kernel a walk over all pages, and an instance has the more of them the more roles it has.
    static let rolesPerMemorySample = 300
    static let fewRoles = 100

    private struct Led {
        /// By the last acknowledged write, without the drift guard.
        var leaseEnd: Timestamp
        var isDemoted = false

        /// Whether the answer has to be false at this instant.
        func isOver(at instant: Timestamp) -> Bool { isDemoted || instant > leaseEnd }
    }

    private let led = Mutex<[Role: Led]>([:])
    /// Of the own session, in nanoseconds, as ``Led/leaseEnd`` is of a role.
    private let sessionEnd = Atomic<Int64>(0)
    /// Before this instant, in nanoseconds, no answer has to be false.
    private let firstEnd = Atomic(Int64.max)
    /// What is asked, from the start to the end.
    private let beliefs = Mutex<Beliefs?>(nil)
    private let isStopped = Atomic(false)
    private let sleep = LightSleep()
    private let recorder: EventRecorder
    private let recordInterval: Duration
    private let ttl: Duration
    private let lease: LeaseScope
    private let roles: [Role]

    init(recorder: EventRecorder, roles: [Role], settings: ElectionSettings) {
        self.recorder = recorder
        self.roles = roles
        ttl = settings.timing.ttl
        recordInterval = max(.seconds(1), ttl / 5)
        lease = settings.lease
    }

    /// Takes note of what the election reports.
    func note(_ role: Role, _ event: ElectionEvent) {
        led.withLock { led in
            switch event {
            case .acquired(_, let sent, _):
                led[role] = Led(
                    leaseEnd: lease == .role ? sent + ttl : .init(nanoseconds: sessionEnd.load(ordering: .relaxed))
                )
            case .operation(.renew, .ok, _, let sent, _, _) where lease == .role:
                let known = led[role]?.leaseEnd
                led[role]?.leaseEnd = sent + ttl
                // As long as another one's is the first to end.
                if let known, known.nanoseconds > firstEnd.load(ordering: .relaxed) { return }
            case .demoted: led[role]?.isDemoted = true
            case .operation, .suspected, .promoted, .steppedDown, .released: return
            }
            settleFirstEnd(led)
        }
    }

    /// Takes note of an operation on the session that all roles rest on.
    func noteSession(_ event: ElectionEvent) {
        guard case .operation(let operation, .ok, _, let sent, _, _) = event, operation != .release else { return }
        let end = sent + ttl
        led.withLock { led in
            sessionEnd.store(end.nanoseconds, ordering: .relaxed)
            for role in led.keys { led[role]?.leaseEnd = end }
            settleFirstEnd(led)
        }
    }

    private func settleFirstEnd(_ led: [Role: Led]) {
        let end = led.values.map { $0.isDemoted ? 0 : $0.leaseEnd.nanoseconds }.min() ?? .max
        let before = firstEnd.exchange(end, ordering: .relaxed)
        if end < before { sleep.ends(by: max(Timestamp(nanoseconds: end), .now() + Self.interval)) }
    }

    /// The election is about to hear what the store shows of a role.
    func learns(_ role: Role) {
        // Nearly always: it comes with each renewal of every leader.
        if Timestamp.now().nanoseconds < firstEnd.load(ordering: .relaxed) { return }
        guard let known = led.withLock({ $0[role] }) else { return }
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
            self.sleep.ends(by: .now())
            thread.join()
            self.beliefs.withLock { $0 = nil }
        }
    }

    private func sampleUntilStopped(_ beliefs: Beliefs) {
        let process = ProcessSampler()
        // Dozens of instances tick on one machine; a tick that comes a fifth late tells as much.
        TimerSlack.allow(Self.interval / 5)
        var recordAt = Timestamp.now()
        var records = 0
        while !isStopped.load(ordering: .relaxed) {
            let now = Timestamp.now()
            if recordAt <= now {
                recordAll(beliefs, process, number: records)
                records += 1
                recordAt = max(recordAt + recordInterval, now)
            } else {
                recordUnexpected(beliefs)
            }
            // Until an answer has to be false.
            let end = Timestamp(nanoseconds: firstEnd.load(ordering: .relaxed))
            sleep.until(min(max(now + Self.interval, end), recordAt))
        }
    }

    private func recordUnexpected(_ beliefs: Beliefs) {
        // The answers come after this instant, so it never claims a belief for longer than it lasted.
        let at = Timestamp.now()
        var unexpected: [String: UInt64] = [:]
        // What it answers before is no news: that is asked with all roles.
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
            settleFirstEnd(led)
        }
    }

    /// Whether the record of this number is one of those so many seconds apart, or five.
    private func isDue(_ number: Int, eachSeconds seconds: Int) -> Bool {
        number % max(1, Int((.seconds(max(5, seconds)) / recordInterval).rounded(.up))) == 0
    }

    private func recordAll(_ beliefs: Beliefs, _ process: ProcessSampler, number: Int) {
        let isWhole = roles.count <= Self.fewRoles || isDue(number, eachSeconds: roles.count / Self.rolesPerRecord)
        let asked = isWhole ? roles : led.withLock { Array($0.keys) }
        let at = Timestamp.now()
        let terms = isWhole ? beliefs.terms(of: asked) : beliefs.termsOneByOne(of: asked)
        if !terms.isEmpty { recorder.record(.believed, at: at) { $0.terms = terms } }
        let withMemory = isDue(number, eachSeconds: roles.count / Self.rolesPerMemorySample)
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
