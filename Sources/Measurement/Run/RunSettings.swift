/// Every setting of a run, as the run used it: defaults are filled in.
package struct RunSettings: Codable, Hashable, Sendable {
    package var instances: Int
    /// The roles' names. A role that nobody ever led is leaderless for the whole run, so all of them stand here.
    package var roles: [String]
    package var ttlNs: Int64
    package var heartbeatNs: Int64
    /// `instance` where an instance renews one lease for all its roles; absent where each role has its own.
    package var lease: String?
    /// `race`: over how long followers spread their first try for a vacant role. `ranked`: by how much each tries later than
    /// the one before it.
    package var spreadNs: Int64
    /// How a follower learns that a leader is gone: `lease`, `connection`.
    package var detector: String
    /// How followers decide who tries first: `race`, `ranked`.
    package var campaign: String
    /// Whether members give roles to those that lead fewer; absent where they don't.
    package var balance: Bool?
    /// How members take roles from leaders of lower priority: `ask`, `force`; absent where they don't.
    package var takeover: String?
    /// By instance, where it isn't 0; absent where all are.
    package var priorities: [String: Int]?
    /// The kinds of faults that the schedule draws from; empty in a run without faults.
    package var faults: [String]
    /// How often each kind is drawn, in proportion; absent in older runs, where all kinds are drawn alike.
    package var faultWeights: [String: Int]?
    package var faultIntervalNs: Int64
    package var downtimeMinNs: Int64
    package var downtimeMaxNs: Int64
    /// How long a fault lasts that takes nobody down: pauses, partitions and the like.
    package var faultDurationMinNs: Int64?
    package var faultDurationMaxNs: Int64?
    package var durationNs: Int64
    package var warmUpNs: Int64
    /// How many faults of each kind have to hit a leader, else the run is inconclusive.
    package var minFaults: Int
    /// `own`, or the URL that the user gave, without its password.
    package var server: String
    package var servers: Int
    package var bucket: String
    /// `memory`, `file`.
    package var storage: String
    package var replicas: Int
    /// `bucket`: one watch an instance; `role`: one watch a role.
    package var watch: String
    /// How often an instance validates its tokens; absent where it doesn't.
    package var validationNs: Int64?
    /// How often each leader appends to the ledger; absent where there is none.
    package var ledgerIntervalNs: Int64?
    /// The scenario file's name; absent without one.
    package var scenario: String?
    /// The scenario's phases in their order; absent without one.
    package var phases: [RunPhase]?
    /// How the instances were made to misbehave on purpose; absent where they weren't.
    package var sabotage: String?
    /// What the run has to reach, each a ``Threshold``'s text; absent without any.
    package var thresholds: [String]?
    /// Of a simulated run, the model that it was simulated with; absent of real ones.
    package var model: String?
    /// Of a simulated run, how far each clock may be from true, in parts per million; absent of real ones.
    package var driftPpm: Int?

    package init(
        instances: Int,
        roles: [String],
        ttlNs: Int64,
        heartbeatNs: Int64,
        lease: String? = nil,
        spreadNs: Int64 = 0,
        detector: String = "lease",
        campaign: String = "race",
        balance: Bool? = nil,
        takeover: String? = nil,
        priorities: [String: Int]? = nil,
        faults: [String],
        faultWeights: [String: Int]? = nil,
        faultIntervalNs: Int64,
        downtimeMinNs: Int64,
        downtimeMaxNs: Int64,
        faultDurationMinNs: Int64? = nil,
        faultDurationMaxNs: Int64? = nil,
        durationNs: Int64,
        warmUpNs: Int64,
        minFaults: Int,
        server: String = "own",
        servers: Int = 1,
        bucket: String = "leaders",
        storage: String = "file",
        replicas: Int = 1,
        watch: String = "bucket",
        validationNs: Int64? = nil,
        ledgerIntervalNs: Int64? = nil,
        scenario: String? = nil,
        phases: [RunPhase]? = nil,
        sabotage: String? = nil,
        thresholds: [String]? = nil
    ) {
        self.instances = instances
        self.roles = roles
        self.ttlNs = ttlNs
        self.heartbeatNs = heartbeatNs
        self.lease = lease
        self.spreadNs = spreadNs
        self.detector = detector
        self.campaign = campaign
        self.balance = balance
        self.takeover = takeover
        self.priorities = priorities
        self.faults = faults
        self.faultWeights = faultWeights
        self.faultIntervalNs = faultIntervalNs
        self.downtimeMinNs = downtimeMinNs
        self.downtimeMaxNs = downtimeMaxNs
        self.faultDurationMinNs = faultDurationMinNs
        self.faultDurationMaxNs = faultDurationMaxNs
        self.durationNs = durationNs
        self.warmUpNs = warmUpNs
        self.minFaults = minFaults
        self.server = server
        self.servers = servers
        self.bucket = bucket
        self.storage = storage
        self.replicas = replicas
        self.watch = watch
        self.validationNs = validationNs
        self.ledgerIntervalNs = ledgerIntervalNs
        self.scenario = scenario
        self.phases = phases
        self.sabotage = sabotage
        self.thresholds = thresholds
    }

    private enum CodingKeys: String, CodingKey {
        case instances, roles, lease, detector, campaign, balance, takeover, priorities, faults, server, servers,
            bucket, storage, replicas, watch
        case scenario, phases, sabotage, thresholds, model
        case driftPpm = "drift_ppm"
        case faultWeights = "fault_weights"
        case faultDurationMinNs = "fault_duration_min_ns"
        case faultDurationMaxNs = "fault_duration_max_ns"
        case ledgerIntervalNs = "ledger_interval_ns"
        case ttlNs = "ttl_ns"
        case heartbeatNs = "heartbeat_ns"
        case spreadNs = "spread_ns"
        case faultIntervalNs = "fault_interval_ns"
        case downtimeMinNs = "downtime_min_ns"
        case downtimeMaxNs = "downtime_max_ns"
        case durationNs = "duration_ns"
        case warmUpNs = "warm_up_ns"
        case minFaults = "min_faults"
        case validationNs = "validation_ns"
    }
}

/// One phase of a scenario, after the other ones before it.
package struct RunPhase: Codable, Hashable, Sendable {
    package var name: String
    package var durationNs: Int64

    package init(name: String, durationNs: Int64) {
        self.name = name
        self.durationNs = durationNs
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case durationNs = "duration_ns"
    }
}
