import Chaos
import ElectionCore
import Glibc
import Measurement
import SystemPackage

/// A run's folder: its history, its description, its logs.
struct RunFolder: Sendable {
    let path: FilePath
    var logs: FilePath { path.appending("logs") }
    var history: FilePath { path.appending("history.jsonl") }
    var id: String { path.lastComponent?.string ?? "run" }

    /// Makes `<output>/<UTC time>-<name>/` and lets `<output>/latest` point to it.
    static func make(in output: FilePath, name: String, epochNs: Int64) throws -> RunFolder {
        // 2026-11-23T17:06:30.123… without what a shell or a web server would stumble over.
        let time = WallClock.text(nanosecondsSince1970: epochNs).prefix(19).filter { $0 != ":" && $0 != "-" }
        try makeFolders(output)
        for attempt in 0..<100 {
            let suffix = attempt == 0 ? "" : "-\(attempt + 1)"
            let folder = RunFolder(path: output.appending("\(time)Z-\(name)\(suffix)"))
            if mkdir(folder.path.string, 0o755) == 0 {
                guard mkdir(folder.logs.string, 0o755) == 0 else { throw unwritable(folder.logs) }
                folder.becomeLatest(in: output)
                return folder
            }
            guard errno == EEXIST else { break }
        }
        throw unwritable(output)
    }

    /// Makes the description, or replaces it in one step: a full disk leaves the old one as it was.
    ///
    /// - Throws: ``Failure`` with exit code 3 where the file can't be written.
    func write(_ run: RunDescription) throws {
        do throws(MeasurementError) {
            try RunReport.write(run, folder: path.string)
        } catch {
            throw Failure.notCarriedOut("\(error): free some space, or give another --output")
        }
    }

    /// - Throws: ``Failure`` with exit code 3 where the file can't be written.
    func write(_ text: String, as name: String) throws {
        do throws(ChaosError) {
            try SystemFile.write(text, to: path.appending(name))
        } catch {
            throw Failure.notCarriedOut("\(error): free some space, or give another --output")
        }
    }

    private func becomeLatest(in output: FilePath) {
        // Replaced in one step, so that it always points somewhere; a file system without links does without it.
        let new = output.appending(".latest-\(getpid())")
        unlink(new.string)
        guard symlink(id, new.string) == 0 else { return }
        if rename(new.string, output.appending("latest").string) != 0 { unlink(new.string) }
    }

    private static func makeFolders(_ path: FilePath) throws {
        var built = FilePath(root: path.root)
        for component in path.components {
            built.append(component)
            if mkdir(built.string, 0o755) != 0 && errno != EEXIST { throw unwritable(built) }
        }
    }

    private static func unwritable(_ path: FilePath) -> Failure {
        .badArgument("\(path) cannot be written: \(String(cString: strerror(errno))); give another --output")
    }
}

/// A folder that is gone when the run is over: the servers' configurations and stores.
struct TemporaryFolder: Sendable {
    let path: FilePath

    static func make() throws -> TemporaryFolder {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/electbench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure.notCarriedOut("\(parent) cannot be written: \(String(cString: strerror(errno))); set TMPDIR")
        }
        return TemporaryFolder(path: FilePath(String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)))
    }

    /// With all that is in it.
    func remove() { SystemFile.remove(path) }
}
