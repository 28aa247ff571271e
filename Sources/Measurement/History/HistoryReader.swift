/// Reads `history.jsonl`, at once or as it grows: what was read is not read again.
package struct HistoryReader: Sendable {
    private var store = HistoryStore()
    private var index = HistoryIndex()
    private var unreadableLines = 0
    private var isTooLarge = false
    /// How many bytes were consumed.
    private var offset = 0
    /// The beginning of a line whose end was not there yet.
    private var pending: [UInt8] = []

    package init() {}

    /// - Throws: ``MeasurementError`` with code `unreadableFile`. A broken line is counted, not thrown.
    package static func read(_ path: String) throws(MeasurementError) -> History {
        var reader = HistoryReader()
        try reader.consume(path)
        reader.index.shrink()
        return reader.snapshot()
    }

    package static func parse(_ bytes: [UInt8]) -> History {
        var reader = HistoryReader()
        bytes.withUnsafeBytes { reader.consume($0) }
        return reader.snapshot()
    }

    /// Takes what the file has beyond what was consumed.
    ///
    /// - Throws: ``MeasurementError`` with code `unreadableFile`; what was read before it stays.
    package mutating func consume(_ path: String) throws(MeasurementError) {
        let file = try HistoryFile(path)
        let start = offset - pending.count
        _ = try file.eachDraft(from: start) { draft, end in
            append(draft)
            offset = end
            pending = []
        }
        _ = try file.read(from: offset) { consume($0) }
        if isTooLarge {
            throw .init(code: .unreadableFile, context: "\(path) is too large: a history may have 4 GB when packed")
        }
    }

    /// Takes the next bytes of the file.
    package mutating func consume(_ piece: UnsafeRawBufferPointer) {
        offset += piece.count
        guard let newline = piece.lastIndex(of: UInt8(ascii: "\n")) else {
            pending.append(contentsOf: piece)
            return
        }
        var builder = SegmentBuilder()
        var lines = UnsafeRawBufferPointer(rebasing: piece[...newline])
        if !pending.isEmpty, let first = lines.firstIndex(of: UInt8(ascii: "\n")) {
            (pending + lines[...first]).withUnsafeBytes { builder.read($0) }
            lines = UnsafeRawBufferPointer(rebasing: lines[(first + 1)...])
        }
        builder.read(lines)
        append(builder.finish())
        pending = Array(piece[(newline + 1)...])
    }

    private mutating func append(_ draft: SegmentDraft) {
        unreadableLines += draft.unreadableLines
        if draft.count == 0 { return }
        guard let (start, symbols) = store.append(draft) else {
            isTooLarge = true
            return
        }
        for (event, offsets) in draft.byEvent {
            index.add(offsets.map { start + $0 }, of: store.texts[Int(symbols[Int(event)])], store)
        }
    }

    /// The history as if the file ended here. It shares what was read with the reader and with other snapshots; while one is
    /// kept, the reader's next step copies the index, four bytes an entry.
    package func snapshot() -> History {
        if pending.isEmpty { return history(isCutOff: false) }
        // A line that lacks nothing but its newline is whole.
        var builder = SegmentBuilder()
        guard pending.withUnsafeBytes({ builder.readLine($0) }) else { return history(isCutOff: true) }
        var whole = self
        whole.append(builder.finish())
        return whole.history(isCutOff: false)
    }

    fileprivate func history(isCutOff: Bool) -> History {
        History(store, index, unreadableLines: unreadableLines, isCutOff: isCutOff)
    }

    fileprivate init(_ entries: [HistoryEntry], unreadableLines: Int) {
        var builder = SegmentBuilder()
        for entry in entries { builder.add(entry) }
        append(builder.finish())
        self.unreadableLines = unreadableLines
    }
}

extension History {
    /// - Parameter unsorted: in the order in which they would stand in a file.
    package init(_ unsorted: [HistoryEntry], unreadableLines: Int = 0, isCutOff: Bool = false) {
        self = HistoryReader(unsorted, unreadableLines: unreadableLines).history(isCutOff: isCutOff)
    }
}
