/// The packed entries of a history, one segment after the other. What lies in a segment is never copied.
struct HistoryStore: Sendable {
    private var segments: [HistorySegment] = []
    /// The address of each segment's first record; an address counts bytes from the first segment's start.
    private var starts: [UInt32] = []
    private var end: UInt32 = 0
    private var symbols = SymbolTable()
    /// Every text, by its symbol.
    private(set) var texts: [String] = []

    /// - Returns: the address of the draft's first record, and the draft's texts as symbols; nil where there is no room left.
    mutating func append(_ draft: SegmentDraft) -> (start: UInt32, symbols: [UInt32])? {
        guard let byteCount = UInt32(exactly: draft.segment.byteCount) else { return nil }
        let (newEnd, isBeyond) = end.addingReportingOverflow(byteCount)
        if isBeyond { return nil }
        let map = (0..<draft.texts.count).map { text in
            let symbol = draft.texts.withBytes(of: UInt32(text)) { symbols.intern($0) }
            if Int(symbol) == texts.count { texts.append(draft.texts.text(UInt32(text))) }
            return symbol
        }
        draft.segment.resolve(map)
        segments.append(draft.segment)
        starts.append(end)
        defer { end = newEnd }
        return (end, map)
    }

    /// Nil where no entry has the text.
    func symbol(_ text: String) -> Symbol? { symbols.find(text).map(Symbol.init) }

    func t(at address: UInt32) -> Int64 {
        let index = segment(of: address)
        return segments[index].t(at: Int(address - starts[index]))
    }

    fileprivate func segment(of address: UInt32) -> Int { starts.partitioningIndex { $0 > address } - 1 }

    fileprivate func segment(_ index: Int) -> (segment: HistorySegment, range: Range<UInt32>) {
        let next = index + 1 < starts.count ? starts[index + 1] : end
        return (segments[index], starts[index]..<next)
    }
}

/// Unpacks entries one after the other.
struct HistoryCursor: ~Copyable {
    private let store: HistoryStore
    private let values: UnsafeMutablePointer<Int64>
    private var current: (segment: HistorySegment, range: Range<UInt32>)?

    init(_ store: HistoryStore) {
        self.store = store
        values = .allocate(capacity: 64)
        values.initialize(repeating: 0, count: 64)
    }

    deinit { values.deallocate() }

    /// Valid until the next one is asked for.
    mutating func row(at address: UInt32) -> HistoryRow {
        if let current, current.range.contains(address) { return row(at: address, current) }
        let found = store.segment(store.segment(of: address))
        current = found
        return row(at: address, found)
    }

    @inline(__always)
    private func row(at address: UInt32, _ place: (segment: HistorySegment, range: Range<UInt32>)) -> HistoryRow {
        let present = place.segment.unpack(at: Int(address - place.range.lowerBound), into: values)
        return HistoryRow(address: address, present: present, values: UnsafePointer(values), segment: place.segment)
    }
}

/// Entries of a history, each unpacked when it is asked for.
package struct HistoryEntries: RandomAccessCollection, Sendable {
    let store: HistoryStore
    let addresses: [UInt32]

    package var startIndex: Int { 0 }
    package var endIndex: Int { addresses.count }
    package subscript(index: Int) -> HistoryEntry {
        var cursor = HistoryCursor(store)
        return HistoryEntry(cursor.row(at: addresses[index]), store.texts)
    }
}
