/// Objects of numbers by name, such as `{"role-1":7}`, each kept once: what an instance leads is the same for many lines.
struct ObjectTable: Sendable {
    private var sources = SymbolTable()
    /// The number of the object for each of `sources`.
    private var numbers: [UInt32] = []
    private(set) var ends: [UInt32] = []
    private(set) var keys: [UInt32] = []
    private(set) var values: [Int64] = []

    /// The object that starts at `at`, as its number; nil where it is left to JSONDecoder.
    mutating func scan(
        _ at: inout UnsafePointer<UInt8>,
        _ end: UnsafePointer<UInt8>,
        _ texts: inout SymbolTable
    ) -> UInt32? {
        guard at < end, at.pointee == UInt8(ascii: "{") else { return nil }
        // No name of ours has a brace in it; where one has, what stands up to it is no whole object.
        var close = at + 1
        while close < end, close.pointee != UInt8(ascii: "}") { close += 1 }
        guard close < end else { return nil }
        let source = UnsafeRawBufferPointer(start: at, count: close + 1 - at)
        if let known = sources.find(source) {
            at = close + 1
            return numbers[Int(known)]
        }
        let start = keys.count
        var here = at + 1
        var isWhole = here == close
        while !isWhole {
            guard let name = LineScanner.text(&here, close), here < close, here.pointee == UInt8(ascii: ":") else {
                break
            }
            here += 1
            let key = texts.intern(name)
            // Numbers without a sign are whole in both kinds of objects.
            guard let number = LineScanner.number(&here, close), number >= 0, !keys[start...].contains(key) else {
                break
            }
            keys.append(key)
            values.append(number)
            isWhole = here == close
            guard isWhole || here.pointee == UInt8(ascii: ",") else { break }
            here += 1
        }
        guard isWhole else {
            keys.removeSubrange(start...)
            values.removeSubrange(start...)
            return nil
        }
        _ = sources.intern(source)
        numbers.append(UInt32(ends.count))
        ends.append(UInt32(keys.count))
        at = close + 1
        return UInt32(ends.count - 1)
    }

    mutating func add(_ pairs: [(key: UInt32, value: Int64)]) -> UInt32 {
        keys += pairs.map(\.key)
        values += pairs.map(\.value)
        ends.append(UInt32(keys.count))
        return UInt32(ends.count - 1)
    }
}
