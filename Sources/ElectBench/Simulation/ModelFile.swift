import FoundationEssentials
import Simulation

/// A cluster's model on disk, with where it was measured.
struct ModelFile: Hashable, Sendable, Codable {
    /// What it is called in a run's settings.
    var name: String
    var serverVersion: String
    var kernel: String
    var cores: Int
    var memoryKb: Int
    /// The parts that were not measured: they are as in the standard model. Nil: not known.
    var assumed: [String]?
    var model: ClusterModel

    private enum CodingKeys: String, CodingKey {
        case name, kernel, cores, assumed, model
        case serverVersion = "server_version"
        case memoryKb = "memory_kb"
    }

    /// What a simulation takes where no model is given.
    static let standard = ModelFile(
        name: "local",
        serverVersion: "2.9.10",
        kernel: "none",
        cores: 2,
        memoryKb: 0,
        model: .local
    )

    var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else { preconditionFailure("it cannot be encoded: \(self)") }
        return Array(data) + [UInt8(ascii: "\n")]
    }

    /// - Throws: ``Failure`` with exit code 64 where there is no model.
    static func read(_ path: String) throws -> ModelFile {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Failure.badArgument("--model \(path) cannot be read: make one with electbench calibrate")
        }
        guard let file = try? JSONDecoder().decode(ModelFile.self, from: data), file.model.service >= 0,
            file.model.delivery >= 0
        else {
            throw Failure.badArgument("--model \(path) is no model: make one with electbench calibrate")
        }
        return file
    }
}
