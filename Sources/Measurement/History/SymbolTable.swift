#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Byte strings by number, each kept once. Numbers count from 0 in the order of first sight.
struct SymbolTable: Sendable {
    private var bytes: [UInt8] = []
    /// Where each ends in `bytes`.
    private var ends: [UInt32] = []
    private var hashes: [UInt32] = []
    /// Open addressing: a number plus 1, or 0; its size is a power of two.
    private var slots: [UInt32] = Array(repeating: 0, count: 64)

    var count: Int { ends.count }

    /// The number of the bytes; a new one where they were not seen before.
    mutating func intern(_ text: UnsafeRawBufferPointer) -> UInt32 {
        let hash = Self.hash(text)
        let slot = slot(of: text, hash: hash)
        if slots[slot] > 0 { return slots[slot] - 1 }
        bytes.append(contentsOf: text)
        ends.append(UInt32(bytes.count))
        hashes.append(hash)
        slots[slot] = UInt32(ends.count)
        if ends.count * 2 > slots.count { grow() }
        return UInt32(ends.count - 1)
    }

    mutating func intern(_ text: String) -> UInt32 {
        var text = text
        return text.withUTF8 { intern(UnsafeRawBufferPointer($0)) }
    }

    /// Nil where it was never seen.
    func find(_ text: String) -> UInt32? {
        var text = text
        return text.withUTF8 { find(UnsafeRawBufferPointer($0)) }
    }

    func find(_ text: UnsafeRawBufferPointer) -> UInt32? {
        let found = slots[slot(of: text, hash: Self.hash(text))]
        return found > 0 ? found - 1 : nil
    }

    func withBytes<Result>(of symbol: UInt32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range(of: symbol)])) }
    }

    func text(_ symbol: UInt32) -> String {
        withBytes(of: symbol) { String(decoding: $0, as: UTF8.self) }
    }

    private func range(of symbol: UInt32) -> Range<Int> {
        (symbol == 0 ? 0 : Int(ends[Int(symbol) - 1]))..<Int(ends[Int(symbol)])
    }

    /// Where it stands, or has its place.
    private func slot(of text: UnsafeRawBufferPointer, hash: UInt32) -> Int {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] > 0 {
            let symbol = slots[slot] - 1
            if hashes[Int(symbol)] == hash, withBytes(of: symbol, { $0.elementsEqual(bytesOf: text) }) { return slot }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for (symbol, hash) in hashes.enumerated() {
            var slot = Int(hash) & mask
            while slots[slot] > 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(symbol + 1)
        }
    }

    /// Eight bytes at a time, each multiplied and folded.
    private static func hash(_ text: UnsafeRawBufferPointer) -> UInt32 {
        var hash = UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15
        func mix(_ word: UInt64) {
            let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
            hash = product.high ^ product.low
        }
        var offset = 0
        while offset + 8 <= text.count {
            mix(text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        if offset < text.count {
            var word: UInt64 = 0
            while offset < text.count {
                word = word << 8 | UInt64(text[offset])
                offset += 1
            }
            mix(word)
        }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
    }
}

extension UnsafeRawBufferPointer {
    func elementsEqual(bytesOf other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let left = baseAddress, let right = other.baseAddress else { return true }
        return memcmp(left, right, count) == 0
    }
}
