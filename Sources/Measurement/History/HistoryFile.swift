import CLinux
import ElectionCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An open `history.jsonl`.
struct HistoryFile: ~Copyable {
    /// About 20,000 lines.
    static let pieceBytes = 4 << 20

    private let file: DescriptorFile
    private let workers: Int

    /// - Throws: ``MeasurementError`` with code `unreadableFile`.
    init(_ path: String) throws(MeasurementError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .init(code: .unreadableFile, errno: errno, context: "cannot open \(path)") }
        file = DescriptorFile(path: path, descriptor: descriptor)
        workers = min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 4)
    }

    deinit { close(file.descriptor) }

    /// Packs a large file's lines from `start`, the beginning of one, on several processors, and hands the segments over in the
    /// order of the file. Each worker takes the lines that begin in its piece.
    ///
    /// - Returns: the end of the last whole line; `start` where the file is too small to be worth it.
    func eachDraft(from start: Int, _ body: (SegmentDraft, _ end: Int) -> Void) throws(MeasurementError) -> Int {
        let size = Int(lseek(file.descriptor, 0, SEEK_END))
        guard size - start >= 2 * Self.pieceBytes else { return start }
        #if canImport(Glibc)
        // glibc stops to give large arrays back to the system once it has seen some freed: a tenth more of memory.
        mallopt(M_MMAP_THRESHOLD, 1 << 20)
        #endif
        let pieces = stride(from: start, to: size, by: Self.pieceBytes).map {
            LinePiece(file: file, lines: start..<size, begin: $0, end: min($0 + Self.pieceBytes, size))
        }
        var end = start
        for batch in stride(from: 0, to: pieces.count, by: workers) {
            let results = pieces[batch..<min(batch + workers, pieces.count)].map { piece in
                let result = Slot<Result<LinePiece.Packed?, MeasurementError>>()
                let thread = WorkerThread { result.value.withLock { $0 = Result(packing: piece) } }
                return (thread: thread, slot: result)
            }
            for result in results { result.thread.join() }
            for result in results {
                guard let packed = try result.slot.value.withLock(\.self)?.get() else { continue }
                end = packed.end
                body(packed.draft, end)
            }
        }
        return end
    }

    /// Hands the bytes from `start` on to `body` in pieces.
    ///
    /// - Returns: how many there were.
    func read(from start: Int, _ body: (UnsafeRawBufferPointer) -> Void) throws(MeasurementError) -> Int {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 1)
        defer { buffer.deallocate() }
        var total = 0
        while true {
            let count = try file.read(at: start + total, into: buffer)
            if count == 0 { return total }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            total += count
        }
    }
}

/// What a thread leaves behind.
private final class Slot<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}

extension Result where Success == LinePiece.Packed?, Failure == MeasurementError {
    fileprivate init(packing piece: LinePiece) {
        do throws(MeasurementError) { self = .success(try piece.pack()) } catch { self = .failure(error) }
    }
}

/// A file by its descriptor, which is somebody else's.
private struct DescriptorFile: Sendable {
    var path: String
    var descriptor: Int32

    /// - Returns: how many bytes were read; 0 at the end of the file.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(MeasurementError) -> Int {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else {
                throw .init(code: .unreadableFile, errno: errno, context: "cannot read \(path)")
            }
        }
    }
}

/// The lines of a file that begin in one piece of it.
private struct LinePiece: Sendable {
    struct Packed: Sendable {
        var draft: SegmentDraft
        /// Of its last line, in the file.
        var end: Int
    }

    var file: DescriptorFile
    /// The part of the file that is read, from the beginning of a line on.
    var lines: Range<Int>
    var begin: Int
    var end: Int

    /// Nil where no whole line begins in it.
    func pack() throws(MeasurementError) -> Packed? {
        // The byte before tells whether the piece begins with a line.
        let first = max(begin - 1, lines.lowerBound)
        var bytes = try read(first..<end)
        // The last line goes on to the first newline that is not before the piece's last byte.
        var searched = end - 1 - first
        while bytes[min(searched, bytes.count)...].firstIndex(of: UInt8(ascii: "\n")) == nil {
            searched = bytes.count
            let more = try read((first + bytes.count)..<min(first + bytes.count + (1 << 18), lines.upperBound))
            if more.isEmpty { break }
            bytes += more
        }
        let start = begin == lines.lowerBound ? 0 : bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
        let stop =
            bytes[min(end - 1 - first, bytes.count)...].firstIndex(of: UInt8(ascii: "\n"))
            ?? bytes.lastIndex(of: UInt8(ascii: "\n"))
        guard let start, let stop, start <= stop, first + start < end else { return nil }
        var builder = SegmentBuilder()
        bytes.withUnsafeBytes { builder.read(UnsafeRawBufferPointer(rebasing: $0[start...stop])) }
        return Packed(draft: builder.finish(), end: first + stop + 1)
    }

    private func read(_ range: Range<Int>) throws(MeasurementError) -> [UInt8] {
        var failure: MeasurementError?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            do throws(MeasurementError) {
                while count < range.count {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                    let more = try file.read(at: range.lowerBound + count, into: rest)
                    if more == 0 { break }
                    count += more
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
