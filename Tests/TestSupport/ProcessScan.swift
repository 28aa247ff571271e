import Glibc

/// Finds processes by a variable that they inherited, so that nobody's child is overlooked, whoever its parent is by now.
public enum ProcessScan {
    public struct Found: Hashable, Sendable, CustomStringConvertible {
        public let pid: Int32
        public let command: String

        public var description: String { "\(pid) \(command)" }
    }

    /// The living processes with `variable` in their environment; a dead one that nobody has waited for isn't among them.
    public static func processes(with variable: String) -> [Found] {
        let wanted = Array(variable.utf8)
        return folderEntries("/proc").compactMap { Int32($0) }.sorted().compactMap { pid in
            let variables = bytes(of: "/proc/\(pid)/environ").split(separator: 0)
            guard variables.contains(where: { $0.elementsEqual(wanted) }) else { return nil }
            let words = bytes(of: "/proc/\(pid)/cmdline").split(separator: 0)
            return Found(pid: pid, command: words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " "))
        }
    }

    /// The names in a folder, without `.` and `..`; none where it can't be read.
    public static func folderEntries(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// A file's bytes; none where it can't be read.
    public static func bytes(of path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 { all += buffer[..<count] } else if count == 0 || errno != EINTR { return all }
        }
    }
}
