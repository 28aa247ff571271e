import ElectionCore

/// How many store operations ended in each bucket of the measured part, by operation.
package struct OperationSeries: Sendable {
    package struct Line: Sendable {
        package var operation: String
        package var perSecond: [Double]
    }

    package let buckets: TimeBuckets
    /// In the order of `operations.csv`.
    package let lines: [Line]

    /// - Returns: nil where nothing was measured.
    package init?(_ analysis: Analysis) {
        guard let buckets = TimeBuckets(analysis.window.span, atLeast: .seconds(1)) else { return nil }
        self.buckets = buckets
        var counts: [String: [Int]] = [:]
        let history = analysis.history
        var byName: [Symbol?: [Int]] = [:]
        SettledOperations(history).scan(history) { row in
            guard let index = buckets.index(of: row.time) else { return }
            byName[row[text: .operation], default: .init(repeating: 0, count: buckets.count)][index] += 1
        }
        for (name, count) in byName { counts[name.map(history.text) ?? ""] = count }
        lines = analysis.operationTotals.compactMap { total in
            counts[total.operation].map { counts in
                let rates = counts.indices.map { Double(counts[$0]) / (buckets[$0].length / .seconds(1)) }
                return Line(operation: total.operation, perSecond: rates)
            }
        }
    }
}
