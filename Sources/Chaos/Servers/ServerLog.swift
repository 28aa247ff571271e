import SystemPackage

/// The end of a server's log, to say why it died.
struct ServerLog: Sendable {
    private let path: FilePath
    /// Where this life's lines start: the file may hold those of earlier runs.
    private let start: Int64

    /// To be made before the server is started.
    init(_ path: FilePath) {
        self.path = path
        start = SystemFile.size(path)
    }

    /// The last lines that tell of errors; where there are none, the last of any kind; at most three.
    func lastErrors() -> [String] {
        // A server's log can be long by the time it dies.
        let tail = max(start, SystemFile.size(path) - 64 * 1024)
        return Self.lastErrors(in: SystemFile.text(path, from: tail) ?? "")
    }

    static func lastErrors(in text: String) -> [String] {
        let lines = text.split(separator: "\n")
        let errors = lines.compactMap { line in
            line.firstRange(of: "[FTL] ").map { line[$0.upperBound...] }
                ?? line.firstRange(of: "[ERR] ").map { line[$0.upperBound...] }
        }
        return (errors.isEmpty ? lines : errors).suffix(3).map { String($0) }
    }
}
