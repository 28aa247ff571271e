import ElectionCore

/// One row of `summary.csv`: a measure in one scope. What doesn't apply is an empty cell.
package struct Statistic: Hashable, Sendable {
    package var measure: String
    /// What it was measured over, such as `fault=kill`; empty for the whole run.
    package var scope: String
    package var unit: String
    package var n: Int?
    /// How many faults the samples come from: the roles of one fault are not independent.
    package var faults: Int?
    package var min = ""
    package var p50 = ""
    package var p90 = ""
    package var p99 = ""
    package var max = ""
    package var value = ""
    /// What min to max are taken from, in the order of the rows of its CSV; empty for a single figure, and where a histogram
    /// has taken the values' place.
    package var sample: [Observation] = []
    /// Instead of a sample.
    var latencies: LatencyHistogram?

    /// A single figure.
    init(_ measure: String, scope: String = "", unit: String, n: Int? = nil, value: String) {
        self.measure = measure
        self.scope = scope
        self.unit = unit
        self.n = n
        self.value = value
    }

    /// A sample of spans, in milliseconds.
    init(
        _ measure: String,
        scope: String = "",
        spans: [Sampled<Duration>],
        faults: Int? = nil,
        digits: Int = 3,
        value: String = ""
    ) {
        self.init(measure, scope: scope, unit: "ms", n: spans.count, value: value)
        self.faults = faults
        fill(spans) { Numbers.milliseconds($0, digits: digits) }
    }

    init(
        _ measure: String,
        scope: String = "",
        unit: String,
        values: [Sampled<Double>],
        digits: Int,
        value: String = ""
    ) {
        self.init(measure, scope: scope, unit: unit, n: values.count, value: value)
        fill(values) { Numbers.fixed($0, digits: digits) }
    }

    private mutating func fill<Value>(_ values: [Sampled<Value>], _ text: (Value) -> String) {
        let sorted = values.map(\.value).sorted()
        min = sorted.first.map(text) ?? ""
        p50 = sorted.sortedPercentile(.p50).map(text) ?? ""
        p90 = sorted.sortedPercentile(.p90).map(text) ?? ""
        p99 = sorted.sortedPercentile(.p99).map(text) ?? ""
        max = sorted.last.map(text) ?? ""
        sample = values.compactMap { raw in
            Double(text(raw.value)).map { Observation(value: $0, origin: raw.origin) }
        }
    }

    static let columns = ["measure", "scope", "unit", "n", "faults", "min", "p50", "p90", "p99", "max", "value"]

    var cells: [String] {
        [measure, scope, unit, Cell.text(n), Cell.text(faults), min, p50, p90, p99, max, value]
    }
}
