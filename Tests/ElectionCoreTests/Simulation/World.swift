import ElectionCore

/// Instances, a server and the network between them in virtual time: a discrete-event simulation that one number
/// repeats.
struct World {
    enum Event {
        case serverReceives(Request, Int, connection: Int)
        /// The message reaches the host's socket.
        case arrives(Message, Int)
        /// A thread of the process takes it; `stamp`: the instant that another thread took before.
        case processes(Message, Int, stamp: Timestamp?)
        case noticesCut(Int)
        case dials(Int)
        case fault
        case resumes(Int)
        case dies(Int)
        case begins(host: Int)
        case thinsOut
        case calmsDown
        case surveys
    }

    let mix: FaultMix
    /// Whether the server's store is lost at times, and the bucket made again as a store of ours does it: it takes nothing
    /// until a ttl has passed, and its revisions are above all earlier ones.
    let losesStore: Bool
    var random: SplitMix64
    var now: Int64 = 0
    var queue = EventQueue<Event>()
    var bucket: MemoryBucket
    /// The connection on which each process watches.
    var watchers: [Int: Int] = [:]
    /// What the bucket was before each of its last writes, the latest last, with what was written: a replica that lags behind.
    var past: [(before: MemoryBucket, key: WrittenKey)] = []
    /// Members' records, in the order in which they were stored.
    var presences: [Presence] = []
    /// Every role's record that the bucket took, by revision.
    var stored: [UInt64: LeadershipRecord] = [:]
    /// All that there ever were; numbered from 1.
    var connections: [ConnectionID] = []
    /// Each life of the server has an id of its own.
    var serverLife = 1
    var stalledUntil: Int64 = 0
    /// Until then the bucket that was made again takes nothing.
    var opensAt: Int64 = 0
    var processes: [SimulatedInstance] = []
    var incarnations: [Int64]
    var beliefs: [[Belief]]
    /// The processes whose beliefs go on, for each role.
    var believers: [[Int]]
    var lastTerms: [UInt64]
    var isCalm = false
    /// Whether the wake-up is planned only after several inputs.
    var isBatching = false
    /// Whether the input that is being processed came from the watch.
    var isObserving = false
    /// When somebody has to lead each role, once it is calm.
    var deadline: Int64 = .max
    var isLonely = false
    var isFinished = false
    /// Who led at the last surveys, as long as they agree.
    var settled: [Survey] = []
    /// How often somebody ended another one's session.
    var fences = 0
    /// How often a roster moved a role while all was well.
    var moves = 0
    private(set) var violation: String?
    private(set) var lines: [String] = []
    private(set) var eventCount = 0
    private let clocks: [SimulatedClock]
    private let isTraced: Bool

    init(seed: UInt64, losesStore: Bool = false, isTraced: Bool = false) {
        self.losesStore = losesStore
        var random = SplitMix64(seed: seed)
        let mix = FaultMix(using: &random)
        self.mix = mix
        self.isTraced = isTraced
        // What sessions are to live by needs no renewal, so it must not age.
        let ages = !mix.leases.contains(.instance)
        bucket = ages ? MemoryBucket(ttl: .nanoseconds(mix.longestTTL)) : MemoryBucket(ageLimit: nil)
        incarnations = Array(repeating: 0, count: mix.instances)
        beliefs = Array(repeating: [], count: mix.roles.count)
        believers = Array(repeating: [], count: mix.roles.count)
        lastTerms = Array(repeating: 0, count: mix.roles.count)
        clocks = (0..<mix.instances).map { _ in
            SimulatedClock(offset: random.upTo(1 << 50), drift: random.pick([-mix.drift, 0, mix.drift]))
        }
        self.random = random
    }

    /// Runs the schedule to its end, or to the first broken promise.
    mutating func run() {
        for host in 0..<mix.instances { queue.add(.begins(host: host), at: random.upTo(mix.longestTTL)) }
        queue.add(.fault, at: random.upTo(mix.faultInterval * 2))
        if mix.thinsOut { queue.add(.thinsOut, at: mix.chaos - mix.longestTTL * 2) }
        queue.add(.calmsDown, at: mix.chaos)
        while violation == nil, !isFinished, let (instant, event) = queue.next() {
            now = instant
            eventCount += 1
            if eventCount > 100_000 { fail("a schedule without end") }
            handle(event)
            checkLeaders()
        }
        for role in mix.roles.indices { checkBeliefs(role) }
    }

    private mutating func handle(_ event: Event) {
        switch event {
        case .serverReceives(let request, let process, let connection):
            serve(request, from: process, connection: connection)
        case .arrives(let message, let process): arrive(message, at: process)
        case .processes(let message, let process, let stamp): self.process(message, at: process, stamp: stamp)
        case .noticesCut(let process): noticeCut(process)
        case .dials(let process): dial(process)
        case .fault: nextFault()
        case .resumes(let process): resume(process)
        case .dies(let process): if !isLonely { kill(process) }
        case .begins(let host): begin(host: host)
        case .thinsOut: thinOut()
        case .calmsDown: calmDown()
        case .surveys: survey()
        }
    }

    // MARK: What the other parts use

    var serverTime: Timestamp { Timestamp(nanoseconds: now) }
    var usualDelay: Int64 { isCalm ? min(mix.delays.usual, mix.shortestTTL / 50) : mix.delays.usual }
    var tailChance: Double { isCalm ? 0 : mix.delays.tailChance }
    var lossChance: Double { isCalm ? 0 : mix.lossChance }

    func localNow(_ process: Int) -> Timestamp { processes[process].clock.local(now) }

    mutating func begin(host: Int) {
        if isLonely && processes.contains(where: { $0.isAlive && !$0.isStopping }) { return }
        if isCalm { for process in processes.indices where processes[process].host == host { kill(process) } }
        incarnations[host] += 1
        let settings = settings(host)
        var roles: [SimulatedRole] = []
        for _ in mix.roles {
            roles.append(SimulatedRole(machine: ElectionMachine(settings: settings, seed: random.next())))
        }
        let process = processes.count
        trace { _ in "process: \(process) begins, instance \(host)" }
        processes.append(
            SimulatedInstance(
                host: host,
                incarnation: incarnations[host],
                clock: clocks[host],
                roles: roles,
                sessions: Sessions(settings: settings, seed: random.next())
            )
        )
        if Roster.isNeeded(settings) {
            let hearsLosses = mix.policies[host].isHearingLosses
            processes[process].roster = Roster(settings: settings, roles: mix.roles, isHearingLosses: hearsLosses)
        }
        if settings.startsOnStandby {
            let end = now + random.upTo(isCalm ? 1 : mix.longestTTL * 2)
            queue.add(.processes(.enlists, process, stamp: nil), at: end)
        }
        for role in mix.roles.indices {
            input(process, role, at: localNow(process)) { machine, now in machine.start(at: now) }
        }
        if !settings.startsOnStandby {
            sessions(process, at: localNow(process)) { sessions, now in sessions.start(at: now) }
        }
        dialLater(process)
    }

    private func settings(_ host: Int) -> ElectionSettings {
        guard let id = try? InstanceID(name(host)) else { preconditionFailure("an instance id") }
        let policy = mix.policies[host]
        return ElectionSettings(
            instance: id,
            incarnation: incarnations[host],
            timing: mix.timings[host],
            lease: mix.leases[host],
            detector: mix.detector,
            campaign: policy.campaign,
            priority: policy.priority,
            takeover: policy.takeover,
            balances: policy.balances,
            validationInterval: mix.validates ? mix.timings[host].heartbeat * 2 : nil,
            startsOnStandby: policy.startsOnStandby
        )
    }

    func name(_ host: Int) -> String { "i\(host)" }

    mutating func fail(_ text: String) {
        if violation == nil { violation = text }
        trace { _ in "VIOLATION: \(text)" }
    }

    mutating func trace(_ text: (World) -> String) {
        guard isTraced else { return }
        lines.append("\(now) \(text(self))")
    }

    func text(_ write: StoreWrite) -> String {
        switch write.value {
        case .marker: "delete #\(write.id) expecting \(write.expectedRevision)"
        case .record(let record):
            "record #\(write.id) of \(record.id) \(record.token.prefix(4)) \(record.meta?.mark.map { "\($0)" } ?? "") expecting \(write.expectedRevision)"
        }
    }
}
