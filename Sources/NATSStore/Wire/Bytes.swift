import Glibc

/// Just enough parsing for the few fields that each message needs: the answers come by the thousand.
extension UnsafeRawBufferPointer {
    func begins(with prefix: [UInt8]) -> Bool {
        guard let base = baseAddress, count >= prefix.count else { return false }
        return prefix.withUnsafeBytes { prefix in prefix.baseAddress.map { memcmp(base, $0, prefix.count) == 0 } ?? true
        }
    }

    /// The offset just behind the first `pattern`.
    func end(of pattern: StaticString, from start: Int = 0) -> Int? {
        let length = pattern.utf8CodeUnitCount
        var offset = start
        while offset + length <= count {
            var matched = 0
            while matched < length, self[offset + matched] == pattern.utf8Start[matched] { matched += 1 }
            if matched == length { return offset + length }
            offset += 1
        }
        return nil
    }

    /// The decimal number that starts at `start`, after any spaces.
    func number(at start: Int) -> UInt64? {
        var offset = start
        while offset < count, self[offset] == UInt8(ascii: " ") { offset += 1 }
        var value: UInt64 = 0
        let first = offset
        while offset < count, self[offset] >= UInt8(ascii: "0"), self[offset] <= UInt8(ascii: "9") {
            let (tens, tooMany) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLarge) = tens.addingReportingOverflow(UInt64(self[offset] - UInt8(ascii: "0")))
            guard !tooMany, !tooLarge else { return nil }
            value = sum
            offset += 1
        }
        return offset > first ? value : nil
    }

    /// The number behind the first `pattern`.
    func number(after pattern: StaticString) -> UInt64? {
        guard let start = end(of: pattern) else { return nil }
        return number(at: start)
    }
}

extension String {
    /// Runs `body` over the string's bytes.
    func withBytes<T>(_ body: (UnsafeRawBufferPointer) -> T) -> T {
        var copy = self
        return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
