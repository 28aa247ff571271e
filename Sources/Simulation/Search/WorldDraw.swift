import ElectionCore

/// A small world whose settings, conditions and faults one seed draws. Each draws its own mix, so that some worlds have much of
/// one fault and none of another: a swarm finds what a single even mix averages away. (Groce, Zhang, Eide, Chen, Regehr: Swarm
/// testing, ISSTA 2012.)
package struct WorldDraw: Sendable {
    /// What all worlds of a search have in common; nil: drawn for each.
    package struct Size: Hashable, Sendable {
        package var instances: Int?
        package var roles: Int?
        /// How long faults fall.
        package var duration: Duration?
        /// Whether the server loses its store at times.
        package var losesStore: Bool?

        package init(
            instances: Int? = nil,
            roles: Int? = nil,
            duration: Duration? = nil,
            losesStore: Bool? = nil
        ) {
            self.instances = instances
            self.roles = roles
            self.duration = duration
            self.losesStore = losesStore
        }
    }

    package let seed: UInt64
    package var plan: WorldPlan
    /// When the faults end.
    package var chaos: Int64
    /// When all but one are killed; nil: never.
    package var thinsOutAt: Int64?
    /// How each instance takes part, by host.
    var policies: [Policy]
    let losesStore: Bool

    package init(seed: UInt64, size: Size) {
        var random = SplitMix64(seed: seed)
        self.seed = seed
        losesStore = size.losesStore ?? random.isTrue(0.25)
        let instances = size.instances ?? Int(random.from(2...5))
        let roles = size.roles ?? random.pick([1, 1, 1, 1, 2, 2, 3, 6])
        let detector = random.pick([Detector.lease, .connection])
        let timings = Self.timings(instances, isLong: size.duration != nil, &random)
        let ttls = timings.map(\.ttl.nanoseconds)
        let (longest, shortest) = (ttls.max() ?? 0, ttls.min() ?? 0)
        chaos = size.duration?.nanoseconds ?? longest * random.from(3...6)
        let policies = Policy.draw(instances, longestTTL: longest, using: &random)
        self.policies = policies
        let validates = random.isTrue(0.15)
        let drift: Int64 = random.pick([0, 4_000_000, 4_000_000])
        let hearsLosses = random.isTrue(0.7)
        let hosts = policies.indices.map { index in
            WorldPlan.Host(
                settings: policies[index].settings(index, timings[index], detector, validates: validates),
                clock: HostClock(offset: random.upTo(1 << 50), drift: random.pick([-drift, 0, drift])),
                hearsLosses: hearsLosses,
                begins: random.upTo(longest),
                standby: random.upTo(longest * 2)
            )
        }
        let names = (0..<roles).compactMap { try? Role("role-\($0 + 1)") }
        let conditions = Self.conditions(longest: longest, shortest: shortest, &random)
        let usual: Int64 = random.pick([1000, 50_000, 1_000_000, longest / 20, longest / 4])
        let lateness: Int64 = random.pick([0, 1000, 1_000_000, shortest / 50])
        plan = WorldPlan(
            seed: seed,
            hosts: hosts,
            roles: names,
            model: Self.model(usual: usual, lateness: lateness, longest: longest),
            conditions: conditions,
            faults: Self.faults(
                in: chaos,
                longest: longest,
                roles: roles,
                losesStore: losesStore,
                isLong: size.duration != nil,
                &random
            ),
            // What sessions are to live by needs no renewal, so it must not age.
            ageLimit: policies.contains { $0.lease == .instance } ? nil : .nanoseconds(longest * 2)
        )
        if random.isTrue(0.3), chaos > longest * 2 { thinsOutAt = chaos - longest * 2 }
    }

    private static func timings(_ instances: Int, isLong: Bool, _ random: inout SplitMix64) -> [LeaseTiming] {
        let spans: [Int64] = isLong ? [500, 1000, 2000, 3000] : [100, 200, 500, 1000, 2000]
        let first = random.pick(spans) * 1_000_000
        let second = random.isTrue(0.3) ? first * 3 : first
        return (0..<instances).map { _ in
            let ttl = random.isTrue(0.5) ? first : second
            let heartbeat = ttl / random.from(3...5)
            guard let timing = try? LeaseTiming(ttl: .nanoseconds(ttl), heartbeat: .nanoseconds(heartbeat)) else {
                preconditionFailure("a timing of \(ttl) and \(heartbeat)")
            }
            return timing
        }
    }

    private static func conditions(longest: Int64, shortest: Int64, _ random: inout SplitMix64) -> Conditions {
        var conditions = Conditions()
        conditions.tailChance = random.pick([0, 0, 0.02, 0.1, 0.3])
        conditions.tail = longest * 3 / 2
        conditions.loss = random.pick([0, 0, 0.03, 0.15, 0.4])
        conditions.duplicate = random.pick([0, 0, 0.2])
        conditions.numberless = random.pick([0, 0.2])
        conditions.lagChance = random.pick([0, 0, 0.2])
        conditions.lag = random.pick([1000, 1_000_000, shortest / 50])
        conditions.callbackTime = random.pick([0, 1_000_000, longest / 3, longest * 3 / 2])
        conditions.replicaLag = random.pick([0, 0, 0.5])
        conditions.cross = random.pick([0, 0.2, 0.7])
        conditions.deaf = random.pick([0, 0.2, 1])
        conditions.lateNotice = random.pick([0, 0.15])
        return conditions
    }

    private static func model(usual: Int64, lateness: Int64, longest: Int64) -> ClusterModel {
        ClusterModel(
            request: .upTo(usual),
            answer: .upTo(usual),
            watch: .upTo(usual),
            service: 0,
            delivery: 0,
            timer: .upTo(lateness),
            callback: .always(0),
            disconnection: .upTo(1_000_000),
            connection: .upTo(longest / 10),
            start: .always(0),
            silence: .upTo(longest / 2),
            streamElection: .upTo(longest * 3 / 2)
        )
    }
}
