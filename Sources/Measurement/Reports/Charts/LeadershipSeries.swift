import ElectionCore

/// How many roles each instance led, by belief, over the measured part.
package struct LeadershipSeries: Sendable {
    package let buckets: TimeBuckets
    package let instances: [String]
    /// By instance and bucket, weighted by time; an instance that was down led none.
    package let roles: [[Double]]
    /// Jain's index of each bucket's column; nil where nobody led.
    package let jain: [Double?]

    /// - Returns: nil where nothing was measured.
    package init?(_ analysis: Analysis) {
        guard let buckets = TimeBuckets(analysis.window.span, atLeast: .milliseconds(500)) else { return nil }
        self.buckets = buckets
        let instances = analysis.distribution.loads.map(\.instance)
        self.instances = instances
        let rows = Dictionary(uniqueKeysWithValues: instances.enumerated().map { ($1, $0) })
        var led = instances.map { _ in [Int64](repeating: 0, count: buckets.count) }
        for (holder, terms) in analysis.terms.byHolder {
            guard let row = rows[holder.instance] else { continue }
            for term in terms {
                for part in buckets.parts(of: term.belief) { led[row][part.index] += part.length.nanoseconds }
            }
        }
        let roles = led.map { row in
            row.indices.map { Double(row[$0]) / Double(buckets[$0].length.nanoseconds) }
        }
        self.roles = roles
        jain = (0..<buckets.count).map { index in Fairness(roles.map { $0[index] })?.jain }
    }
}
