/// An instant in the way JetStream writes it, RFC 3339.
enum CreationTime {
    /// Reads such as `2026-11-23T20:27:43.267762746Z`, exactly.
    ///
    /// - Returns: microseconds since 1970, rounded down; nil where it is no such text or an instant before 1970.
    static func microseconds(_ text: String) -> UInt64? {
        var rest = Substring(text)
        func number(_ digits: Int) -> Int64? {
            let taken = rest.prefix(digits)
            guard taken.utf8.count == digits, taken.utf8.allSatisfy(isDigit) else { return nil }
            rest = rest.dropFirst(digits)
            return Int64(taken)
        }
        func skip(_ characters: String) -> Bool {
            guard let first = rest.first, characters.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), skip("Tt"),
            let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if skip(".") {
            let digits = rest.prefix { $0.utf8.allSatisfy(isDigit) }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            fraction = Int64((digits.prefix(6) + "000000").prefix(6)) ?? 0
        }
        var offset: Int64 = 0
        if !skip("Zz") {
            let isEast = rest.first == "+"
            guard skip("+-"), let hours = number(2), skip(":"), let minutes = number(2) else { return nil }
            offset = (hours * 60 + minutes) * (isEast ? 60 : -60)
        }
        guard rest.isEmpty else { return nil }
        let seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset
        return UInt64(exactly: seconds * 1_000_000 + fraction)
    }

    /// Days since 1970 in the Gregorian calendar: years are counted from March, so that the leap day is a year's last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
