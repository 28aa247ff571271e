/// What is compared of two runs: the measures of `summary.csv` of which one direction is the better one.
package struct ComparedMeasure: Hashable, Sendable {
    package enum Better: String, Hashable, Sendable, Codable { case lower, higher }

    package let name: String
    package let better: Better
    /// Decides by default; the others are shown.
    let isGated: Bool
    let tolerance: Tolerance
    /// Each value of its sample is an event of its own.
    let isIndependent: Bool
    /// Only these scopes of it; all where it is nil.
    let scopes: [String]?

    private init(
        _ name: String,
        _ better: Better = .lower,
        gated tolerance: Tolerance? = nil,
        isIndependent: Bool = false,
        scopes: [String]? = nil
    ) {
        self.name = name
        self.better = better
        isGated = tolerance != nil
        self.tolerance = tolerance ?? Tolerance(relative: 0.1)
        self.isIndependent = isIndependent
        self.scopes = scopes
    }

    /// In the order in which they are shown.
    package static let all: [ComparedMeasure] = [
        .init("failover_ms", gated: .latency),
        .init("excess_ms", gated: .latency),
        .init("gap_ms", gated: .latency),
        .init("recovery_ms", gated: .latency, isIndependent: true),
        .init("balance_ms", gated: .latency, isIndependent: true),
        .init("processor", gated: .share, scopes: ["instances", "servers"]),
        .init("private_kb", gated: .share, scopes: ["life=late"]),
        .init("detect_ms"),
        .init("acquire_ms"),
        .init("promote_ms"),
        .init("failover_leaderless_ms"),
        .init("transfer_leaderless_ms"),
        .init("lost_races_per_failover", scopes: [""]),
        .init("availability", .higher, scopes: ["roles"]),
        .init("false_failovers"),
        .init("roles_led_jain", .higher, scopes: ["over=time"]),
        .init("operation_us"),
        .init("operations_per_second", scopes: [""]),
        .init("tasks", scopes: ["life=late"]),
        .init("threads", scopes: ["life=late"]),
        .init("descriptors", scopes: ["life=late"]),
        .init("start_ms"),
    ]
}

extension Tolerance {
    /// A host's noise moves a latency of some milliseconds by more than a tenth.
    static let latency = Tolerance(relative: 0.1, absolute: 5)
    /// Of what is not a time.
    static let share = Tolerance(relative: 0.1)
}
