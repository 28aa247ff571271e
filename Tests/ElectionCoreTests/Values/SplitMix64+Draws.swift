import ElectionCore

extension SplitMix64 {
    mutating func isTrue(_ chance: Double) -> Bool {
        chance > 0 && Double(next() >> 11) * 0x1p-53 < chance
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(next() % UInt64(elements.count))]
    }

    /// An even draw from zero to the limit.
    mutating func upTo(_ limit: Int64) -> Int64 {
        limit <= 0 ? 0 : Int64(next() % UInt64(limit + 1))
    }
}
