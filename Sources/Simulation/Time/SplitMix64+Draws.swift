import ElectionCore

extension SplitMix64 {
    package mutating func isTrue(_ chance: Double) -> Bool {
        chance > 0 && Double(next() >> 11) * 0x1p-53 < chance
    }

    package mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(next() % UInt64(elements.count))]
    }

    /// An even draw from zero to the limit; zero where that is below.
    package mutating func upTo(_ limit: Int64) -> Int64 {
        limit <= 0 ? 0 : Int64(next() % UInt64(limit + 1))
    }

    mutating func from(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + upTo(range.upperBound - range.lowerBound)
    }

    /// A generator of its own for one of several purposes, so that what one draws changes nothing for another.
    static func stream(_ seed: UInt64, _ purpose: UInt64, _ index: Int = 0) -> SplitMix64 {
        var mixed = SplitMix64(
            seed: seed ^ (purpose &* 0xD605_BBB5_8C8A_BC03) ^ (UInt64(index) &* 0xA24B_AED4_963E_E407)
        )
        return SplitMix64(seed: mixed.next())
    }
}
