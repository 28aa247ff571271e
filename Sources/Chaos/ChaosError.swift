/// What running processes, servers and faults throws. A child's exit and a signal that found nobody are values, not errors.
package struct ChaosError: Error, Sendable, CustomStringConvertible {
    package struct Code: Hashable, Sendable {
        private enum Storage {
            case alreadyRun, cancelled, execFailed, executableNotFound, fileFailed, kernelTooOld, linksFailed,
                parentGone
            case portTaken, serverFailed, serverNotReady, spawnFailed, threadFailed, versionUnreadable
        }
        private let storage: Storage

        /// `run` was called twice: a child and a server have one life each.
        package static let alreadyRun = Code(storage: .alreadyRun)
        /// The task was cancelled before the child was spawned.
        package static let cancelled = Code(storage: .cancelled)
        /// `execve` returned.
        package static let execFailed = Code(storage: .execFailed)
        /// No such program at the path given, or on PATH.
        package static let executableNotFound = Code(storage: .executableNotFound)
        /// A file or folder of the run could not be made, read or written.
        package static let fileFailed = Code(storage: .fileFailed)
        /// The kernel lacks what signals need (pidfd: Linux 5.3).
        package static let kernelTooOld = Code(storage: .kernelTooOld)
        /// The links' process is gone, or could not do what it was asked.
        package static let linksFailed = Code(storage: .linksFailed)
        /// The process that should have been our parent is gone.
        package static let parentGone = Code(storage: .parentGone)
        /// The server's port is in use.
        package static let portTaken = Code(storage: .portTaken)
        /// The server exited before it was ready.
        package static let serverFailed = Code(storage: .serverFailed)
        /// The server runs, but took no connections in time.
        package static let serverNotReady = Code(storage: .serverNotReady)
        /// A child process could not be started or watched.
        package static let spawnFailed = Code(storage: .spawnFailed)
        /// A thread could not be started.
        package static let threadFailed = Code(storage: .threadFailed)
        /// A server's version is not a version.
        package static let versionUnreadable = Code(storage: .versionUnreadable)
    }

    package let code: Code
    /// What the system or another library said, where it did.
    package let cause: (any Error)?
    /// What was wrong and what to do, for a person to read, in one line.
    package let context: String

    package init(_ code: Code, cause: (any Error)? = nil, context: String) {
        self.code = code
        self.cause = cause
        self.context = context
    }

    package var description: String {
        if let cause { "\(context): \(cause)" } else { context }
    }
}
