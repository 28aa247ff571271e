#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why a run's folder could not be read or written.
package struct MeasurementError: Error, Hashable, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        fileprivate enum Storage { case unreadableFile, unwritableFile, invalidRun }
        fileprivate let storage: Storage

        package static let unreadableFile = Code(storage: .unreadableFile)
        package static let unwritableFile = Code(storage: .unwritableFile)
        /// `run.json` is not the description of a run.
        package static let invalidRun = Code(storage: .invalidRun)
    }

    package let code: Code
    /// The system call's `errno`; 0 where none failed.
    package let errno: Int32
    /// What was wrong, for a person to read.
    package let context: String

    package init(code: Code, errno: Int32 = 0, context: String) {
        self.code = code
        self.errno = errno
        self.context = context
    }

    package var description: String {
        errno == 0 ? context : "\(context): \(String(cString: strerror(errno)))"
    }

    package var isDiskFull: Bool { errno == ENOSPC || errno == EDQUOT }
}
