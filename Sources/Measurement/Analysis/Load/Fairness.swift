import ElectionCore

/// How evenly something is spread over the instances.
package struct Fairness: Hashable, Sendable {
    package var min: Double
    package var max: Double
    package var mean: Double
    /// Of all instances, not of a sample: divided by n.
    package var standardDeviation: Double
    /// Mean difference of two instances, in parts of twice the mean: `Σ(2i − n − 1)·xᵢ ÷ (n·Σx)`, x sorted, i from 1. 0 is
    /// even, 1 − 1/n is one instance with everything. (Gini, Variabilità e mutabilità, 1912.)
    package var gini: Double
    /// `(Σx)² ÷ (n·Σx²)`: 1 is even, 1/n is one instance with everything. (Jain, Chiu, Hawe: A quantitative measure of
    /// fairness and discrimination for resource allocation in shared computer systems, DEC-TR-301, 1984.)
    package var jain: Double

    /// Nil where there is nothing to share or nobody to share it among.
    package init?(_ values: [Double]) {
        let sum = values.reduce(0, +)
        guard sum > 0 else { return nil }
        let sorted = values.sorted()
        let count = Double(values.count)
        mean = sum / count
        min = sorted[0]
        max = sorted[sorted.count - 1]
        let squares = sorted.reduce(0) { $0 + $1 * $1 }
        let deviations = sorted.reduce(0) { [mean] in $0 + ($1 - mean) * ($1 - mean) }
        standardDeviation = (deviations / count).squareRoot()
        let ranked = sorted.enumerated().reduce(0) { $0 + (2 * Double($1.offset + 1) - count - 1) * $1.element }
        gini = ranked / (count * sum)
        jain = sum * sum / (count * squares)
    }
}

/// Where Jain's index would lie if each role's leader were drawn by lot: between these bounds in nine of ten draws.
package struct BandOfChance: Hashable, Sendable {
    /// 5th percentile.
    package var low: Double
    /// 95th percentile.
    package var high: Double

    /// 10,000 seeded draws. The seed is fixed, so that all runs with as many roles and instances have the same band.
    ///
    /// - Returns: nil without roles or instances.
    package init?(roles: Int, instances: Int, draws: Int = 10_000) {
        guard roles > 0, instances > 0, draws > 0 else { return nil }
        var generator = SplitMix64(seed: 1984)
        var indices: [Double] = []
        indices.reserveCapacity(draws)
        var led = [Int](repeating: 0, count: instances)
        for _ in 0..<draws {
            for index in led.indices { led[index] = 0 }
            for _ in 0..<roles { led[Int(generator.number(below: UInt64(instances)))] += 1 }
            var squares = 0
            for count in led { squares += count * count }
            indices.append(Double(roles * roles) / Double(instances * squares))
        }
        indices.sort()
        guard let low = indices.sortedNearestRank(50), let high = indices.sortedNearestRank(950)
        else {
            return nil
        }
        self.low = low
        self.high = high
    }
}
