import ElectionCore
import Glibc

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
        guard let base = key.baseAddress else { return nil }
        var place = Self.hash(key) & (places.count - 1)
        while places[place] >= 0 {
            let number = Int(places[place])
            let isSame = names[number].withUnsafeBytes { name in
                name.count == key.count && name.baseAddress.map { memcmp($0, base, key.count) == 0 } ?? false
            }
            if isSame { return number }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    /// FNV-1a.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
}
