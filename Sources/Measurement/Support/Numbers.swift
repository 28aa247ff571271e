import ElectionCore

/// Numbers as text, the same on every machine: no locale, no grouping, a point.
package enum Numbers {
    static func padded(_ value: Int64, to width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// An integer count of `10^-digits`, with its point: `fixed(scaled: 1234, digits: 3)` is `1.234`.
    static func fixed(scaled value: Int64, digits: Int) -> String {
        guard digits > 0 else { return String(value) }
        var scale: UInt64 = 1
        for _ in 0..<digits { scale *= 10 }
        let (whole, fraction) = value.magnitude.quotientAndRemainder(dividingBy: scale)
        return "\(value < 0 ? "-" : "")\(whole).\(padded(Int64(fraction), to: digits))"
    }

    /// The same without zeros at its end: `trimmed(scaled: 1200, digits: 3)` is `1.2`.
    static func trimmed(scaled value: Int, digits: Int) -> String {
        var text = fixed(scaled: Int64(value), digits: digits)
        while text.hasSuffix("0"), text.contains(".") { text.removeLast() }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// A number as text with its point `digits` to the left: `shifted("12.5", by: 3)` is `0.0125`.
    static func shifted(_ text: String, by digits: Int) -> String {
        guard digits > 0 else { return text }
        let sign = text.hasPrefix("-") ? "-" : ""
        let parts = text.dropFirst(sign.count).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let whole = String(repeating: "0", count: max(0, digits + 1 - parts[0].count)) + parts[0]
        return "\(sign)\(whole.dropLast(digits)).\(whole.suffix(digits))\(parts.count > 1 ? parts[1] : "")"
    }

    /// Rounded half away from zero; empty where it is not a finite number of reasonable size.
    package static func fixed(_ value: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (value * scale).rounded()
        guard scaled.isFinite, abs(scaled) < 9e18 else { return "" }
        return fixed(scaled: Int64(scaled), digits: digits)
    }

    /// Milliseconds, rounded half away from zero, with 0 to 6 decimals.
    package static func milliseconds(_ span: Duration, digits: Int = 3) -> String {
        precondition((0...6).contains(digits), "a nanosecond is the sixth decimal of a millisecond")
        var unit: Int64 = 1
        for _ in digits..<6 { unit *= 10 }
        return fixed(scaled: rounded(span.nanoseconds, to: unit), digits: digits)
    }

    /// The span in whole units of `unit` nanoseconds, rounded half away from zero.
    static func rounded(_ nanoseconds: Int64, to unit: Int64) -> Int64 {
        let half = unit / 2
        return (nanoseconds < 0 ? nanoseconds - half : nanoseconds + half) / unit
    }

    /// `3,214`, for people.
    package static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        let head = digits.count % 3
        var groups = head > 0 ? [String(digits.prefix(head))] : []
        var rest = digits.dropFirst(head)
        while !rest.isEmpty {
            groups.append(String(rest.prefix(3)))
            rest = rest.dropFirst(3)
        }
        return (number < 0 ? "-" : "") + groups.joined(separator: ",")
    }

    /// `1 role`, `2 roles`.
    package static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// A span as a person would type it: `500 ms`, `3 s`, `2.5 s`, `10 min`.
    package static func short(_ span: Duration) -> String {
        let nanoseconds = span.nanoseconds
        let (value, unit): (Int64, String) =
            switch nanoseconds.magnitude {
            case 0: (1, "s")
            case ..<1_000_000: (1_000, "µs")
            case ..<1_000_000_000: (1_000_000, "ms")
            case ..<600_000_000_000: (1_000_000_000, "s")
            default: (60_000_000_000, "min")
            }
        var text = fixed(Double(nanoseconds) / Double(value), digits: 3)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return "\(text) \(unit)"
    }

    /// The same as one word, for names of folders: `3s`, `1500ms`.
    static func plain(_ span: Duration) -> String {
        let nanoseconds = span.nanoseconds
        for (unit, length) in [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000)] as [(String, Int64)]
        where nanoseconds % length == 0 {
            return "\(nanoseconds / length)\(unit)"
        }
        return "\(nanoseconds)ns"
    }

    /// Three digits of any size, as a person reads them: `1230`, `12.3`, `0.0123`.
    static func threeDigits(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "" }
        var digits = 2
        var size = abs(value)
        while size >= 10, digits > 0 { (size, digits) = (size / 10, digits - 1) }
        while size < 0.9995, digits < 9 { (size, digits) = (size * 10, digits + 1) }
        return fixed(value, digits: digits)
    }
}
