/// What a run has to reach, in k6's words: `failover_ms{fault=kill}:p(99)<1500`.
///
///     threshold   → measure ("{" tag (":" | "=") value ("," …)* "}")? ":" aggregation operator number
///     aggregation → avg | min | med | max | p(N) | count | rate | value
///     operator    → < | <= | > | >= | == | === | !=
///
/// Expressions are those of k6's `thresholds_parser.go`, one a threshold; the number is in the measure's unit.
package struct Threshold: Hashable, Sendable {
    package enum Aggregation: Hashable, Sendable {
        case avg, min, med, max, count, rate, value
        /// In millionths of a percent, so that its rank is whole arithmetic.
        case percentile(millionths: Int)
    }

    package enum Comparison: String, Hashable, Sendable, CaseIterable {
        // The longer ones first: each is read as far as it goes.
        case identical = "==="
        case atMost = "<="
        case atLeast = ">="
        case equal = "=="
        case unequal = "!="
        case below = "<"
        case above = ">"

        package func holds(_ measured: Double, _ limit: Double) -> Bool {
            switch self {
            case .below: measured < limit
            case .atMost: measured <= limit
            case .above: measured > limit
            case .atLeast: measured >= limit
            case .equal, .identical: measured == limit
            case .unequal: measured != limit
            }
        }
    }

    /// As it was given, without space around it.
    package let text: String
    package let measure: Measure
    package let tags: [Measure.Tag: String]
    package let aggregation: Aggregation
    package let comparison: Comparison
    package let limit: Double
    /// As it was written.
    let limitText: String

    /// - Throws: ``ThresholdProblem`` where it is none, or one of no measure.
    package init(_ text: String) throws(ThresholdProblem) {
        var parser = ThresholdParser(text)
        self.text = parser.text
        measure = try parser.measure()
        tags = try parser.tags(of: measure)
        (aggregation, comparison, limit, limitText) = try parser.expression(of: measure)
        try requireOneFigure()
    }

    /// Whether both say something of one figure in the same direction, so that the one given later takes the other's place.
    package func replaces(_ other: Threshold) -> Bool {
        measure == other.measure && tags == other.tags && aggregation == other.aggregation
            && comparison == other.comparison
    }

    /// - Throws: ``ThresholdProblem`` where it names a fault kind or a role that the run doesn't have.
    package func check(faults: [String], roles: [String]) throws(ThresholdProblem) {
        for (tag, what, names) in [(Measure.Tag.fault, "fault", faults), (.role, "role", roles)] {
            let names = names + (tag == .fault ? measure.moreScopes : [])
            guard let name = tags[tag], !names.contains(name) else { continue }
            let shown = names.count > 20 ? "\(names[0]) to \(names[names.count - 1])" : names.joined(separator: ", ")
            throw .missing(what, name, among: names, names.isEmpty ? "this run has none" : "this run has \(shown)")
        }
    }

    /// A row's own figure is one of a scope, and tells nothing of a role.
    private func requireOneFigure() throws(ThresholdProblem) {
        let isOfRow = measure.kind != .count && (aggregation == .value || aggregation == .rate)
        if tags[.role] != nil, isOfRow {
            throw .other(
                "\(measure.name) has no \(aggregation.name) of one role: give avg or max, or leave the role out"
            )
        }
        guard let scope = measure.scope, tags[scope] == nil, !measure.hasTotal, isOfRow || !measure.pools else {
            return
        }
        let choice = (scope.values ?? []).map { "{\(scope.rawValue)=\($0)}" }
        throw .other("\(measure.name) has several figures: add one of \(choice.joined(separator: ", "))")
    }
}

extension Threshold.Aggregation {
    package init?(_ text: String) {
        switch text {
        case "avg": self = .avg
        case "min": self = .min
        case "med": self = .med
        case "max": self = .max
        case "count": self = .count
        case "rate": self = .rate
        case "value": self = .value
        default: return nil
        }
    }

    package var name: String {
        switch self {
        case .avg: "avg"
        case .min: "min"
        case .med: "med"
        case .max: "max"
        case .count: "count"
        case .rate: "rate"
        case .value: "value"
        case .percentile(let millionths): "p(\(Numbers.trimmed(scaled: millionths, digits: 6)))"
        }
    }

    /// The part of a sample that it divides, in parts of 100,000,000; nil of one that is no percentile.
    var part: Int? {
        switch self {
        case .med: 50_000_000
        case .percentile(let millionths): millionths
        case .avg, .min, .max, .count, .rate, .value: nil
        }
    }

    /// 1/(1−p): a smaller sample has no such percentile.
    var leastSamples: Int {
        guard let part else { return 1 }
        let rest = Self.whole - part
        return (Self.whole + rest - 1) / rest
    }

    static let whole = 100_000_000
}
