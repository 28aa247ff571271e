#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files through system calls: a statically linked Foundation would be larger than the rest of the binary.
enum SystemFile {
    /// Hands the file's bytes to `body` in pieces.
    ///
    /// - Throws: ``MeasurementError`` with code `unreadableFile`.
    static func read(_ path: String, _ body: (UnsafeRawBufferPointer) -> Void) throws(MeasurementError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .init(code: .unreadableFile, errno: errno, context: "cannot open \(path)") }
        defer { close(descriptor) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            let count = systemRead(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            if count == 0 { return }
            if count < 0, errno != EINTR {
                throw .init(code: .unreadableFile, errno: errno, context: "cannot read \(path)")
            }
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func read(_ path: String) throws(MeasurementError) -> [UInt8] {
        var bytes: [UInt8] = []
        try read(path) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Replaces a file in one step: a reader sees the old bytes or the new, never a part.
    ///
    /// - Throws: ``MeasurementError`` with code `unwritableFile`; the old file is then as it was.
    static func replace(_ path: String, with bytes: [UInt8]) throws(MeasurementError) {
        try replace(path) { $0(bytes) }
    }

    /// - Parameter make: hands the bytes out in pieces.
    static func replace(_ path: String, _ make: (([UInt8]) -> Void) -> Void) throws(MeasurementError) {
        let temporary = path + ".tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .init(code: .unwritableFile, errno: errno, context: "cannot create \(temporary)")
        }
        do throws(MeasurementError) {
            defer { close(descriptor) }
            var failure: MeasurementError?
            make { bytes in
                guard failure == nil else { return }
                do throws(MeasurementError) { try write(bytes, to: descriptor, path: temporary) } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            guard fsync(descriptor) == 0 else {
                throw .init(code: .unwritableFile, errno: errno, context: "cannot write \(temporary)")
            }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw .init(code: .unwritableFile, errno: code, context: "cannot rename \(temporary)")
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(MeasurementError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: $0[written...]))
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                throw .init(code: .unwritableFile, errno: errno, context: "cannot write \(path)")
            }
        }
    }
}

// Free functions: inside a type with methods of the same names, the C ones cannot be seen.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

package func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
