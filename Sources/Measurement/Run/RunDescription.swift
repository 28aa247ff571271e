package import ElectionCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `run.json`: what a run was, and all that measuring it needs besides its history.
package struct RunDescription: Codable, Hashable, Sendable {
    package var runID: String
    package var name: String
    package var seed: UInt64
    /// RFC 3339 in UTC with nanoseconds: the same instant as ``startedAtNs``, for people.
    package private(set) var startedAt: String
    /// The wall clock at the event `run_started`, nanoseconds since 1970.
    package private(set) var startedAtNs: Int64
    /// `CLOCK_BOOTTIME` at the same instant: the history's `t` is turned into times of day with it.
    package private(set) var startedTNs: Int64
    /// electbench's own.
    package var version: String
    /// The command line, word by word.
    package var command: [String]
    /// One line for a shell that repeats the run, its seed included.
    package var repeatCommand: String
    package var settings: RunSettings
    package var serverVersions: [String]
    package var kernel: String
    package var cores: Int
    package var memoryKb: Int

    package init(
        runID: String,
        name: String,
        seed: UInt64,
        startedAtNs: Int64,
        started: Timestamp,
        version: String,
        command: [String],
        repeatCommand: [String],
        settings: RunSettings,
        serverVersions: [String],
        kernel: String,
        cores: Int,
        memoryKb: Int
    ) {
        self.runID = runID
        self.name = name
        self.seed = seed
        self.startedAt = WallClock.text(nanosecondsSince1970: startedAtNs)
        self.startedAtNs = startedAtNs
        self.startedTNs = started.nanoseconds
        self.version = version
        self.command = command
        self.repeatCommand = ShellQuoting.line(repeatCommand)
        self.settings = settings
        self.serverVersions = serverVersions
        self.kernel = kernel
        self.cores = cores
        self.memoryKb = memoryKb
    }

    private enum CodingKeys: String, CodingKey {
        case name, seed, version, command, settings, kernel, cores
        case runID = "run_id"
        case startedAt = "started_at"
        case startedAtNs = "started_at_ns"
        case startedTNs = "started_t_ns"
        case repeatCommand = "repeat_command"
        case serverVersions = "server_versions"
        case memoryKb = "memory_kb"
    }

    /// - Throws: ``MeasurementError`` with code `invalidRun` where the bytes describe no run.
    package init(json: [UInt8]) throws(MeasurementError) {
        do {
            self = try JSONDecoder().decode(RunDescription.self, from: Data(json))
        } catch {
            throw .init(code: .invalidRun, context: "run.json is not the description of a run: \(error)")
        }
    }

    /// The bytes of `run.json`: indented, keys sorted.
    package var json: [UInt8] { jsonText }

    /// The time of day of an instant of the history, as RFC 3339.
    func timeOfDay(_ instant: Timestamp) -> String {
        WallClock.text(nanosecondsSince1970: startedAtNs + instant.nanoseconds - startedTNs)
    }
}
