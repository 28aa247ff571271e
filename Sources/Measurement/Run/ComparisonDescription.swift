#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `comparison.json`: which runs a comparison's folder is for, each in a folder of its own below it.
package struct ComparisonDescription: Codable, Hashable, Sendable {
    package static let file = "comparison.json"

    package var name: String
    package var seed: UInt64
    /// The runs' folders, in the order in which they are carried out.
    package var runs: [String]
    /// One line for a shell that repeats all of them, the seed included.
    package var repeatCommand: String

    package init(name: String, seed: UInt64, runs: [String], repeatCommand: [String]) {
        self.name = name
        self.seed = seed
        self.runs = runs
        self.repeatCommand = ShellQuoting.line(repeatCommand)
    }

    private enum CodingKeys: String, CodingKey {
        case name, seed, runs
        case repeatCommand = "repeat_command"
    }

    /// - Throws: ``MeasurementError`` with code `unreadableFile` or `invalidRun`.
    package static func read(folder: String) throws(MeasurementError) -> ComparisonDescription {
        let bytes = try SystemFile.read("\(folder)/\(file)")
        do {
            return try JSONDecoder().decode(ComparisonDescription.self, from: Data(bytes))
        } catch {
            throw .init(code: .invalidRun, context: "\(file) is not the description of a comparison: \(error)")
        }
    }

    /// Makes `comparison.json` in a comparison's folder.
    ///
    /// - Throws: ``MeasurementError`` with code `unwritableFile`.
    package func write(folder: String) throws(MeasurementError) {
        try SystemFile.replace("\(folder)/\(Self.file)", with: jsonText)
    }
}
