import ElectionCore

/// How long something takes: a distribution by its quantiles, evenly spaced from the least to the most, in nanoseconds.
///
/// A draw is even between two neighbouring quantiles, so a distribution that was measured comes back as it was.
package struct Latency: Hashable, Sendable, Codable {
    /// Rising; at least one.
    package let quantiles: [Int64]

    package init(quantiles: [Int64]) {
        precondition(Self.isValid(quantiles), "\(quantiles)")
        self.quantiles = quantiles
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        quantiles = try values.decode([Int64].self, forKey: .quantiles)
        guard Self.isValid(quantiles) else {
            throw DecodingError.dataCorruptedError(
                forKey: .quantiles,
                in: values,
                debugDescription: "at least one, rising, none below zero"
            )
        }
    }

    private enum CodingKeys: String, CodingKey { case quantiles }

    private static func isValid(_ quantiles: [Int64]) -> Bool {
        !quantiles.isEmpty && quantiles == quantiles.sorted() && quantiles[0] >= 0
    }

    /// Even from zero to the limit.
    package static func upTo(_ limit: Int64) -> Latency { Latency(quantiles: [0, max(0, limit)]) }
    package static func always(_ span: Int64) -> Latency { Latency(quantiles: [span]) }

    func draw(_ random: inout SplitMix64) -> Int64 {
        let steps = UInt64(quantiles.count - 1)
        guard steps > 0 else { return quantiles[0] }
        let (step, fraction) = steps.multipliedFullWidth(by: random.next())
        let (low, high) = (quantiles[Int(step)], quantiles[Int(step) + 1])
        return low + Int64(UInt64(high - low).multipliedFullWidth(by: fraction).high)
    }

    var most: Int64 { quantiles[quantiles.count - 1] }
}
