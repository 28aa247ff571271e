extension HistoryEntry {
    /// The entry as one line of JSON, with its newline: keys sorted, so that equal entries have equal bytes.
    ///
    /// Written by hand: histories have millions of lines, and a `JSONEncoder` takes twenty times as long for each.
    package var line: [UInt8] {
        var fields: [(rank: Int, field: HistoryField, value: HistoryValue)] = []
        fields.reserveCapacity(16)
        eachField { fields.append((Self.ranks[Int($0.rawValue)], $0, $1)) }
        fields.sort { $0.rank < $1.rank }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        for (index, (_, field, value)) in fields.enumerated() {
            bytes.append(UInt8(ascii: index == 0 ? "{" : ","))
            field.name.withUTF8Buffer { bytes.appendKey($0) }
            switch value {
            case .integer(let number) where field.content == .natural:
                bytes.appendDigits(of: UInt64(bitPattern: number))
            case .integer(let number): bytes.appendNumber(number)
            case .text(let text): bytes.appendQuoted(text)
            case .numbers(let numbers): bytes.append(numbers, isNatural: field == .terms)
            }
        }
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// The place of each field, by its number, in the order of the keys.
    private static let ranks: [Int] = {
        let sorted = HistoryField.allCases.sorted { "\($0.name)" < "\($1.name)" }
        var ranks = Array(repeating: 0, count: sorted.count)
        for (rank, field) in sorted.enumerated() { ranks[Int(field.rawValue)] = rank }
        return ranks
    }()
}

extension [UInt8] {
    fileprivate mutating func appendKey(_ name: UnsafeBufferPointer<UInt8>) {
        append(UInt8(ascii: "\""))
        append(contentsOf: name)
        append(UInt8(ascii: "\""))
        append(UInt8(ascii: ":"))
    }

    fileprivate mutating func append(_ numbers: [(name: String, value: Int64)], isNatural: Bool) {
        append(UInt8(ascii: "{"))
        for (index, (name, value)) in numbers.sorted(by: { $0.name < $1.name }).enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            appendQuoted(name)
            append(UInt8(ascii: ":"))
            if isNatural { appendDigits(of: UInt64(bitPattern: value)) } else { appendNumber(value) }
        }
        append(UInt8(ascii: "}"))
    }

    fileprivate mutating func appendNumber(_ number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        appendDigits(of: number.magnitude)
    }

    fileprivate mutating func appendDigits(of number: UInt64) {
        var rest = number
        let start = count
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }

    /// With the escapes of RFC 8259, section 7, that a string needs.
    fileprivate mutating func appendQuoted(_ text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0x08: append(contentsOf: #"\b"#.utf8)
            case 0x09: append(contentsOf: #"\t"#.utf8)
            case 0x0A: append(contentsOf: #"\n"#.utf8)
            case 0x0C: append(contentsOf: #"\f"#.utf8)
            case 0x0D: append(contentsOf: #"\r"#.utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                append(contentsOf: #"\u00"#.utf8)
                append(contentsOf: [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            default: append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}
