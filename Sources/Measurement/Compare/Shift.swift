/// How one figure of a measure differs between the base and the new side.
package struct Shift: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable, Codable {
        case better, worse
        case noDifference = "no difference seen"
        case tooFew = "too few"
    }

    package enum Method: String, Hashable, Sendable, Codable {
        /// See ``Interval/bootstrap(_:base:new:level:draws:)``.
        case bootstrap = "cluster bootstrap"
        /// See ``Interval/welch(base:new:level:)``.
        case welch = "Welch's t over runs"
    }

    /// A side's figure, and how many values, events and runs it rests on.
    package struct Figure: Hashable, Sendable, Codable {
        package var value: Double?
        package var n: Int
        package var events: Int?
        package var runs: Int
    }

    package let measure: String
    package let scope: String
    /// `p50`, `p99`, `value`.
    package let figure: String
    package let unit: String
    package let better: ComparedMeasure.Better
    /// Whether it decides.
    package let isGated: Bool
    package let base: Figure
    package let new: Figure
    package let tolerance: Tolerance
    package let method: Method?
    /// Of ``shift``, in the unit; nil where there is too little to say.
    package let interval: Interval?
    /// What is missing where there are too few.
    package let missing: String?

    /// New − base, in the unit.
    package var shift: Double? { base.value.flatMap { base in new.value.map { $0 - base } } }

    /// A number in the unit as a part of the base's figure; nil where that is not above 0.
    package func part(_ value: Double?) -> Double? {
        guard let value, let base = base.value, base > 0 else { return nil }
        return value / base
    }

    /// The smallest shift that matters, in the unit.
    package var limit: Double? { base.value.map { tolerance.limit(at: $0) } }

    /// The smallest shift that would have been taken for one, in the unit: what is smaller may be there.
    package var detectable: Double? { interval.flatMap { interval in limit.map { max($0, interval.halfWidth) } } }

    /// A shift counts if it is beyond what matters, and if chance does not explain it.
    package var status: Status {
        guard let shift, let limit, let interval else { return .tooFew }
        guard abs(shift) > limit, interval.lower > 0 || interval.upper < 0 else { return .noDifference }
        return (shift < 0) == (better == .lower) ? .better : .worse
    }

    package var name: String { scope.isEmpty ? measure : "\(measure){\(scope)}" }
}
