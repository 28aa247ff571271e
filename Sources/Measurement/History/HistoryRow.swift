import ElectionCore

/// A text of a history by number: two of one history are equal where their numbers are.
package struct Symbol: Hashable, Sendable {
    let id: UInt32
}

/// An entry as it lies in the history, without its texts. It is valid only in the closure that it is handed to.
struct HistoryRow {
    /// Where it lies; of two entries of one instant the one that came first in the file has the lower.
    let address: UInt32
    private let present: UInt64
    private let values: UnsafePointer<Int64>
    private unowned(unsafe) let segment: HistorySegment

    init(address: UInt32, present: UInt64, values: UnsafePointer<Int64>, segment: HistorySegment) {
        self.address = address
        self.present = present
        self.values = values
        self.segment = segment
    }

    @inline(__always)
    subscript(integer field: HistoryField) -> Int64? {
        present & field.bit != 0 ? values[Int(field.rawValue)] : nil
    }

    @inline(__always)
    subscript(text field: HistoryField) -> Symbol? {
        self[integer: field].map { Symbol(id: UInt32(truncatingIfNeeded: $0)) }
    }

    subscript(numbers field: HistoryField) -> HistoryNumbers? {
        self[integer: field].map { segment.object($0) }
    }

    var t: Int64 { values[Int(HistoryField.t.rawValue)] }
    var time: Timestamp { Timestamp(nanoseconds: t) }
    var source: Symbol {
        Symbol(id: UInt32(truncatingIfNeeded: values[Int(HistoryField.source.rawValue)]))
    }
    var role: Symbol? { self[text: .role] }
    var term: UInt64? { self[integer: .term].map { UInt64(bitPattern: $0) } }
    var revision: UInt64? { self[integer: .revision].map { UInt64(bitPattern: $0) } }
    var sentNs: Int64? { self[integer: .sentNs] }
    var sent: Timestamp? { sentNs.map(Timestamp.init(nanoseconds:)) }

    /// Whoever wrote the entry.
    var author: Holder { Holder(instance: source, number: self[integer: .incarnation] ?? 0) }
    /// Whom the driver's or the observer's entry is about; nil where it names nobody.
    var subject: Holder? {
        self[text: .instance].map { Holder(instance: $0, number: self[integer: .instanceIncarnation] ?? 0) }
    }
}

/// An ``Incarnation`` by its instance's number.
struct Holder: Hashable, Sendable {
    var instance: Symbol
    var number: Int64
}
