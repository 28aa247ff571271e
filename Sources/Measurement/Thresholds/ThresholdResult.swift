/// What came of one threshold.
package struct ThresholdResult: Hashable, Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        case passed, crossed
        /// Too little was seen to say either.
        case inconclusive
    }

    /// As it was given.
    package let text: String
    /// Nil of a text that this version can't read.
    package let threshold: Threshold?
    package let state: State
    /// As it is printed, in ``unit``, and compared; nil where nothing could be measured.
    package let measured: String?
    /// How many values it was measured on; nil of a single figure.
    package let n: Int?
    /// Why nothing can be said, or what there is to say besides.
    package let note: String

    package var unit: String {
        guard let threshold else { return "" }
        switch threshold.aggregation {
        case .count where threshold.measure.kind != .count: return "count"
        case .rate where !threshold.measure.isRate: return "\(threshold.measure.unit)_per_second"
        case .avg, .min, .med, .max, .percentile, .value, .count, .rate: return threshold.measure.unit
        }
    }

    package var value: Double? { measured.flatMap(Double.init) }

    /// `1432.113 ms of 123 values`, for a person; the note where nothing could be measured.
    package var finding: String {
        guard let measured else { return note }
        let sample = n.map { " of \(Numbers.count($0, "value"))" } ?? ""
        let words = unit == "count" || unit == "ratio" ? "" : " " + unit.replacing("_per_second", with: " a second")
        return "\(measured)\(words.replacing("_", with: " "))\(sample)" + (note.isEmpty ? "" : ": \(note)")
    }

    /// For the reasons of a verdict.
    package var headline: String {
        switch state {
        case .passed: "threshold \(text): \(finding)"
        case .crossed: "threshold \(text) is crossed: \(finding)"
        case .inconclusive: "threshold \(text) is inconclusive: \(finding)"
        }
    }
}
