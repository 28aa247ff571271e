import ElectionCore
import Measurement

/// One life of an instance: what ``RoleManager`` is in a service, in virtual time.
final class SimulatedInstance: InstanceShell {
    /// One role's machine, and what its shell remembers.
    struct RoleState {
        var machine: ElectionMachine
        /// The earliest deadline for which a timer is set.
        var armed: Timestamp?
        /// When the promote callback begins, or began.
        var promotedAt: Int64 = 0
        /// The term whose promote callback was run and whose demote callback was not.
        var promoted: UInt64?
        var isHealthy = true
        /// Among those that are awake for this role.
        var place = 0
        /// What the checks remember.
        var watch = Promises.Watch()
    }

    let number: Int
    let host: SimulatedHost
    let incarnation: Int64
    let settings: ElectionSettings
    /// Which holds all its lives, and none of them does anything without it: to check that at each use took 3 % of the time.
    unowned(unsafe) let world: World
    /// In memory of their own: an array's elements would be copied where they are only looked at. Nil where a role rests.
    var states: UnsafeMutableBufferPointer<UnsafeMutablePointer<RoleState>?>
    /// What is kept of roles that rest.
    var residues: [Int32: Residue] = [:]
    /// How its life began, for the machines of the roles that have rested since.
    var beginnings: Beginnings
    /// Roles that may rest once what is done now is done.
    var drowsy: [Int] = []
    var awakeCount = 0
    /// Whether none of its machines was ever needed.
    var isFresh = true
    /// What arrived with the watch's snapshot, or before: the last delivery's number, and the instant.
    var watchFloor: (sequence: Int, instant: Int64) = (-1, 0)
    /// The roles that it leads, as far as the last inputs of their machines say.
    var led: Set<Int> = []
    var roster: Roster?
    var rosterArmed: Timestamp?
    var sessions: Sessions
    var sessionsArmed: Timestamp?
    let enlistment = Enlistment()
    var unfinished: Int

    private(set) var isAlive = true
    var isStopping = false
    var isReady = false
    var isPaused = false
    /// What came while it was paused, with the instant that a thread may have taken before.
    var mailbox: [(message: Message, stamp: Timestamp?)] = []
    /// No ordered message may be processed before the one ahead of it.
    var laneFreeAt: Int64 = 0

    /// What the client library believes.
    var isConnected = false
    /// The last connection's number; no two of the world have the same.
    var connection = 0
    /// The server that it is, or was, connected to.
    var server = 0
    /// Whether that connection is gone, whoever knows it.
    var isCut = true
    /// Whether the client library, paused, has still to see that.
    var noticesOnResumption = false
    /// The connection whose messages the election has begun to take.
    var generation = 0
    /// When the last message of the watch arrives, and the last request.
    var watchArrival: Int64 = 0
    var requestArrival: Int64 = 0
    /// The instant that was taken for what is processed now; nil: the present one.
    var stamp: Timestamp?
    /// Whether it does something now: what it needs for that stays until it is done, also where it ends meanwhile.
    var isBusy = false
    /// Whether what is processed now came from the watch.
    var isObserving = false

    init(number: Int, host: SimulatedHost, world: World) {
        self.number = number
        self.host = host
        self.world = world
        incarnation = host.incarnation
        var settings = host.plan.settings
        settings.incarnation = host.incarnation
        self.settings = settings
        let seed = world.plan.seed ^ UInt64(host.incarnation) &* 0x9E37_79B9_7F4A_7C15
        var seeds = SplitMix64.stream(seed, World.Stream.machine, host.index)
        beginnings = Beginnings(seeds: seeds)
        states = .zeroed(world.plan.roles.count)
        for _ in states.indices { _ = seeds.next() }
        sessions = Sessions(settings: settings, seed: seeds.next())
        unfinished = states.count
        if Roster.isNeeded(settings) {
            roster = Roster(settings: settings, roles: world.plan.roles, isHearingLosses: host.plan.hearsLosses)
        }
        if world.letsSleep { return }
        for role in roles { make(role, ElectionMachine(settings: settings, seed: beginnings.seed(of: role))) }
    }

    deinit {
        for role in states.indices { free(role) }
        states.giveBack()
    }

    func forget() {
        for role in states.indices where states[role] != nil { release(role) }
        states.giveBack()
        states = UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    /// What its clock shows, or showed when the message that is processed came in.
    var now: Timestamp { stamp ?? clockNow }
    var clockNow: Timestamp { host.clock.local(world.now) }
    var roles: Range<Int> { states.indices }
    var knowsMembers: Bool { roster != nil }
    /// For a trace: two lives of an instance may overlap.
    var name: String { "\(host.name) #\(incarnation)" }

    func leads(_ role: Int) -> Bool { isAlive && term(of: role) != nil }

    /// While it answers that it leads.
    func term(of role: Int) -> UInt64? {
        let instant = clockNow
        return states[role]?.look { $0.term(at: instant) }
    }

    func isHealthy(_ role: Int) -> Bool { states[role]?.pointee.isHealthy ?? true }

    func start() {
        beginnings.started = now
        for role in roles where isAttentive(role) { apply(role) { machine, now in machine.start(at: now) } }
        startSession()
        if settings.startsOnStandby, let standby = host.plan.standby { arrange(Message.enlist, after: standby) }
    }

    /// SIGTERM.
    func stopInOrder() {
        isStopping = true
        // Who merely follows has nothing to give up.
        unfinished -= roles.count - awakeCount
        residues = [:]
        if unfinished == 0 { return world.finish(self) }
        whileBusy { stop() }
    }

    func setHealthy(_ isHealthy: Bool, _ role: Int) {
        whileBusy {
            awake(role).pointee.isHealthy = isHealthy
            apply(role) { machine, now in machine.setHealthy(isHealthy, at: now) }
        }
    }

    /// It is gone: nothing of it happens any more.
    func vanish() {
        isAlive = false
        isConnected = false
        mailbox = []
        roster = nil
        if !isBusy { forget() }
    }
}
