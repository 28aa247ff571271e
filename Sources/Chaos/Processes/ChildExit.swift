package import ElectionCore

/// The end of a child process, after all that it ever wrote was delivered.
package struct ChildExit: Hashable, Sendable {
    /// How it ended.
    package enum Status: Hashable, Sendable, CustomStringConvertible {
        case exited(Int32)
        case signaled(Int32)

        /// `exit 0` or `signal 9`, as histories have it.
        package var description: String {
            switch self {
            case .exited(let code): "exit \(code)"
            case .signaled(let signal): "signal \(signal)"
            }
        }
    }

    package let status: Status
    /// When its end was noticed; it died earlier.
    package let at: Timestamp
    /// What it wrote after its last newline: a line cut off by its death. Never delivered as a line.
    package let fragment: [UInt8]
}
