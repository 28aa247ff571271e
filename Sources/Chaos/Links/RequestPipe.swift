import Glibc
import Synchronization
import SystemPackage

/// The proxy's standard input. Both ends stay open here: writing to it never fails for want of a reader.
final class RequestPipe: Sendable {
    let readEnd: FileDescriptor
    /// Locked for a whole line.
    private let writeEnd: Mutex<FileDescriptor>

    /// - Throws: ``ChaosError`` with code `fileFailed`.
    init() throws(ChaosError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw ChaosError(.fileFailed, cause: SystemError.last, context: "no pipe could be made")
        }
        readEnd = FileDescriptor(rawValue: ends[0])
        writeEnd = Mutex(FileDescriptor(rawValue: ends[1]))
    }

    deinit {
        try? readEnd.close()
        try? writeEnd.withLock { $0 }.close()
    }

    /// - Returns: whether it was written.
    func write(_ request: LinkRequest) -> Bool {
        guard let line = try? LinkMessage.line(request) else { return false }
        return writeEnd.withLock { end in (try? end.writeAll(line)) != nil }
    }
}
