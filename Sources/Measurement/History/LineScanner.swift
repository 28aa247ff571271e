#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads one line of a history as ``HistoryEntry/line`` writes it: one object, no spaces, plain ASCII texts, whole numbers.
///
/// It takes a line only where JSONDecoder would, and then with the same values; it is no judge of anything else: an escape, a
/// fraction, a key it doesn't know or meets twice, a number of 19 digits. Those lines are left to JSONDecoder.
struct LineScanner: ~Copyable {
    /// One place a field; of a text its number in ``texts``, of an object its number in ``objects``.
    let values: UnsafeMutablePointer<Int64>
    private(set) var present: UInt64 = 0
    var texts = SymbolTable()
    var objects = ObjectTable()
    /// The field that followed each on the last line that had it: mostly it does again.
    private let following: UnsafeMutablePointer<UInt8>
    private let keys = KeyTable.shared

    init() {
        values = .allocate(capacity: 64)
        values.initialize(repeating: 0, count: 64)
        following = .allocate(capacity: 64)
        following.initialize(repeating: 0, count: 64)
    }

    deinit {
        values.deallocate()
        following.deallocate()
    }

    /// - Returns: false where the line is left to JSONDecoder.
    mutating func scan(_ line: UnsafeRawBufferPointer) -> Bool {
        present = 0
        guard line.count > 2, line[0] == UInt8(ascii: "{"), let base = line.baseAddress else { return false }
        var at = base.assumingMemoryBound(to: UInt8.self) + 1
        let end = at + (line.count - 1)
        var last = 63
        while true {
            guard let field = key(&at, end, after: last) else { return false }
            last = Int(field.rawValue)
            guard present & field.bit == 0, at < end, value(of: field, &at, end), at < end else { return false }
            present |= field.bit
            let separator = at.pointee
            at += 1
            if separator == UInt8(ascii: "}") { break }
            guard separator == UInt8(ascii: ",") else { return false }
        }
        return at == end && present & HistoryField.required == HistoryField.required
    }

    /// Takes the place of a line that could not be scanned.
    mutating func load(_ entry: HistoryEntry) {
        present = 0
        entry.eachField { field, value in
            present |= field.bit
            switch value {
            case .integer(let number): values[Int(field.rawValue)] = number
            case .text(let text): values[Int(field.rawValue)] = Int64(texts.intern(text))
            case .numbers(let numbers):
                let pairs = numbers.map { (texts.intern($0.name), $0.value) }
                values[Int(field.rawValue)] = Int64(objects.add(pairs))
            }
        }
    }

    /// A key with its colon.
    @inline(__always)
    private mutating func key(
        _ at: inout UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>,
        after last: Int
    ) -> HistoryField? {
        let left = end - at
        let guess = Int(following[last])
        let length = keys.lengths[guess]
        // `"name":` and a value of a character at least.
        if left > length, memcmp(at, keys.quoted[guess], length) == 0 {
            at += length
            return HistoryField(rawValue: UInt8(guess))
        }
        for field in HistoryField.allCases {
            let length = keys.lengths[Int(field.rawValue)]
            guard left > length, memcmp(at, keys.quoted[Int(field.rawValue)], length) == 0 else { continue }
            at += length
            following[last] = field.rawValue
            return field
        }
        return nil
    }

    @inline(__always)
    private mutating func value(
        of field: HistoryField,
        _ at: inout UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>
    ) -> Bool {
        let place = Int(field.rawValue)
        if field.bit & PackedFields.texts != 0 {
            guard let text = Self.text(&at, end) else { return false }
            values[place] = Int64(texts.intern(text))
            return true
        }
        if field.bit & PackedFields.objects != 0 {
            guard let object = objects.scan(&at, end, &texts) else { return false }
            values[place] = Int64(object)
            return true
        }
        guard let number = Self.number(&at, end) else { return false }
        if field.bit & KeyTable.naturals != 0, number < 0 { return false }
        if field == .pid, Int32(exactly: number) == nil { return false }
        values[place] = number
        return true
    }

    /// A text in its quotes.
    @inline(__always)
    static func text(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UnsafeRawBufferPointer? {
        guard at < end, at.pointee == UInt8(ascii: "\"") else { return nil }
        let start = at + 1
        var here = start
        while here < end {
            let byte = here.pointee
            if byte == UInt8(ascii: "\"") {
                at = here + 1
                return UnsafeRawBufferPointer(start: start, count: here - start)
            }
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") else { return nil }
            here += 1
        }
        return nil
    }

    /// A whole number of at most 18 digits.
    @inline(__always)
    static func number(_ at: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int64? {
        guard at < end else { return nil }
        var here = at
        let isNegative = here.pointee == UInt8(ascii: "-")
        if isNegative { here += 1 }
        let start = here
        var value: Int64 = 0
        while here < end {
            let digit = here.pointee &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = value &* 10 &+ Int64(digit)
            here += 1
        }
        let digits = here - start
        guard (1...18).contains(digits), digits == 1 || start.pointee != UInt8(ascii: "0") else { return nil }
        // What "-0" is, is JSONDecoder's to say.
        guard !isNegative || value > 0 else { return nil }
        at = here
        return isNegative ? -value : value
    }
}

/// The keys of a line as they stand there, `"name":`.
private struct KeyTable: @unchecked Sendable {
    // Unchecked: it is written once and never freed.
    static let shared = KeyTable()
    static let naturals = HistoryField.bits { $0.content == .natural }

    let quoted: [UnsafeRawPointer]
    let lengths: [Int]

    private init() {
        let keys = HistoryField.allCases.map { Array("\"\($0.name)\":".utf8) }
        lengths = keys.map(\.count)
        quoted = keys.map { key in
            let copy = UnsafeMutableRawPointer.allocate(byteCount: key.count, alignment: 1)
            copy.copyMemory(from: key, byteCount: key.count)
            return UnsafeRawPointer(copy)
        }
    }
}
