#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Encodable {
    /// A line of JSON, its keys sorted, so that equal values have equal bytes.
    var jsonLine: [UInt8] { json([.sortedKeys, .withoutEscapingSlashes]) }

    /// The same over several lines, for people.
    var jsonText: [UInt8] { json([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]) }

    /// What is written has strings, integers and finite numbers only: there is nothing in it that cannot be encoded.
    private func json(_ formatting: JSONEncoder.OutputFormatting) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        guard let data = try? encoder.encode(self) else { preconditionFailure("it cannot be encoded: \(self)") }
        return Array(data) + [UInt8(ascii: "\n")]
    }
}
