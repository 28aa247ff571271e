extension Summary {
    static func thresholds(_ results: [ThresholdResult]) -> [Statistic] {
        results.flatMap { result -> [Statistic] in
            let measured = result.measured.map {
                Statistic("threshold_measured", scope: result.text, unit: result.unit, n: result.n, value: $0)
            }
            return [Statistic("threshold", scope: result.text, unit: "", n: result.n, value: result.state.rawValue)]
                + [measured].compactMap(\.self)
        }
    }

    /// `thresholds.csv`: a row a threshold, in the order in which they were given.
    var thresholdsCSV: [UInt8] {
        analysis.table(
            columns: [
                "threshold", "measure", "tags", "aggregation", "comparison", "limit", "unit", "n", "measured", "state",
                "note",
            ],
            rows: thresholds
        ) { result in
            [
                result.text, result.threshold?.measure.name ?? "", result.threshold?.tagText ?? "",
                result.threshold?.aggregation.name ?? "", result.threshold?.comparison.rawValue ?? "",
                result.threshold?.limitText ?? "", result.unit, Cell.text(result.n), result.measured ?? "",
                result.state.rawValue, result.note,
            ]
        }
    }

    var thresholdSection: Page.Section {
        Page.Section(
            title: "Thresholds",
            facts: thresholds.map { result in
                switch result.state {
                case .passed: Page.Fact(label: "✓ \(result.text)", value: result.finding, tone: .good)
                case .crossed: Page.Fact(label: "✗ \(result.text)", value: result.finding, tone: .bad)
                case .inconclusive: Page.Fact(label: "? \(result.text)", value: result.finding, tone: .doubtful)
                }
            }
        )
    }
}

extension Threshold {
    /// `fault=kill;role=role-07`, in the measure's order.
    var tagText: String {
        measure.tags.compactMap { tag in tags[tag].map { "\(tag.rawValue)=\($0)" } }.joined(separator: ";")
    }
}

/// A threshold in `summary.json`.
package struct ThresholdRow: Codable, Hashable, Sendable {
    package var text: String
    package var measure: String?
    package var tags: [String: String]?
    package var aggregation: String?
    package var comparison: String?
    package var limit: Double?
    package var unit: String
    package var n: Int?
    package var measured: Double?
    package var state: String
    package var note: String

    init(_ result: ThresholdResult) {
        text = result.text
        measure = result.threshold?.measure.name
        tags = result.threshold.map { threshold in
            Dictionary(uniqueKeysWithValues: threshold.tags.map { ($0.key.rawValue, $0.value) })
        }
        aggregation = result.threshold?.aggregation.name
        comparison = result.threshold?.comparison.rawValue
        limit = result.threshold?.limit
        unit = result.unit
        n = result.n
        measured = result.value
        state = result.state.rawValue
        note = result.note
    }
}
