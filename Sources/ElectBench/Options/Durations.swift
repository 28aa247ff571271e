import ArgumentParser
import ElectionCore

/// Spans of time as users of k6 write them: `300ms`, `3s`, `1m30s`; a unit is required.
enum Durations {
    static func parse(_ text: String) throws -> Duration {
        guard let duration = duration(text) else {
            throw ValidationError("a duration needs a unit, such as 500ms, 3s or 2m")
        }
        return duration
    }

    static func parse(_ text: String, atLeast least: Duration) throws -> Duration {
        let duration = try parse(text)
        guard duration >= least else { throw ValidationError("give at least \(Self.text(least))") }
        return duration
    }

    /// - Returns: zero for `none`.
    static func parseOrNone(_ text: String, atLeast least: Duration) throws -> Duration {
        text == "none" || duration(text) == .zero ? .zero : try parse(text, atLeast: least)
    }

    /// `0.5s-3s`, or one duration for a range without width.
    static func parseRange(_ text: String) throws -> ClosedRange<Duration> {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last,
            let lower = duration(String(first)), let upper = duration(String(last)), lower <= upper
        else {
            throw ValidationError("a range of durations is written as 500ms-3s, the shorter one first")
        }
        return lower...upper
    }

    static func duration(_ text: String) -> Duration? {
        var rest = text[...]
        var total = Duration.zero
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard !digits.isEmpty, let number = Double(digits), let length = lengths[String(unit)] else { return nil }
            let nanoseconds = number * length
            guard nanoseconds < 1e18 else { return nil }
            total += .nanoseconds(Int64(nanoseconds.rounded()))
        }
        return text.isEmpty ? nil : total
    }

    /// The shortest text that ``duration(_:)`` reads back, such as `1500ms`.
    static func text(_ duration: Duration) -> String {
        let nanoseconds = duration.nanoseconds
        for (unit, length) in [
            ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
        ]
            as [(String, Int64)] where nanoseconds != 0 && nanoseconds % length == 0
        {
            return "\(nanoseconds / length)\(unit)"
        }
        return nanoseconds == 0 ? "0s" : "\(nanoseconds)ns"
    }

    static func text(_ range: ClosedRange<Duration>) -> String { "\(text(range.lowerBound))-\(text(range.upperBound))" }

    private static let lengths: [String: Double] = [
        "ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9,
    ]
}
