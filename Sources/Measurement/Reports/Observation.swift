/// One value of a statistic's sample.
package struct Observation: Hashable, Sendable {
    /// Whose it is.
    package struct Origin: Hashable, Sendable {
        package var role: String?
        /// What it came of, such as one fault: the values of one event are not independent of each other.
        package var event: String?

        init(role: String? = nil, event: String? = nil) {
            self.role = role
            self.event = event
        }
    }

    /// In the statistic's unit and rounded as it is printed, so that no output shows another figure than a check is made on.
    package var value: Double
    package var origin: Origin
}

/// A raw value with its origin, before it is rounded.
struct Sampled<Value: Comparable> {
    var value: Value
    var origin: Observation.Origin

    init(_ value: Value, role: String? = nil, event: String? = nil) {
        self.value = value
        origin = .init(role: role, event: event)
    }
}

extension Failover {
    func sampled(_ value: Duration?) -> Sampled<Duration>? {
        value.map { Sampled($0, role: old.role, event: "fault \(fault.id)") }
    }
}

extension Handover {
    func sampled(_ value: Duration?) -> Sampled<Duration>? {
        value.map { Sampled($0, role: old.role, event: "\(cause) of \(old.holder)") }
    }
}
