import Glibc
import SystemPackage

/// A folder of a test's own, removed with its content.
func withTemporaryFolder<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    var template = Array("/tmp/electbench-test-XXXXXX".utf8CString)
    let name = template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!).map { String(cString: $0) } }
    guard let name else { throw Errno(rawValue: errno) }
    defer { removeTree(name) }
    return try await body(FilePath(name))
}

private func removeTree(_ path: String) {
    if unlink(path) == 0 { return }
    let folder = opendir(path)
    while let entry = folder.flatMap({ readdir($0) }) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { removeTree("\(path)/\(name)") }
    }
    if let folder { closedir(folder) }
    rmdir(path)
}

func textOfFile(_ path: FilePath) throws -> String {
    let file = try FileDescriptor.open(path, .readOnly)
    defer { try? file.close() }
    var bytes: [UInt8] = []
    while true {
        let chunk = try [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if chunk.isEmpty { return String(decoding: bytes, as: UTF8.self) }
        bytes += chunk
    }
}

func fileExists(_ path: FilePath) -> Bool { access(path.string, F_OK) == 0 }
