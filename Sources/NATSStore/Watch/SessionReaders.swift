import Glibc

/// Reads the records of the sessions that are known, each found by the bytes of its key, without a string for each message.
struct SessionReaders {
    private struct Known {
        let id: String
        let key: [UInt8]
        var reader = RecordReader()
    }

    /// By their keys' hashes. Of two that have the same one, the later one is not kept.
    private var known: [UInt64: Known] = [:]
    /// Of those that are gone no word may ever come; one that is known no more is only read more slowly.
    private static let most = 50_000

    /// The instance whose session's key this is, if it is known.
    func id(of key: UnsafeRawBufferPointer) -> String? {
        guard let found = known[key.fnv1a], found.key.isSame(as: key) else { return nil }
        return found.id
    }

    /// Reads with what is known of the key's last record, and knows the key from then on.
    mutating func read<Entry>(
        _ key: UnsafeRawBufferPointer,
        of id: String,
        _ read: (inout RecordReader) -> Entry
    ) -> Entry {
        let hash = key.fnv1a
        if known[hash] == nil {
            if known.count == Self.most { known = [:] }
            known[hash] = Known(id: id, key: Array(key))
        }
        guard let place = known.index(forKey: hash), known.values[place].key.isSame(as: key) else {
            var other = RecordReader()
            return read(&other)
        }
        return read(&known.values[place].reader)
    }

    /// The session is over.
    mutating func forget(_ key: UnsafeRawBufferPointer) {
        if id(of: key) != nil { known[key.fnv1a] = nil }
    }
}

extension UnsafeRawBufferPointer {
    /// The hash FNV-1a of 64 bits, as http://www.isthe.com/chongo/tech/comp/fnv/ has it.
    var fnv1a: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in self { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}

extension [UInt8] {
    func isSame(as bytes: UnsafeRawBufferPointer) -> Bool {
        guard count == bytes.count, let base = bytes.baseAddress else { return false }
        return withUnsafeBytes { own in own.baseAddress.map { memcmp($0, base, count) == 0 } ?? false }
    }
}
