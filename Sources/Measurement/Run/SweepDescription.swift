import ElectionCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `sweep.json`: the grid of a sweep and all its settings, each cell a run in a folder of its own below it.
package struct SweepDescription: Codable, Hashable, Sendable {
    package static let file = "sweep.json"

    /// One cell of the grid.
    package struct Cell: Hashable, Sendable {
        /// Its folder.
        package var label: String
        package var load: Load
    }

    package var name: String
    package var seed: UInt64
    package var instances: [Int]
    package var roles: [Int]
    package var ttlsNs: [Int64]
    /// The same for all cells; absent where each renews three times in its ttl.
    package var heartbeatNs: Int64?
    /// As ``RunSettings/lease``.
    package var lease: String?
    /// The words after `sweep` that make this sweep, without secrets: a resumed one is read from them.
    package var words: [String]
    /// One line for a shell that repeats it in a folder of its own.
    package var repeatCommand: String
    /// electbench's own.
    package var version: String
    /// The machine that it was begun on: figures of two are not put into one model.
    package var kernel: String
    package var cores: Int
    package var memoryKb: Int

    package init(
        name: String,
        seed: UInt64,
        instances: [Int],
        roles: [Int],
        ttls: [Duration],
        heartbeat: Duration?,
        lease: String? = nil,
        words: [String],
        version: String,
        kernel: String,
        cores: Int,
        memoryKb: Int
    ) {
        self.name = name
        self.seed = seed
        self.instances = instances
        self.roles = roles
        ttlsNs = ttls.map(\.nanoseconds)
        heartbeatNs = heartbeat?.nanoseconds
        self.lease = lease
        self.words = words
        repeatCommand = ShellQuoting.line(["electbench", "sweep"] + words)
        self.version = version
        self.kernel = kernel
        self.cores = cores
        self.memoryKb = memoryKb
    }

    private enum CodingKeys: String, CodingKey {
        case name, seed, instances, roles, lease, words, version, kernel, cores
        case ttlsNs = "ttls_ns"
        case heartbeatNs = "heartbeat_ns"
        case repeatCommand = "repeat_command"
        case memoryKb = "memory_kb"
    }

    package var ttls: [Duration] { ttlsNs.map { .nanoseconds($0) } }

    /// A third of the ttl unless it was given.
    package func heartbeat(of ttl: Duration) -> Duration {
        heartbeatNs.map { .nanoseconds($0) } ?? Load.heartbeat(of: ttl)
    }

    /// In the order in which they are carried out: by ttl, instances and roles, in the order in which these were given.
    package var cells: [Cell] {
        ttls.flatMap { ttl in
            instances.flatMap { instances in
                roles.map { roles in
                    Cell(
                        label: "i\(instances)-r\(roles)-ttl\(Numbers.plain(ttl))",
                        load: Load(
                            instances: instances,
                            roles: roles,
                            ttl: ttl,
                            heartbeat: heartbeat(of: ttl),
                            lease: lease
                        )
                    )
                }
            }
        }
    }

    package static func exists(in folder: String) -> Bool { SystemFile.exists("\(folder)/\(file)") }

    /// - Throws: ``MeasurementError`` with code `unreadableFile` or `invalidRun`.
    package static func read(folder: String) throws(MeasurementError) -> SweepDescription {
        let bytes = try SystemFile.read("\(folder)/\(file)")
        do {
            return try JSONDecoder().decode(SweepDescription.self, from: Data(bytes))
        } catch {
            throw .init(code: .invalidRun, context: "\(file) is not the description of a sweep: \(error)")
        }
    }

    /// Makes `sweep.json` in a sweep's folder.
    ///
    /// - Throws: ``MeasurementError`` with code `unwritableFile`.
    package func write(folder: String) throws(MeasurementError) {
        try SystemFile.replace("\(folder)/\(Self.file)", with: jsonText)
    }
}
