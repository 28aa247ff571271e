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
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = UInt64(number.magnitude)
        let start = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}
