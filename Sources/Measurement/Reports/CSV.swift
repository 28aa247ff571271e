/// A table as RFC 4180 wants it: one header row, CRLF after each row, quotes where a field needs them.
package struct CSV: Sendable {
    private var text: [UInt8] = []
    private let width: Int

    package init(header: [String]) {
        width = header.count
        append(header)
    }

    package mutating func append(_ row: [String]) {
        precondition(row.count == width, "a row of \(row.count) fields under a header of \(width): \(row)")
        for (index, value) in row.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            append(value)
        }
        text.append(UInt8(ascii: "\r"))
        text.append(UInt8(ascii: "\n"))
    }

    package var bytes: [UInt8] { text }

    /// Hands out what there is so far, and goes on after it.
    mutating func drain(_ body: ([UInt8]) -> Void) {
        body(text)
        text.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ value: String) {
        // By bytes: as characters, "\r\n" is one and neither of the two.
        let needsQuotes = value.utf8.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\r")
                || byte == UInt8(ascii: "\n")
        }
        guard needsQuotes else {
            text.append(contentsOf: value.utf8)
            return
        }
        text.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            if byte == UInt8(ascii: "\"") { text.append(byte) }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
    }
}
