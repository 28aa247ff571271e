import ElectionCore

/// Finds a role's number by the bytes of its key, without a string for each message.
struct RoleKeys {
    private var names: [[UInt8]] = []
    /// Open addressing: numbers into ``names``, or -1; at most half of them are taken.
    private var places: [Int32] = [-1]

    init(_ roles: [Role] = []) {
        names = roles.map { Array($0.name.utf8) }
        var count = 2
        while count < names.count * 2 { count *= 2 }
        places = Array(repeating: -1, count: count)
        for number in names.indices {
            var place = names[number].withUnsafeBytes { Self.hash($0) } & (count - 1)
            while places[place] >= 0 { place = (place + 1) & (count - 1) }
            places[place] = Int32(number)
        }
    }

    subscript(_ key: UnsafeRawBufferPointer) -> Int? {
        if key.isEmpty { return nil }
        var place = Self.hash(key) & (places.count - 1)
        while places[place] >= 0 {
            let number = Int(places[place])
            if names[number].isSame(as: key) { return number }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        let hash = bytes.fnv1a
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
