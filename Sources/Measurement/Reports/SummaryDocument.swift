#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `summary.json`: what a run was, its verdict, and every statistic of `summary.csv` as numbers, with the sample behind it.
package struct SummaryDocument: Codable, Hashable, Sendable {
    package static let file = "summary.json"

    /// A row of `summary.csv`; what is empty there is absent here.
    package struct Row: Codable, Hashable, Sendable {
        package var measure: String
        package var scope: String
        package var unit: String
        package var n: Int?
        package var faults: Int?
        package var min: Double?
        package var p50: Double?
        package var p90: Double?
        package var p99: Double?
        package var max: Double?
        package var value: Double?
        /// Where `value` is a word.
        package var text: String?
        /// The raw sample, and beside each value its role and the event that it came of.
        package var sample: [Double]?
        package var roles: [String]?
        package var events: [String]?
    }

    package var run: RunDescription
    package var verdict: String
    package var interrupted: Bool
    package var exitCode: Int32
    package var unsafe: [String]
    package var inconclusive: [String]
    /// Absent where none were given.
    package var thresholds: [ThresholdRow]?
    package var statistics: [Row]

    private enum CodingKeys: String, CodingKey {
        case run, verdict, interrupted, unsafe, inconclusive, thresholds, statistics
        case exitCode = "exit_code"
    }

    package init(_ summary: Summary) {
        run = summary.analysis.run
        verdict = summary.judgement.verdict.rawValue
        interrupted = summary.judgement.isInterrupted
        exitCode = summary.judgement.exitCode
        unsafe = summary.judgement.unsafe
        inconclusive = summary.judgement.inconclusive
        if !summary.thresholds.isEmpty { thresholds = summary.thresholds.map(ThresholdRow.init) }
        // The reasons and the thresholds stand above.
        let told: Set = ["violation", "doubt", "threshold", "threshold_measured"]
        statistics = summary.statistics.filter { !told.contains($0.measure) }.map(Row.init)
    }

    /// - Throws: ``MeasurementError`` with code `invalidRun` where the bytes are not such a document.
    package init(json: [UInt8]) throws(MeasurementError) {
        do {
            self = try JSONDecoder().decode(SummaryDocument.self, from: Data(json))
        } catch {
            throw .init(code: .invalidRun, context: "it is not a \(Self.file): \(error)")
        }
    }

    package var json: [UInt8] { jsonLine }

    /// Of several runs, as a JSON array.
    static func list(_ summaries: [Summary]) -> [UInt8] { summaries.map(SummaryDocument.init).jsonLine }
}

extension SummaryDocument.Row {
    init(_ statistic: Statistic) {
        measure = statistic.measure
        scope = statistic.scope
        unit = statistic.unit
        n = statistic.n
        faults = statistic.faults
        min = Double(statistic.min)
        p50 = Double(statistic.p50)
        p90 = Double(statistic.p90)
        p99 = Double(statistic.p99)
        max = Double(statistic.max)
        value = Double(statistic.value)
        if value == nil, !statistic.value.isEmpty { text = statistic.value }
        guard !statistic.sample.isEmpty else { return }
        sample = statistic.sample.map(\.value)
        let roles = statistic.sample.compactMap(\.origin.role)
        let events = statistic.sample.compactMap(\.origin.event)
        if roles.count == statistic.sample.count { self.roles = roles }
        if events.count == statistic.sample.count { self.events = events }
    }
}
