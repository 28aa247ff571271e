/// A table as RFC 4180 wants it: one header row, CRLF after each row, quotes where a field needs them.
package struct CSV: Sendable {
    private var text = ""
    private let width: Int

    package init(header: [String]) {
        width = header.count
        append(header)
    }

    package mutating func append(_ row: [String]) {
        precondition(row.count == width, "a row of \(row.count) fields under a header of \(width): \(row)")
        text += row.map(Self.field).joined(separator: ",")
        text += "\r\n"
    }

    package var bytes: [UInt8] { Array(text.utf8) }

    private static func field(_ value: String) -> String {
        // By bytes: as characters, "\r\n" is one and neither of the two.
        let needsQuotes = value.utf8.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\r")
                || byte == UInt8(ascii: "\n")
        }
        guard needsQuotes else { return value }
        return "\"" + value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
