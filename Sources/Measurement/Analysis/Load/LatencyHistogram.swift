import Histogram

/// Latencies, each within 0.1 %, in nanoseconds: in microseconds a local store's few hundred would have too few digits.
struct LatencyHistogram: Hashable, Sendable {
    private var histogram = Histogram<UInt32>(numberOfSignificantValueDigits: .three)
    private(set) var longestNs: UInt64?

    init() { histogram.autoResize = true }

    /// - Parameter nanoseconds: a negative one, whose answer came before it was due, counts as 0.
    mutating func record(_ nanoseconds: Int64) {
        let value = UInt64(max(0, nanoseconds))
        histogram.record(value)
        longestNs = max(longestNs ?? 0, value)
    }

    var count: Int { Int(histogram.totalCount) }

    /// All of these together.
    static func sum(_ parts: [LatencyHistogram]) -> LatencyHistogram {
        parts.reduce(into: LatencyHistogram()) { sum, part in
            sum.histogram.add(part.histogram)
            sum.longestNs = [sum.longestNs, part.longestNs].compactMap(\.self).max()
        }
    }

    /// - Parameter percent: 0 to 100.
    /// - Returns: nil of an empty one.
    func microseconds(atPercentile percent: Double) -> Double? {
        guard let longestNs else { return nil }
        // A bucket's upper end may lie above the largest sample.
        return Double(min(histogram.valueAtPercentile(percent), longestNs)) / 1000
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        hasher.combine(longestNs)
    }
}
