import Glibc
import SystemPackage

/// A pipe to a child's standard input that can be asked whether the child has read it.
struct Pipe: Sendable {
    let readEnd: FileDescriptor
    private let writeEnd: FileDescriptor

    init?() {
        guard let ends = try? FileDescriptor.pipe() else { return nil }
        (readEnd, writeEnd) = (ends.readEnd, ends.writeEnd)
    }

    func writeLine() { _ = try? writeEnd.writeAll("line\n".utf8) }

    /// Whether what was written still waits for a reader.
    var holdsBytes: Bool {
        var entry = pollfd(fd: readEnd.rawValue, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 1
    }

    func close() {
        try? readEnd.close()
        try? writeEnd.close()
    }
}
