import ElectionCore

/// What one schedule is made of. Each seed draws its own mix, so that some schedules have much of one fault and none of
/// another: a swarm finds what a single even mix averages away.
struct FaultMix {
    enum Fault: CaseIterable {
        case cut, pause, kill, stop, health, stall
        /// The server closes a connection, or somebody between does: both sides see it.
        case drop
        /// The server tells of connections that were closed long ago, or never were.
        case rumour
    }

    /// How long a message travels: mostly up to `usual`, sometimes far longer than that.
    struct Delays {
        var usual: Int64
        var tail: Int64
        var tailChance: Double
    }

    let instances: Int
    let roles: [Role]
    let detector: Detector
    /// One for each instance.
    let policies: [Policy]
    /// One for each instance; they differ in a rolling change of the ttl.
    let timings: [LeaseTiming]
    /// One for each instance; they differ in a rolling change of the setting.
    let leases: [LeaseScope]
    let longestTTL: Int64
    let shortestTTL: Int64
    let delays: Delays
    let lossChance: Double
    /// How late timers and threads are.
    let lateness: Int64
    /// The chance that a message's instant is taken by one thread and the message processed later by another.
    let lagChance: Double
    let callbackTime: Int64
    let calmCallbackTime: Int64
    let faults: [Fault]
    let faultInterval: Int64
    /// How far a clock's rate is from true, at most, in parts per thousand million.
    let drift: Int64
    let validates: Bool
    /// The chance that a watch begins at a replica that lags behind.
    let replicaLagChance: Double
    /// The chance that who gives, claims or gets a role crashes while that is under way.
    let crossChance: Double
    /// The chance that a lost connection is never told to one of the others.
    let deafChance: Double
    /// Whether one instance is left alone before the faults end.
    let thinsOut: Bool
    /// How long faults go on.
    let chaos: Int64

    init(using random: inout SplitMix64) {
        instances = Int.random(in: 2...5, using: &random)
        let names = ["a", "b", "c", "d", "e", "f"].prefix(random.pick([1, 1, 1, 1, 2, 2, 3, 6]))
        roles = names.compactMap { try? Role($0) }
        detector = random.pick([.lease, .connection])
        let first: Int64 = random.pick([100, 200, 500, 1000, 2000].map { $0 * 1_000_000 })
        let second = random.isTrue(0.3) ? first * 3 : first
        var timings: [LeaseTiming] = []
        for _ in 0..<instances {
            let ttl = random.isTrue(0.5) ? first : second
            let heartbeat = ttl / Int64.random(in: 3...5, using: &random)
            guard let timing = try? LeaseTiming(ttl: .nanoseconds(ttl), heartbeat: .nanoseconds(heartbeat)) else {
                preconditionFailure("a timing of \(ttl) and \(heartbeat)")
            }
            timings.append(timing)
        }
        self.timings = timings
        longestTTL = max(first, second)
        shortestTTL = first
        delays = Delays(
            usual: random.pick([1000, 50_000, 1_000_000, longestTTL / 20, longestTTL / 4]),
            tail: longestTTL * 3 / 2,
            tailChance: random.pick([0, 0, 0.02, 0.1, 0.3])
        )
        policies = Policy.draw(instances, longestTTL: longestTTL, using: &random)
        lossChance = random.pick([0, 0, 0.03, 0.15, 0.4])
        lateness = random.pick([0, 1000, 1_000_000, shortestTTL / 50])
        lagChance = random.pick([0, 0, 0.2])
        callbackTime = random.pick([0, 1_000_000, longestTTL / 3, longestTTL * 3 / 2])
        calmCallbackTime = random.pick([callbackTime / 10, callbackTime / 10, callbackTime])
        faults = Fault.allCases.filter { _ in random.isTrue(0.4) }
        faultInterval = longestTTL * Int64.random(in: 1...12, using: &random) / 4
        drift = random.pick([0, 4_000_000, 4_000_000])
        validates = random.isTrue(0.15)
        replicaLagChance = random.pick([0, 0, 0.5])
        crossChance = random.pick([0, 0.2, 0.7])
        deafChance = random.pick([0, 0.2, 1])
        thinsOut = random.isTrue(0.3)
        chaos = longestTTL * Int64.random(in: 3...6, using: &random)
        let scopes: [LeaseScope] = random.pick([[.role], [.instance], [.instance], [.role, .instance]])
        leases = (0..<instances).map { _ in random.pick(scopes) }
    }
}

extension SplitMix64 {
    mutating func isTrue(_ chance: Double) -> Bool {
        chance > 0 && Double(next() >> 11) * 0x1p-53 < chance
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(next() % UInt64(elements.count))]
    }

    /// An even draw from zero to the limit.
    mutating func upTo(_ limit: Int64) -> Int64 {
        limit <= 0 ? 0 : Int64(next() % UInt64(limit + 1))
    }
}
