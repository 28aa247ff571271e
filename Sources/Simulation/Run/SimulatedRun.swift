package import Chaos
import ElectionCore
import Measurement

/// A run as a driver carries it out, in virtual time: instances start and wait for each other, faults fall, everything ends in
/// order. Its history has the same events as a real one's.
package final class SimulatedRun: Director {
    /// What a run is besides its world. All spans are in nanoseconds.
    package struct Course: Sendable {
        package var warmUp: Int64
        package var startTimeout: Int64
        package var settleTimeout: Int64
        package var stopTimeout: Int64
        package var schedule: FaultSchedule
        /// Whether a server that starts again has its store still.
        package var keepsStore: Bool
        /// What the servers are said to be.
        package var serverVersion: String

        package init(
            warmUp: Int64,
            startTimeout: Int64,
            settleTimeout: Int64,
            stopTimeout: Int64,
            schedule: FaultSchedule,
            keepsStore: Bool,
            serverVersion: String
        ) {
            self.warmUp = warmUp
            self.startTimeout = startTimeout
            self.settleTimeout = settleTimeout
            self.stopTimeout = stopTimeout
            self.schedule = schedule
            self.keepsStore = keepsStore
            self.serverVersion = serverVersion
        }
    }

    private enum Phase: String {
        case servers, instances, roles
        case warmUp = "warm_up"
        case faults, settle, stop
    }

    let course: Course
    let world: World
    let scribe: HistoryScribe
    private var phase = Phase.servers
    /// What is to be done at timers, by their number.
    private var agenda: [Int: () -> Void] = [:]
    private var lastTimer = 0
    private var ready: Set<Int> = []
    private var leaders: [SimulatedInstance?]
    private var led = 0
    /// Faults that are not undone yet.
    var unhealed = 0
    /// What waits for the end of a host's life.
    private var successors: [Int: () -> Void] = [:]
    /// When the measured part began; nil: it didn't.
    package private(set) var startedAt: Int64?
    private let sampling: Int64
    private let control: RunControl
    /// Why it could not be carried out; nil: it was.
    package private(set) var failure: String?

    /// - Parameter letsSleep: whether machines that merely follow may be left out; the history is the same.
    package init(
        plan: WorldPlan,
        course: Course,
        scribe: HistoryScribe,
        control: RunControl = RunControl(),
        letsSleep: Bool = true
    ) {
        self.course = course
        self.control = control
        self.scribe = scribe
        world = World(plan: plan, history: scribe, isSteady: plan.isSteady, letsSleep: letsSleep)
        sampling = Self.samplingInterval(instances: plan.hosts.count)
        leaders = Array(repeating: nil, count: plan.roles.count)
    }

    package var eventCount: Int { world.eventCount }
    package var virtualTime: Int64 { world.now }
    package var brokenPromise: BrokenPromise? { world.violation }

    package func carryOut() {
        world.director = self
        enter(.servers)
        for server in world.store.servers.indices { serverReady(server) }
        scribe.record(.storeReady, at: world.now) { [self] in $0.server = serverName(world.store.leader) }
        scribe.record(.observerSynced, at: world.now, source: "observer")
        enter(.instances)
        for host in world.hosts { spawn(host) }
        later(course.startTimeout) { [self] in
            if phase == .instances { fail("not all instances watch the bucket") }
        }
        world.run(stopsAtViolation: false)
        scribe.record(.runEnded, at: world.now)
        // They hold this run.
        (agenda, successors) = ([:], [:])
    }

    // MARK: timers

    func later(_ delay: Int64, _ act: @escaping () -> Void) {
        lastTimer += 1
        agenda[lastTimer] = act
        world.queue.add(.timer(lastTimer), at: world.now + delay)
    }

    func timer(_ purpose: Int, in world: World) {
        if control.look(at: world.now), phase != .stop {
            scribe.record(.interrupted, at: world.now)
            stop()
        }
        agenda.removeValue(forKey: purpose)?()
    }

    // MARK: phases

    private func enter(_ next: Phase) {
        phase = next
        scribe.record(.phase, at: world.now) { $0.name = next.rawValue }
    }

    /// Goes on to the next phase where nothing is missing any more.
    private func advance() {
        switch phase {
        case .instances where ready.count == world.hosts.count:
            enter(.roles)
            scribe.hasBegun = true
            for life in world.living {
                life.arrange(Message.enlist, after: world.plan.model.timer.draw(&life.host.random))
            }
            later(course.startTimeout) { [self] in if phase == .roles { fail("not all roles have a leader") } }
        case .roles where led == leaders.count:
            enter(.warmUp)
            later(course.warmUp) { [self] in inject() }
        case .settle where isSettled: stop()
        case .servers, .instances, .roles, .warmUp, .faults, .settle, .stop: break
        }
    }

    private var isSettled: Bool { unhealed == 0 && ready.count == world.hosts.count && led == leaders.count }

    private func fail(_ reason: String) {
        failure = reason
        scribe.record(.failed, at: world.now) { $0.message = reason }
        stop()
    }

    private func inject() {
        startedAt = world.now
        scribe.record(.runStarted, at: world.now)
        enter(.faults)
        for fault in course.schedule.faults { later(fault.offset.nanoseconds) { [self] in carryOut(fault) } }
        later(course.schedule.duration.nanoseconds) { [self] in
            enter(.settle)
            let longest = course.schedule.faults.map(\.duration.nanoseconds).max() ?? 0
            later(course.settleTimeout + longest) { [self] in if phase == .settle { stop() } }
            advance()
        }
    }

    private func stop() {
        guard phase != .stop else { return }
        enter(.stop)
        world.isEnding = true
        for life in world.living {
            world.resume(life)
            world.heal(life, impairment: life.host.link.impairment)
            if !life.isStopping { world.stop(life) }
        }
        later(course.stopTimeout) { [self] in for life in world.living { world.kill(life) } }
        if world.living.isEmpty { world.end() }
    }

    // MARK: instances

    func spawn(_ host: SimulatedHost) {
        scribe.record(.spawned, at: world.now) { entry in
            entry.instance = host.name
            entry.instanceIncarnation = host.incarnation + 1
        }
        world.beginLater(host)
    }

    func isReady(_ life: SimulatedInstance, in world: World) {
        ready.insert(life.host.index)
        sample(life)
        // Campaigns begin for all at once; who comes later is on its own.
        if phase != .instances { life.arrange(Message.enlist, after: 0) }
        advance()
    }

    func happened(_ event: ElectionEvent, _ role: Int, of life: SimulatedInstance, in world: World) {
        switch event {
        case .promoted: lead(role, life)
        case .demoted where leaders[role] === life: lead(role, nil)
        case .demoted, .operation, .suspected, .acquired, .steppedDown, .released: return
        }
        advance()
    }

    private func lead(_ role: Int, _ life: SimulatedInstance?) {
        led += (life == nil ? 0 : 1) - (leaders[role] == nil ? 0 : 1)
        leaders[role] = life
    }

    func hasEnded(_ life: SimulatedInstance, in world: World) {
        for role in leaders.indices where leaders[role] === life { lead(role, nil) }
        ready.remove(life.host.index)
        scribe.record(.exited, at: world.now) { entry in
            entry.instance = life.host.name
            entry.instanceIncarnation = life.incarnation
            entry.status = life.isStopping ? "exit 0" : "signal 9"
        }
        successors.removeValue(forKey: life.host.index)?()
        if phase == .stop, world.living.isEmpty { world.end() }
    }

    /// Does it once the host's life is gone: at once where it is.
    func afterEnd(of host: SimulatedHost, _ act: @escaping () -> Void) {
        if host.life?.isAlive == true { successors[host.index] = act } else { act() }
    }

    /// Of each instance: a second, as in a run, and more where there are so many that their samples would outweigh all else. In
    /// nanoseconds.
    package static func samplingInterval(instances: Int) -> Int64 {
        1_000_000_000 * Int64(max(1, instances / 1000))
    }

    /// As the sampler of an instance does.
    private func sample(_ life: SimulatedInstance) {
        guard life.isAlive else { return }
        if !life.isPaused {
            var terms: [String: UInt64] = [:]
            for role in life.led {
                guard let term = life.term(of: role) else { continue }
                terms[world.plan.roles[role].name] = term
            }
            if !terms.isEmpty { scribe.record(.believed, of: life, at: world.now) { $0.terms = terms } }
            scribe.record(.sample, of: life, at: world.now) { entry in
                entry.rolesLed = terms.count
                entry.activities = life.roles.count
            }
        }
        later(sampling) { [self] in sample(life) }
    }

    // MARK: servers

    func serverName(_ server: Int) -> String { "server-\(server + 1)" }

    func serverReady(_ server: Int) {
        scribe.record(.serverReady, at: world.now) { [self] entry in
            entry.instance = serverName(server)
            entry.server = world.serverID(server)
            entry.version = course.serverVersion
        }
    }
}
