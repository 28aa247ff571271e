/// A small generator whose whole state is one number, so that a seed repeats a run on any machine.
///
/// Algorithm: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014; constants of Vigna's
/// public-domain `splitmix64.c`.
package struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// What ``next()`` returns after it was called so often.
    package func draw(after count: Int) -> UInt64 {
        var later = SplitMix64(seed: state &+ UInt64(count) &* 0x9E37_79B9_7F4A_7C15)
        return later.next()
    }

    /// A number from 0 to below `bound`, all alike but for a part in 2^64 / `bound`. The standard library's
    /// `random(in:using:)` may change how it uses a generator; this doesn't.
    package mutating func number(below bound: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: bound).high
    }

    /// A version 4 UUID (RFC 9562).
    mutating func uuid() -> String {
        var digits = Array((hex(next()) + hex(next())).utf8)
        digits[12] = UInt8(ascii: "4")
        digits[16] = Array("89ab".utf8)[Int(next() % 4)]
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    private func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
