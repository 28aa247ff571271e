#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A stretch of a history's lines in packed form; it never changes once it is made.
///
/// A record is its `t` (8 bytes), one byte or more for the set of its fields, and each field's value as a number of variable
/// length: a text's or an object's number within the segment, an instant as its distance from `t`, a revision as its distance
/// from the segment's first, all others as they are. That is about 25 bytes for a line of 200.
final class HistorySegment: @unchecked Sendable {
    // Unchecked: what the pointers lead to is written before the segment is handed out, and freed with it. Only
    // `resolve`, which the reader calls once before it shares the segment, fills the places of `names`.
    let records: UnsafeMutableRawPointer
    let byteCount: Int
    /// The sets of fields that occur.
    private let shapes: [UInt64]
    /// From which revisions and terms are counted.
    private let baseRevision: Int64
    /// The number in the whole history of each text of the segment.
    private let names: UnsafeMutablePointer<UInt32>
    /// Objects of numbers: where each ends among the pairs, the pairs' keys and their values.
    private let objectEnds: [UInt32]
    private let objectKeys: UnsafeMutablePointer<UInt32>
    private let objectValues: [Int64]

    init(
        records: UnsafeMutableRawPointer,
        byteCount: Int,
        shapes: [UInt64],
        baseRevision: Int64,
        textCount: Int,
        objects: (ends: [UInt32], keys: [UInt32], values: [Int64])
    ) {
        self.records = records
        self.byteCount = byteCount
        self.shapes = shapes
        self.baseRevision = baseRevision
        names = .allocate(capacity: max(textCount, 1))
        objectEnds = objects.ends
        objectKeys = .allocate(capacity: max(objects.keys.count, 1))
        objectKeys.initialize(from: objects.keys, count: objects.keys.count)
        objectValues = objects.values
    }

    deinit {
        free(records)
        names.deallocate()
        objectKeys.deallocate()
    }

    /// Says which number each text of the segment has in the whole history.
    func resolve(_ symbols: [UInt32]) {
        names.initialize(from: symbols, count: symbols.count)
        for index in objectValues.indices { objectKeys[index] = symbols[Int(objectKeys[index])] }
    }

    @inline(__always)
    func t(at offset: Int) -> Int64 { records.loadUnaligned(fromByteOffset: offset, as: Int64.self) }

    /// Unpacks a record into one place a field.
    ///
    /// - Returns: which places it has filled.
    func unpack(at offset: Int, into values: UnsafeMutablePointer<Int64>) -> UInt64 {
        var bytes = UnsafePointer((records + offset + 8).assumingMemoryBound(to: UInt8.self))
        let t = t(at: offset)
        values[0] = t
        let present = shapes[Int(truncatingIfNeeded: VariableLength.read(&bytes))]
        var rest = present & ~HistoryField.t.bit
        while rest != 0 {
            let field = rest.trailingZeroBitCount
            let bit = rest & (0 &- rest)
            rest ^= bit
            let raw = VariableLength.read(&bytes)
            if bit & PackedFields.texts != 0 {
                values[field] = Int64(names[Int(truncatingIfNeeded: raw)])
            } else if bit & PackedFields.objects != 0 {
                values[field] = Int64(bitPattern: raw)
            } else {
                let number = VariableLength.signed(raw)
                if bit & PackedFields.instants != 0 {
                    values[field] = number &+ t
                } else {
                    values[field] = bit & PackedFields.revisions != 0 ? number &+ baseRevision : number
                }
            }
        }
        return present
    }

    /// The pairs of an object.
    func object(_ number: Int64) -> HistoryNumbers {
        let index = Int(number)
        let start = index == 0 ? 0 : Int(objectEnds[index - 1])
        return HistoryNumbers(segment: self, range: start..<Int(objectEnds[index]))
    }

    fileprivate func pair(_ index: Int) -> (name: Symbol, value: Int64) {
        (Symbol(id: objectKeys[index]), objectValues[index])
    }
}

/// An object of numbers by name, in its packed form.
struct HistoryNumbers: RandomAccessCollection {
    fileprivate let segment: HistorySegment
    fileprivate let range: Range<Int>

    var startIndex: Int { range.lowerBound }
    var endIndex: Int { range.upperBound }
    subscript(index: Int) -> (name: Symbol, value: Int64) { segment.pair(index) }
}

/// How the fields of a record are packed, one bit a field.
enum PackedFields {
    static let texts = HistoryField.bits { $0.content == .text }
    static let objects = HistoryField.bits { $0.content == .numbers }
    /// Near `t`.
    static let instants = HistoryField.dueNs.bit | HistoryField.sentNs.bit
    /// Near each other.
    static let revisions = HistoryField.revision.bit | HistoryField.term.bit
}

/// Numbers of variable length: seven bits a byte, the lowest first, the eighth set where another follows (LEB128).
enum VariableLength {
    static let mostBytes = 10

    @inline(__always)
    static func read(_ bytes: inout UnsafePointer<UInt8>) -> UInt64 {
        var byte = bytes.pointee
        bytes += 1
        var value = UInt64(byte & 0x7F)
        var shift: UInt64 = 7
        while byte & 0x80 != 0 {
            byte = bytes.pointee
            bytes += 1
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
        }
        return value
    }

    @inline(__always)
    static func write(_ value: UInt64, _ bytes: inout UnsafeMutablePointer<UInt8>) {
        var value = value
        while value >= 0x80 {
            bytes.pointee = UInt8(truncatingIfNeeded: value) | 0x80
            bytes += 1
            value >>= 7
        }
        bytes.pointee = UInt8(truncatingIfNeeded: value)
        bytes += 1
    }

    /// Small numbers of either sign become small ones without (zigzag).
    @inline(__always)
    static func unsigned(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value &<< 1) ^ (value &>> 63)) }

    @inline(__always)
    static func signed(_ raw: UInt64) -> Int64 { Int64(bitPattern: raw &>> 1) ^ -Int64(bitPattern: raw & 1) }
}
