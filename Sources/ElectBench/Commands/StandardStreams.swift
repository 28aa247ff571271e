import Glibc
import Measurement

/// Standard output and error, one write a line: `print` to a pipe waits for a full block.
enum StandardError {
    static func line(_ text: String) { write(text + "\n") }
    static func write(_ text: String) { Descriptor.write(Array(text.utf8), to: STDERR_FILENO) }
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

enum StandardOutput {
    static func line(_ text: String) { write(text + "\n") }
    static func write(_ text: String) { Descriptor.write(Array(text.utf8), to: STDOUT_FILENO) }

    /// Colours where somebody sees them and wants them.
    static var style: TextStyle {
        let isPlain = isatty(STDOUT_FILENO) != 1 || getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        return isPlain ? .plain : .colour
    }
}

enum Descriptor {
    /// Writes all of it, or as much as somebody is there to read.
    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
