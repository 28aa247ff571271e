#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A segment with what is needed to put it behind others.
struct SegmentDraft: Sendable {
    var segment: HistorySegment
    /// The segment's texts, by their numbers within it.
    var texts: SymbolTable
    /// For each event, by its number among the texts, where its records lie, by time.
    var byEvent: [(event: UInt32, offsets: [UInt32])]
    var count: Int
    var unreadableLines: Int
}

/// Packs a stretch of lines.
struct SegmentBuilder: ~Copyable {
    /// Where the records of one event lie, by time; in the order of the file until they are sorted at last.
    private struct EventIndex {
        var event: UInt32
        var times: [Int64] = []
        var offsets: [UInt32] = []
        var isSorted = true

        mutating func append(_ offset: UInt32, at t: Int64) {
            var index = times.count
            // Lines come in almost by time, so a late one's place is near.
            while isSorted, index > 0, times[index - 1] > t {
                index -= 1
                if times.count - index > 64 { isSorted = false }
            }
            times.insert(t, at: isSorted ? index : times.count)
            offsets.insert(offset, at: isSorted ? index : offsets.count)
        }

        func sortedOffsets() -> [UInt32] {
            if isSorted { return offsets }
            return zip(times, offsets).sorted { $0 < $1 }.map(\.1)
        }
    }

    private var scanner = LineScanner()
    private let decoder = JSONDecoder()
    private var records: UnsafeMutableRawPointer
    private var byteCount = 0
    private var capacity = 1 << 12
    private var shapes: [UInt64] = []
    private var baseRevision: Int64?
    private var indices: [EventIndex] = []
    /// By the event's number among the texts: its place in `indices` plus 1.
    private var places: [UInt32] = []
    private var count = 0
    private var unreadableLines = 0

    init() {
        records = Self.allocate(nil, capacity)
    }

    deinit { free(records) }

    /// - Parameter lines: whole ones, each with its newline.
    mutating func read(_ lines: UnsafeRawBufferPointer) {
        var start = 0
        while start < lines.count, let base = lines.baseAddress,
            let newline = memchr(base + start, Int32(UInt8(ascii: "\n")), lines.count - start)
        {
            let length = UnsafeRawPointer(newline) - (base + start)
            if length > 0, !readLine(UnsafeRawBufferPointer(start: base + start, count: length)) {
                unreadableLines += 1
            }
            start += length + 1
        }
    }

    /// - Parameter line: without its newline.
    /// - Returns: false where it is no entry.
    mutating func readLine(_ line: UnsafeRawBufferPointer) -> Bool {
        if !scanner.scan(line) {
            guard let entry = try? decoder.decode(HistoryEntry.self, from: Data(line)) else { return false }
            scanner.load(entry)
        }
        pack()
        return true
    }

    mutating func add(_ entry: HistoryEntry) {
        scanner.load(entry)
        pack()
    }

    private mutating func pack() {
        let most = 8 + VariableLength.mostBytes * (HistoryField.allCases.count + 1)
        if byteCount + most > capacity {
            capacity *= 2
            records = Self.allocate(records, capacity)
        }
        let values = scanner.values
        let t = values[0]
        let offset = byteCount
        records.storeBytes(of: t, toByteOffset: offset, as: Int64.self)
        var bytes = (records + offset + 8).assumingMemoryBound(to: UInt8.self)
        VariableLength.write(UInt64(shape(scanner.present)), &bytes)
        var rest = scanner.present & ~HistoryField.t.bit
        while rest != 0 {
            let field = rest.trailingZeroBitCount
            let bit = rest & (0 &- rest)
            rest ^= bit
            let value = values[field]
            if bit & (PackedFields.texts | PackedFields.objects) != 0 {
                VariableLength.write(UInt64(bitPattern: value), &bytes)
            } else if bit & PackedFields.instants != 0 {
                VariableLength.write(VariableLength.unsigned(value &- t), &bytes)
            } else if bit & PackedFields.revisions != 0 {
                let base = baseRevision ?? value
                baseRevision = base
                VariableLength.write(VariableLength.unsigned(value &- base), &bytes)
            } else {
                VariableLength.write(VariableLength.unsigned(value), &bytes)
            }
        }
        byteCount = UnsafeMutableRawPointer(bytes) - records
        count += 1
        note(event: Int(values[Int(HistoryField.event.rawValue)]), UInt32(offset), t)
    }

    private mutating func shape(_ present: UInt64) -> Int {
        if let known = shapes.firstIndex(of: present) { return known }
        shapes.append(present)
        return shapes.count - 1
    }

    private mutating func note(event: Int, _ offset: UInt32, _ t: Int64) {
        if event >= places.count { places += Array(repeating: 0, count: event + 1 - places.count) }
        if places[event] == 0 {
            indices.append(EventIndex(event: UInt32(event)))
            places[event] = UInt32(indices.count)
        }
        indices[Int(places[event]) - 1].append(offset, at: t)
    }

    /// The segment. The builder is spent.
    consuming func finish() -> SegmentDraft {
        let whole = Self.allocate(nil, max(byteCount, 1))
        memcpy(whole, records, byteCount)
        let objects = scanner.objects
        let segment = HistorySegment(
            records: whole,
            byteCount: byteCount,
            shapes: shapes,
            baseRevision: baseRevision ?? 0,
            textCount: scanner.texts.count,
            objects: (objects.ends, objects.keys, objects.values)
        )
        return SegmentDraft(
            segment: segment,
            texts: scanner.texts,
            byEvent: indices.map { ($0.event, $0.sortedOffsets()) },
            count: count,
            unreadableLines: unreadableLines
        )
    }

    private static func allocate(_ old: UnsafeMutableRawPointer?, _ capacity: Int) -> UnsafeMutableRawPointer {
        guard let memory = realloc(old, capacity) else { preconditionFailure("no memory for \(capacity) bytes") }
        return memory
    }
}
