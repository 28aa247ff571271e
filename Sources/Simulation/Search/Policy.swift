import ElectionCore

/// How one instance of a drawn world takes part.
struct Policy: Sendable {
    let campaign: Campaign
    let priority: Int
    let takeover: Takeover
    let balances: Bool
    let startsOnStandby: Bool
    let lease: LeaseScope

    var isRanked: Bool {
        switch campaign {
        case .race: false
        case .ranked: true
        }
    }

    /// One for each of the instances. They differ as in a rolling change of the settings, or are all the same.
    static func draw(_ instances: Int, longestTTL: Int64, using random: inout SplitMix64) -> [Policy] {
        let rankedChance = random.pick([0, 0.5, 1, 1, 1])
        let balanceChance = random.pick([0, 0.5, 1, 1])
        let takeover = random.pick([[Takeover.none], [.ask], [.force], [.none, .force], Takeover.allCases])
        let priorities = random.pick([1, 2, 2, 3])
        let spread = random.pick([0, 0, longestTTL / 100, longestTTL / 10])
        let step = random.pick([1_000_000, 5_000_000, longestTTL / 20])
        let standbyChance = random.pick([0, 0, 0.5])
        let leases: [LeaseScope] = random.pick([[.role], [.role], [.instance], [.role, .instance]])
        return (0..<instances).map { _ in
            let isRanked = random.isTrue(rankedChance)
            let drawn = random.pick(takeover)
            return Policy(
                campaign: isRanked ? .ranked(step: .nanoseconds(step)) : .race(spread: .nanoseconds(spread)),
                priority: Int(random.next() % UInt64(priorities)),
                takeover: isRanked ? drawn : .none,
                balances: random.isTrue(balanceChance) && isRanked,
                startsOnStandby: random.isTrue(standbyChance),
                lease: random.pick(leases)
            )
        }
    }

    func settings(_ host: Int, _ timing: LeaseTiming, _ detector: Detector, validates: Bool) -> ElectionSettings {
        guard let id = try? InstanceID("instance-\(host + 1)") else { preconditionFailure("an instance id") }
        return ElectionSettings(
            instance: id,
            incarnation: 0,
            timing: timing,
            lease: lease,
            detector: detector,
            campaign: campaign,
            priority: priority,
            takeover: takeover,
            balances: balances,
            validationInterval: validates ? timing.heartbeat * 2 : nil,
            startsOnStandby: startsOnStandby
        )
    }
}
