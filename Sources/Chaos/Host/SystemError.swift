import Glibc
import SystemPackage

/// The C library's last error on this thread.
enum SystemError {
    static var last: Errno { code(errno) }
    static func code(_ number: Int32) -> Errno { Errno(rawValue: number) }
}

extension FileDescriptor {
    /// Opens a file; a new one can be read by everybody.
    ///
    /// - Throws: ``ChaosError`` with code `fileFailed`.
    static func open(
        _ path: FilePath,
        _ mode: AccessMode,
        _ options: OpenOptions,
        purpose: String
    ) throws(ChaosError) -> FileDescriptor {
        do {
            return try open(
                path,
                mode,
                options: options,
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw ChaosError(.fileFailed, cause: error, context: "\(purpose) \(path)")
        }
    }
}
