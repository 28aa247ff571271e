package import ElectionCore

/// A run's history as it was read: by time, entries of one instant in the order of the file.
///
/// It keeps entries packed and unpacks each when it is asked for; a copy shares them.
package struct History: Sendable {
    /// Lines that are not an entry, other than a last one that was cut off.
    package let unreadableLines: Int
    /// The file ended in the middle of a line, as after a kill or on a full disk.
    package let isCutOff: Bool

    private let store: HistoryStore
    private let index: HistoryIndex

    init(_ store: HistoryStore, _ index: HistoryIndex, unreadableLines: Int, isCutOff: Bool) {
        self.store = store
        self.index = index
        self.unreadableLines = unreadableLines
        self.isCutOff = isCutOff
    }

    package var count: Int { index.count }
    /// Entries of events that a newer version wrote; they are kept and left out of the analysis.
    package var unknownEvents: Int { index.unknownEvents }
    /// Of the last entry.
    package var end: Timestamp? { index.lastT(store).map(Timestamp.init(nanoseconds:)) }

    /// Every entry, by time. It puts all events together anew: what needs one event alone asks for that.
    package var entries: HistoryEntries { HistoryEntries(store: store, addresses: index.all(store)) }

    /// The entries of one event, by time.
    package subscript(kind kind: HistoryEvent) -> HistoryEntries {
        HistoryEntries(store: store, addresses: index[kind])
    }

    func entries(at addresses: [UInt32]) -> HistoryEntries { HistoryEntries(store: store, addresses: addresses) }

    // MARK: entries without their texts

    /// The number of a text; nil where no entry has it.
    func symbol(_ text: String) -> Symbol? { store.symbol(text) }
    func text(_ symbol: Symbol) -> String { store.texts[Int(symbol.id)] }
    func incarnation(_ holder: Holder) -> Incarnation { Incarnation(text(holder.instance), holder.number) }

    /// Where the entries of one event lie, by time.
    func addresses(_ kind: HistoryEvent) -> [UInt32] { index[kind] }

    func time(at address: UInt32) -> Timestamp { Timestamp(nanoseconds: store.t(at: address)) }

    func cursor() -> HistoryCursor { HistoryCursor(store) }

    /// Goes through the entries of one event by time.
    @inline(__always)
    func scan(_ kind: HistoryEvent, _ body: (HistoryRow) -> Void) { scan(index[kind][...], body) }

    /// Goes through entries in the order of their addresses here.
    @inline(__always)
    func scan(_ addresses: ArraySlice<UInt32>, _ body: (HistoryRow) -> Void) {
        var cursor = cursor()
        for address in addresses { body(cursor.row(at: address)) }
    }

    /// Where the entries of one event lie whose instants are in the span, its ends included.
    func addresses(_ kind: HistoryEvent, in span: Span) -> ArraySlice<UInt32> {
        let all = index[kind]
        let start = all.partitioningIndex { time(at: $0) >= span.start }
        return all[start..<max(start, all.partitioningIndex { time(at: $0) > span.end })]
    }
}
