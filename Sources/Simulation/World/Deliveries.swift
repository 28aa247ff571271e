import ElectionCore

/// One write of a role, and how the server delivers it to those who watch.
final class Delivery {
    /// Counts over the writes of all roles.
    let sequence: Int
    let observation: Observation
    /// When the server took the write.
    let written: Int64
    /// When it turns to the first of those who watch, and when it is done with the last.
    let begins: Int64
    let ends: Int64
    /// The lives that watch, rising.
    private let watchers: [SimulatedStore.Watcher]
    private let cost: Int64

    init(
        sequence: Int,
        observation: Observation,
        written: Int64,
        begins: Int64,
        cost: Int64,
        watchers: [SimulatedStore.Watcher]
    ) {
        self.sequence = sequence
        self.observation = observation
        self.written = written
        self.begins = begins
        self.cost = cost
        self.watchers = watchers
        ends = begins + cost * Int64(watchers.count)
    }

    /// When it leaves the server for this life; nil where that didn't watch.
    func leaves(for life: Int) -> Int64? {
        var (low, high) = (0, watchers.count)
        while low < high {
            let middle = (low + high) / 2
            if watchers[middle].life < life { low = middle + 1 } else { high = middle }
        }
        guard low < watchers.count, watchers[low].life == life else { return nil }
        return begins + cost * Int64(low + 1)
    }
}

/// The writes of all roles and their ways to those who watch, of a steady world (``World/isSteady``).
///
/// How long a delivery travels is drawn from a generator of its own. So when it arrives can be told at any time, and needs no event as
/// long as nobody has anything to do about it.
struct Deliveries {
    /// What is known of one role.
    struct RoleLog {
        /// The last writes: those that may be under way to somebody, and the one before them.
        fileprivate(set) var writes: [Delivery] = []
        /// The first write of all.
        fileprivate(set) var first: Int?
        /// The lives that hold a machine for it, in any order.
        var awake: [Int32] = []
        /// Whether an event is set for ``Deliveries/rest(of:)``.
        var isWatched = false
    }

    private(set) var roles: [RoleLog]
    /// The last writes of all roles, the first of them with this number.
    private var log: [Delivery] = []
    private var firstKept = 0
    private let seed: UInt64
    private let travel: Latency
    private let cost: Int64
    /// How long a write lets followers rest: no clock takes its lease for over before.
    private let restful: Int64
    private let kept: Int64

    init(_ plan: WorldPlan) {
        roles = Array(repeating: RoleLog(), count: plan.roles.count)
        seed = plan.seed
        travel = plan.model.watch
        cost = plan.model.delivery
        let drift = plan.hosts.map { abs($0.clock.drift) }.max() ?? 0
        restful = plan.shortestTTL - HostClock.parts(drift + 1, of: plan.shortestTTL) - 10_000
        kept = plan.longestTTL * 2
    }

    var last: Int { firstKept + log.count - 1 }

    mutating func add(_ role: Int, _ entry: StoredEntry, to store: inout SimulatedStore, at now: Int64) -> Delivery {
        let begins = max(store.busyUntil, now)
        let delivery = Delivery(
            sequence: last + 1,
            observation: Observation(role: role, entry: entry),
            written: now,
            begins: begins,
            cost: cost,
            watchers: store.watchers
        )
        store.busyUntil = delivery.ends
        prune(at: now)
        log.append(delivery)
        // What all have is no answer to anything once the next has arrived everywhere, too.
        while roles[role].writes.count > 1, roles[role].writes[1].ends + travel.most < now {
            roles[role].writes.removeFirst()
        }
        roles[role].writes.append(delivery)
        if roles[role].first == nil { roles[role].first = delivery.sequence }
        return delivery
    }

    private mutating func prune(at now: Int64) {
        guard log.count >= 1024, log[log.count / 2].ends + kept < now else { return }
        let half = log.count / 2
        log.removeFirst(half)
        firstKept += half
    }

    // MARK: who is awake

    mutating func wakes(_ life: Int, _ role: Int) -> Int {
        roles[role].awake.append(Int32(life))
        return roles[role].awake.count - 1
    }

    /// - Returns: which life has taken the place.
    mutating func sleeps(_ role: Int, place: Int) -> Int? {
        let last = roles[role].awake.removeLast()
        guard place < roles[role].awake.count else { return nil }
        roles[role].awake[place] = last
        return Int(last)
    }

    /// Until when nobody needs to look after followers of the role's last write.
    func rest(of role: Int) -> Int64 {
        roles[role].writes.last.map { $0.written + restful } ?? 0
    }

    mutating func watch(_ role: Int, _ isWatched: Bool) { roles[role].isWatched = isWatched }

    // MARK: arrivals

    /// The place of a delivery among all that arrives at the same instant: a watch keeps the order of the writes, whoever was awake
    /// when each was written.
    static func rank(_ sequence: Int, _ life: Int) -> Int { (sequence + 1) << 21 | life }

    /// The same for the parts of a snapshot that shows all writes up to this one.
    static func rank(ofSnapshot sequence: Int, part: Int) -> Int { (sequence + 1) << 21 | 1 << 20 | part }

    /// When a delivery arrives at a life's socket. A watch keeps its order.
    func arrival(of delivery: Delivery, at life: SimulatedInstance) -> Int64 {
        var arrival = life.watchFloor.instant
        var next: Delivery? = delivery
        while let current = next, current.sequence > life.watchFloor.sequence {
            if let leaves = current.leaves(for: life.number) {
                arrival = max(arrival, leaves + drawTravel(current.sequence, life.number))
            }
            let earlier = current.sequence - 1 - firstKept
            next = earlier >= 0 && log[earlier].ends + travel.most > arrival ? log[earlier] : nil
        }
        return arrival
    }

    /// When all would have what is written now.
    func latestArrival(from store: SimulatedStore, at now: Int64) -> Int64 {
        max(store.busyUntil, now) + cost * Int64(store.watchers.count) + travel.most
    }

    /// When all has arrived at the life that is on its way.
    func lastArrival(at life: SimulatedInstance) -> Int64 {
        log.last.map { arrival(of: $0, at: life) } ?? life.watchFloor.instant
    }

    /// When a snapshot of all roles has come whole.
    func snapshotArrival(over connection: Int, at now: Int64) -> Int64 {
        var draws = SplitMix64.stream(seed, World.Stream.snapshot, connection)
        var longest: Int64 = 0
        for _ in 0...roles.count { longest = max(longest, travel.draw(&draws)) }
        return now + longest
    }

    private func drawTravel(_ sequence: Int, _ life: Int) -> Int64 {
        var draws = SplitMix64.stream(seed, World.Stream.watch, life << 40 | sequence)
        return travel.draw(&draws)
    }

    /// The last write that has arrived at a life by now, and those that are under way to it, the watch's snapshot first.
    ///
    /// - Parameter known: has arrived, and all before it.
    func split(_ role: Int, for life: SimulatedInstance, from known: Int, at now: Int64) -> (
        known: Delivery?, underWay: [Delivery]
    ) {
        var underWay: [Delivery] = []
        for delivery in roles[role].writes.reversed() {
            if delivery.sequence <= known || hasArrived(delivery, at: life, now) {
                return (delivery, underWay.reversed())
            }
            underWay.append(delivery)
            if delivery.sequence <= life.watchFloor.sequence { break }
        }
        return (nil, underWay.reversed())
    }

    func hasArrived(_ delivery: Delivery, at life: SimulatedInstance, _ now: Int64) -> Bool {
        if life.watchFloor.instant <= now, delivery.ends + travel.most <= now { return true }
        return arrival(of: delivery, at: life) <= now
    }
}
