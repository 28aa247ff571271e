import ElectionCore

/// A size of an election: what its cost depends on.
package struct Load: Codable, Hashable, Sendable {
    package var instances: Int
    package var roles: Int
    private var ttlNs: Int64
    private var heartbeatNs: Int64
    /// `instance` where each instance renews one lease for all its roles; absent where each role has its own.
    package private(set) var lease: String?

    package var ttl: Duration {
        get { .nanoseconds(ttlNs) }
        set { ttlNs = newValue.nanoseconds }
    }
    package var heartbeat: Duration {
        get { .nanoseconds(heartbeatNs) }
        set { heartbeatNs = newValue.nanoseconds }
    }

    /// - Parameter lease: as ``RunSettings/lease``.
    package init(instances: Int, roles: Int, ttl: Duration, heartbeat: Duration, lease: String? = nil) {
        self.instances = instances
        self.roles = roles
        ttlNs = ttl.nanoseconds
        heartbeatNs = heartbeat.nanoseconds
        self.lease = lease
    }

    /// The usual one: a lease outlives two renewals that fail.
    package static func heartbeat(of ttl: Duration) -> Duration { .nanoseconds(ttl.nanoseconds / 3) }

    /// Each role's leader renews once a heartbeat, or each instance its session.
    package var renewalsPerSecond: Double { Double(lease == nil ? roles : instances) / (heartbeat / .seconds(1)) }
    /// Each renewal goes to every instance's watch.
    package var deliveriesPerSecond: Double { renewalsPerSecond * Double(instances) }
    package var pairs: Int { instances * roles }
}

/// What one part of a cost grows with.
package enum CostTerm: String, Hashable, Sendable, CaseIterable {
    /// There whatever the size.
    case constant
    case instance
    case role
    /// An instance's knowledge of a role.
    case pair
    /// A renewal a second.
    case renewal
    /// A renewal's delivery to one instance, a second.
    case delivery

    func value(_ load: Load) -> Double {
        switch self {
        case .constant: 1
        case .instance: Double(load.instances)
        case .role: Double(load.roles)
        case .pair: Double(load.pairs)
        case .renewal: load.renewalsPerSecond
        case .delivery: load.deliveriesPerSecond
        }
    }

    /// As in `0.8 a pair`.
    var unit: String {
        switch self {
        case .constant: "fixed"
        case .instance: "an instance"
        case .role: "a role"
        case .pair: "a pair of instance and role"
        case .renewal: "a renewal a second"
        case .delivery: "a delivery a second"
        }
    }
}

/// What is modelled of a cell: a column of `capacity.csv`, and the terms that it may be made of.
package enum CostQuantity: String, Hashable, Sendable, CaseIterable {
    case processorInstances = "processor_instances_percent"
    case processorServers = "processor_servers_percent"
    case memoryInstances = "private_instances_kb"
    case memoryServers = "private_servers_kb"
    case operations = "operations_per_second"
    case messagesIn = "messages_in_per_second"
    case messagesOut = "messages_out_per_second"

    /// Roles have a term of their own beside renewals, for leaders append to the ledger at a pace of its own, and instances
    /// look at what they lead at another. Where a sweep has one ttl nothing tells the two apart: then the earlier term has it.
    var terms: [CostTerm] {
        switch self {
        case .processorInstances: [.instance, .renewal, .delivery, .role]
        case .processorServers: [.constant, .instance, .renewal, .delivery, .role]
        case .memoryInstances: [.instance, .role, .pair]
        case .memoryServers: [.constant, .instance, .role, .pair, .delivery]
        case .operations: [.renewal, .role]
        case .messagesIn: [.constant, .instance, .renewal, .role]
        case .messagesOut: [.constant, .instance, .renewal, .delivery, .role]
        }
    }

    package var title: String {
        switch self {
        case .processorInstances: "processor, instances"
        case .processorServers: "processor, servers"
        case .memoryInstances: "memory, instances"
        case .memoryServers: "memory, servers"
        case .operations: "store operations"
        case .messagesIn: "messages in"
        case .messagesOut: "messages out"
        }
    }

    var isProcessor: Bool { self == .processorInstances || self == .processorServers }

    /// What a coefficient is shown in: of a processor µs a second, which is 10,000 to one percent of a core.
    var unit: String {
        switch self {
        case .processorInstances, .processorServers: "µs/s"
        case .memoryInstances, .memoryServers: "kB"
        case .operations, .messagesIn, .messagesOut: "/s"
        }
    }

    func shown(_ value: Double) -> Double { isProcessor ? value * 10_000 : value }
}
