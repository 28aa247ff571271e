import Chaos
import Glibc
import Measurement
import SystemPackage

/// The folders under `--output`.
enum ResultFolder {
    /// Makes `<output>/<UTC time>-<name>/` and lets `<output>/latest` point to it.
    ///
    /// - Throws: ``Failure`` with exit code 64 where it can't be made.
    static func make(in output: FilePath, name: String, epochNs: Int64) throws -> FilePath {
        // 2026-11-23T17:06:30.123… without what a shell or a web server would stumble over.
        let time = WallClock.text(nanosecondsSince1970: epochNs).prefix(19).filter { $0 != ":" && $0 != "-" }
        try makeFolders(output)
        for attempt in 0..<100 {
            let suffix = attempt == 0 ? "" : "-\(attempt + 1)"
            let folder = output.appending("\(time)Z-\(name)\(suffix)")
            if mkdir(folder.string, 0o755) == 0 {
                link(folder, in: output)
                return folder
            }
            guard errno == EEXIST else { break }
        }
        throw unwritable(output)
    }

    /// What is in a folder, in no order; nothing where it can't be read.
    static func names(in folder: FilePath) -> [String] {
        guard let stream = opendir(folder.string) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// - Throws: ``Failure`` with exit code 3 where the file can't be written.
    static func write(_ text: String, to path: FilePath) throws {
        do throws(ChaosError) {
            try SystemFile.write(text, to: path)
        } catch {
            throw Failure.notCarriedOut("\(error): free some space, or give another --output")
        }
    }

    static func unwritable(_ path: FilePath) -> Failure {
        .badArgument("\(path) cannot be written: \(String(cString: strerror(errno))); give another --output")
    }

    private static func link(_ folder: FilePath, in output: FilePath) {
        // Replaced in one step, so that it always points somewhere; a file system without links does without it.
        let new = output.appending(".latest-\(getpid())")
        unlink(new.string)
        guard symlink(folder.name, new.string) == 0 else { return }
        if rename(new.string, output.appending("latest").string) != 0 { unlink(new.string) }
    }

    private static func makeFolders(_ path: FilePath) throws {
        var built = FilePath(root: path.root)
        for component in path.components {
            built.append(component)
            if mkdir(built.string, 0o755) != 0 && errno != EEXIST { throw unwritable(built) }
        }
    }
}

extension FilePath {
    /// Its last part.
    var name: String { lastComponent?.string ?? string }
}
