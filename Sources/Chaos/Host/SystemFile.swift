import Glibc
package import SystemPackage

/// Reads and writes small files whole, and files of /proc, whose size is not known beforehand.
package enum SystemFile {
    /// - Parameter offset: where reading starts.
    /// - Returns: nil where the file is not there or must not be read.
    static func read(_ path: FilePath, from offset: Int64 = 0) -> [UInt8]? {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
        defer { try? file.close() }
        if offset > 0, (try? file.seek(offset: offset, from: .start)) == nil { return nil }
        var content: [UInt8] = []
        var isAtEnd = false
        while !isAtEnd {
            let chunk = try? [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count throws in
                count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            guard let chunk else { return nil }
            content += chunk
            isAtEnd = chunk.isEmpty
        }
        return content
    }

    package static func text(_ path: FilePath, from offset: Int64 = 0) -> String? {
        read(path, from: offset).map { String(decoding: $0, as: UTF8.self) }
    }

    /// - Throws: ``ChaosError`` with code `fileFailed`.
    package static func write(_ text: String, to path: FilePath) throws(ChaosError) {
        let file = try FileDescriptor.open(
            path,
            .writeOnly,
            [.create, .truncate, .closeOnExec],
            purpose: "cannot write"
        )
        defer { try? file.close() }
        do {
            try file.writeAll(text.utf8)
        } catch {
            throw ChaosError(.fileFailed, cause: error, context: "cannot write \(path)")
        }
    }

    /// 0 where there is no such file.
    static func size(_ path: FilePath) -> Int64 {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return 0 }
        defer { try? file.close() }
        return (try? file.seek(offset: 0, from: .end)) ?? 0
    }

    /// The names in a folder but `.` and `..`; nil where it can't be read.
    static func names(in folder: FilePath) -> [String]? {
        guard let stream = opendir(folder.string) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(entry.pointee.d_reclen)) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a folder and those above it.
    ///
    /// - Throws: ``ChaosError`` with code `fileFailed`.
    static func makeFolder(_ folder: FilePath) throws(ChaosError) {
        if mkdir(folder.string, 0o755) == 0 || errno == EEXIST { return }
        if errno == ENOENT, !folder.removingLastComponent().isEmpty {
            try makeFolder(folder.removingLastComponent())
            if mkdir(folder.string, 0o755) == 0 || errno == EEXIST { return }
        }
        throw ChaosError(.fileFailed, cause: SystemError.last, context: "cannot make the folder \(folder)")
    }

    /// Removes a file, or a folder with all that it holds; what is not there is fine.
    package static func remove(_ path: FilePath) {
        // unlink first: a link to a folder is removed, not what it points to.
        if unlink(path.string) == 0 { return }
        for name in names(in: path) ?? [] { remove(path.appending(name)) }
        rmdir(path.string)
    }
}
