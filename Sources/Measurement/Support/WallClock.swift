/// Times of day as text, without a calendar: UTC, Gregorian, no leap seconds.
package enum WallClock {
    /// RFC 3339 with nanoseconds, such as `2025-11-23T16:43:00.000000001Z`.
    package static func text(nanosecondsSince1970: Int64) -> String {
        let (seconds, fraction) = floorDivide(nanosecondsSince1970, 1_000_000_000)
        let (days, second) = floorDivide(seconds, 86_400)
        let (year, month, day) = date(daysSince1970: days)
        let clock = [second / 3600, second / 60 % 60, second % 60].map { Numbers.padded($0, to: 2) }.joined(
            separator: ":"
        )
        let date = [Numbers.padded(year, to: 4), Numbers.padded(month, to: 2), Numbers.padded(day, to: 2)]
        return "\(date.joined(separator: "-"))T\(clock).\(Numbers.padded(fraction, to: 9))Z"
    }

    /// Howard Hinnant's `civil_from_days` (https://howardhinnant.github.io/date_algorithms.html): years that begin in March
    /// put the leap day last, so that no table of months is needed.
    private static func date(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(daysSince1970 + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
