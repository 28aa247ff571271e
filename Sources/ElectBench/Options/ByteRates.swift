import ArgumentParser

/// Bytes a second as users write them: `4096`, `64k`, `1M` (k is 1024, M is 1024 k).
enum ByteRates {
    /// `4k-64k`, or one rate for a range without width.
    static func parseRange(_ text: String) throws -> ClosedRange<Int> {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last, let lower = rate(first), let upper = rate(last),
            lower <= upper
        else {
            throw ValidationError("a range of bytes a second is written as 4096-65536 or 4k-64k, the smaller one first")
        }
        return lower...upper
    }

    static func parse(_ text: String) throws -> Int {
        guard let rate = rate(text[...]) else {
            throw ValidationError("bytes a second are written as 4096, 64k or 1M")
        }
        return rate
    }

    static func text(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound)-\(range.upperBound)" }

    private static func rate(_ text: Substring) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factors: [Substring: Int] = ["": 1, "k": 1024, "K": 1024, "M": 1024 * 1024]
        guard let number = Int(digits), let factor = factors[text.dropFirst(digits.count)] else { return nil }
        let (rate, isBeyond) = number.multipliedReportingOverflow(by: factor)
        // More than any link carries is a slip of the keyboard.
        return isBeyond || !(1...(1 << 40)).contains(rate) ? nil : rate
    }
}
