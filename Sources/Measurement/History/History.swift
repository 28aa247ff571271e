/// A run's history as it was read: sorted by time, entries of one instant in the order of the file.
package struct History: Sendable {
    package let entries: [HistoryEntry]
    /// Lines that are not an entry, other than a last one that was cut off.
    package let unreadableLines: Int
    /// The file ended in the middle of a line, as after a kill or on a full disk.
    package let isCutOff: Bool
    /// Entries of events that a newer version wrote; they are kept and left out of the analysis.
    package let unknownEvents: Int

    private let byKind: [HistoryEvent: [Int]]

    package init(_ unsorted: [HistoryEntry], unreadableLines: Int = 0, isCutOff: Bool = false) {
        // The standard library doesn't promise a stable sort, so the index decides between equal instants.
        let order = unsorted.indices.sorted { (unsorted[$0].t, $0) < (unsorted[$1].t, $1) }
        entries = order.map { unsorted[$0] }
        self.unreadableLines = unreadableLines
        self.isCutOff = isCutOff
        var byKind: [HistoryEvent: [Int]] = [:]
        var unknownEvents = 0
        for (index, entry) in entries.enumerated() {
            if let kind = entry.kind { byKind[kind, default: []].append(index) } else { unknownEvents += 1 }
        }
        self.byKind = byKind
        self.unknownEvents = unknownEvents
    }

    /// The entries of one event, by time.
    package subscript(kind kind: HistoryEvent) -> LazyMapSequence<[Int], HistoryEntry> {
        byKind[kind, default: []].lazy.map { [entries] in entries[$0] }
    }
}
