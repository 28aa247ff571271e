#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Appends a history's lines to a file, so that it stays readable whatever becomes of the disk or of the process.
///
/// It keeps nothing back: when ``append(_:)`` returns, the lines are with the system. It has one owner and no lock.
package struct HistoryWriter: ~Copyable, Sendable {
    private let descriptor: Int32
    private let write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int
    /// A part of a line is on disk and could not be taken back.
    private var isTorn = false

    /// - Parameters:
    ///   - descriptor: stays the caller's, who opened it (with `O_APPEND`) and closes it.
    ///   - write: the system call; tests put a failing one in its place.
    package init(
        descriptor: Int32,
        write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int = systemWrite
    ) {
        self.descriptor = descriptor
        self.write = write
    }

    /// Appends one or more whole lines, each with its newline, in one write where the system takes them at once.
    ///
    /// - Throws: ``MeasurementError`` with code `unwritableFile` (a full disk: `isDiskFull`). The lines that were written
    ///   whole stay; a part of a line is cut off again, so the file ends with a whole line. It may be tried again.
    package mutating func append(_ lines: [UInt8]) throws(MeasurementError) {
        if isTorn {
            // The torn line becomes one unreadable line, instead of spoiling the next one, too.
            try writeAll([UInt8(ascii: "\n")])
            isTorn = false
        }
        try writeAll(lines)
    }

    package mutating func append(_ entry: HistoryEntry) throws(MeasurementError) {
        try append(entry.line)
    }

    private mutating func writeAll(_ bytes: [UInt8]) throws(MeasurementError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, UnsafeRawBufferPointer(rebasing: $0[written...])) }
            if count >= 0 {
                written += count
                continue
            }
            let code = errno
            if code == EINTR { continue }
            let whole = bytes[..<written].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            if written > whole { isTorn = !cutOff(written - whole) }
            throw .init(code: .unwritableFile, errno: code, context: "cannot write the history")
        }
    }

    /// Takes the last bytes of the file back; false where that cannot be done, as on a pipe.
    private func cutOff(_ count: Int) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0, Int(status.st_size) >= count else { return false }
        return ftruncate(descriptor, status.st_size - off_t(count)) == 0
    }
}
