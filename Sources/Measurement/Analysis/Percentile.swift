/// A percentile in thousandths, so that its rank is whole arithmetic and the same on every machine.
package enum Percentile: Int, CaseIterable, Sendable {
    case p50 = 500
    case p90 = 900
    case p99 = 990
    case p999 = 999

    /// 1/(1−p): with fewer samples the percentile would be the maximum under another name.
    package var leastSamples: Int { 1000 / (1000 - rawValue) }

    package var name: String { self == .p999 ? "p999" : "p\(rawValue / 10)" }
}

extension Array where Element: Comparable {
    /// The exact percentile by nearest rank; the array must be sorted.
    ///
    /// - Returns: nil where the sample is too small for it.
    package func sortedPercentile(_ percentile: Percentile) -> Element? {
        count >= percentile.leastSamples ? sortedNearestRank(percentile.rawValue) : nil
    }

    /// The smallest element that at least the given part of all are not above; the array must be sorted.
    func sortedNearestRank(_ part: Int, of whole: Int = 1000) -> Element? {
        isEmpty ? nil : self[nearestRank(part, of: whole, in: count) - 1]
    }
}

/// Which of so many, from 1 on, is the first that the given part of all are not above.
func nearestRank(_ part: Int, of whole: Int = 1000, in count: Int) -> Int { max(1, (count * part + whole - 1) / whole) }
