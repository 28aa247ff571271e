/// JSON of texts that need no escapes, and of integers, byte by byte: an encoder takes twenty times as long.
package struct CanonicalJSON {
    package private(set) var bytes: [UInt8] = []
    /// Whether all texts so far were printable ASCII without escapes.
    package private(set) var isPlain = true

    package init() { bytes.reserveCapacity(320) }

    package mutating func add(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// A text with its quotes.
    package mutating func add(text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        let isPlain = text.withUTF8 { utf8 in
            bytes.append(contentsOf: utf8)
            return utf8.allSatisfy {
                (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
        }
        bytes.append(UInt8(ascii: "\""))
        self.isPlain = self.isPlain && isPlain
    }

    package mutating func add(number: some BinaryInteger) {
        guard let integer = Int64(exactly: number) else { return add(digits: UInt64(number)) }
        add(integer: integer)
    }

    /// The same where the caller knows the type: a generic of another module is called for each step of it.
    package mutating func add(integer: Int64) {
        if integer < 0 { bytes.append(UInt8(ascii: "-")) }
        add(digits: integer.magnitude)
    }

    private mutating func add(digits number: UInt64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = number
            var first = digits.count
            repeat {
                first -= 1
                digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first...]))
        }
    }

    /// The bytes with another first one.
    package consuming func bytes(beginningWith first: UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[0] = first
        return bytes
    }
}
