import ElectionCore
import Glibc

/// Reads the records of one role.
///
/// A renewal is the record before but for the instant at which it was sent. So what stands around that is compared byte by byte,
/// and the rest of the record before is taken over: that allocates nothing.
struct RecordReader {
    /// The last record of the form that a renewal can be read by.
    private var bytes: [UInt8] = []
    private var record: LeadershipRecord?
    /// Where the instant's digits stand in ``bytes``.
    private var sent = 0..<0

    mutating func entry(value: UnsafeRawBufferPointer, revision: UInt64) -> StoredEntry {
        if let renewal = renewal(value) { return .record(renewal, revision: revision) }
        record = nil
        guard let read = LeadershipRecord(canonical: value) else {
            return StoredEntry(value: value, revision: revision)
        }
        remember(read, value)
        return .record(read, revision: revision)
    }

    private func renewal(_ value: UnsafeRawBufferPointer) -> LeadershipRecord? {
        guard var record, value.count == bytes.count, let base = value.baseAddress else { return nil }
        let isSame = bytes.withUnsafeBytes { known in
            guard let known = known.baseAddress else { return false }
            return memcmp(base, known, sent.lowerBound) == 0
                && memcmp(base + sent.upperBound, known + sent.upperBound, value.count - sent.upperBound) == 0
        }
        guard isSame, let instant = Self.instant(value[sent]) else { return nil }
        record.meta?.sent = instant
        return record
    }

    private mutating func remember(_ record: LeadershipRecord, _ value: UnsafeRawBufferPointer) {
        guard let meta = record.meta, let start = value.end(of: ",\"sent\":\"") else { return }
        var end = start
        while end < value.count, value[end] != UInt8(ascii: "\"") { end += 1 }
        // What another program writes may have such text in another place.
        guard Self.instant(value[start..<end]) == meta.sent else { return }
        self.record = record
        sent = start..<end
        bytes = Array(value)
    }

    /// Digits alone, at most 18 of them, without a leading zero.
    private static func instant(_ digits: Slice<UnsafeRawBufferPointer>) -> Timestamp? {
        guard (1...18).contains(digits.count), digits.first != UInt8(ascii: "0") else { return nil }
        var value: Int64 = 0
        for byte in digits {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return Timestamp(nanoseconds: value)
    }
}

extension LeadershipRecord {
    fileprivate init?(canonical value: UnsafeRawBufferPointer) {
        let read: LeadershipRecord?? = value.withContiguousStorageIfAvailable { LeadershipRecord(canonical: $0) }
        guard let record = read ?? nil else { return nil }
        self = record
    }
}
