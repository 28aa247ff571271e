/// The empirical distribution of a statistic's sample: for each value the part of the sample that is not above it.
package struct Curve: Hashable, Sendable {
    package struct Step: Hashable, Sendable {
        package var value: Double
        /// Above 0, at most 1.
        package var share: Double
    }

    /// A percentile as the summary gives it.
    package struct Mark: Hashable, Sendable {
        package var label: String
        package var value: Double
        package var share: Double
    }

    /// With more distinct values some are left out: none of the drawn shares is off by more than 1 in this many.
    package static let mostSteps = 500

    package let name: String
    package let count: Int
    /// By value; the last one's share is 1.
    package let steps: [Step]
    /// Those that the sample is large enough for.
    package let marks: [Mark]

    /// - Returns: nil for an empty sample.
    package init?(_ name: String, _ statistic: Statistic) {
        let sorted = statistic.sample.map(\.value).sorted()
        guard !sorted.isEmpty else { return nil }
        self.name = name
        count = sorted.count
        marks = [("p50", statistic.p50, 0.5), ("p90", statistic.p90, 0.9), ("p99", statistic.p99, 0.99)]
            .compactMap { label, text, share in Double(text).map { Mark(label: label, value: $0, share: share) } }
        steps = Self.steps(sorted, keeping: Set(marks.map(\.value)))
    }

    private static func steps(_ sorted: [Double], keeping marked: Set<Double>) -> [Step] {
        let count = sorted.count
        var steps: [Step] = []
        var kept = 0
        for index in sorted.indices where index + 1 == count || sorted[index + 1] != sorted[index] {
            let reached = (index + 1) * mostSteps / count
            let isFirst = steps.isEmpty
            guard isFirst || reached > kept || marked.contains(sorted[index]) else { continue }
            kept = reached
            steps.append(Step(value: sorted[index], share: Double(index + 1) / Double(count)))
        }
        return steps
    }
}

extension Summary {
    /// A curve for each kind of fault that took a role which was led again.
    package var failoverCurves: [Curve] {
        analysis.faultKinds.compactMap { kind in
            statistic("failover_ms", scope: "fault=\(kind)").flatMap { Curve(kind, $0) }
        }
    }
}
