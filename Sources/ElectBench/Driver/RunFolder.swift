import Chaos
import ElectionCore
import Glibc
import Measurement
import SystemPackage

/// A run's folder: its history, its description, its logs.
struct RunFolder: Sendable {
    let path: FilePath
    /// Unlike that of every other run.
    let id: String
    var logs: FilePath { path.appending("logs") }
    var history: FilePath { path.appending("history.jsonl") }

    /// - Throws: ``Failure`` with exit code 64 where it can't be made.
    private init(_ path: FilePath, id: String) throws {
        self.path = path
        self.id = id
        guard mkdir(logs.string, 0o755) == 0 else { throw ResultFolder.unwritable(logs) }
    }

    /// Makes the folder of a run by itself.
    static func make(in output: FilePath, name: String, epochNs: Int64) throws -> RunFolder {
        let path = try ResultFolder.make(in: output, name: name, epochNs: epochNs)
        return try RunFolder(path, id: path.name)
    }

    /// Makes the folder of a run that is one of several, in the folder of all.
    static func make(in comparison: FilePath, label: String) throws -> RunFolder {
        let path = comparison.appending(label)
        guard mkdir(path.string, 0o755) == 0 else { throw ResultFolder.unwritable(path) }
        return try RunFolder(path, id: "\(comparison.name)/\(label)")
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
    func write(_ text: String, as name: String) throws { try ResultFolder.write(text, to: path.appending(name)) }
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
