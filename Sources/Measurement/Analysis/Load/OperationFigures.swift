import ElectionCore

/// How one kind of store operation went in the measured part of the run.
package struct OperationFigures: Hashable, Sendable {
    /// Nil for all instances together.
    package var instance: String?
    package var operation: String
    package var count: Int
    /// Refused, not sent, or never answered.
    package var errors: Int
    package var lostRaces: Int
    /// Of the acknowledged ones, also those acknowledged too late; a renewal's counts from when it was due.
    package var latency: LatencyFigures

    /// A row an instance and operation, and a row an operation, all instances together; by instance and then by operation.
    static func all(
        _ history: History,
        _ settled: SettledOperations,
        window: Window
    ) -> (each: [OperationFigures], totals: [OperationFigures]) {
        let outcomes = OperationOutcome.allCases.compactMap { outcome in
            history.symbol(outcome.rawValue).map { ($0, outcome) }
        }
        var each = Tallies<Key>()
        var totals = Tallies<Key>()
        let nameless = history.symbol("")
        settled.scan(history) { row in
            guard window.contains(row.time) else { return }
            let operation = row[text: .operation] ?? nameless
            let outcome = outcomes.first { $0.0 == row[text: .outcome] }?.1
            each.add(row, outcome, to: Key(instance: row.source, operation: operation))
            totals.add(row, outcome, to: Key(instance: nil, operation: operation))
        }
        return (figures(each, history), figures(totals, history))
    }

    private struct Key: Hashable {
        var instance: Symbol?
        var operation: Symbol?
    }

    private static func figures(_ tallies: Tallies<Key>, _ history: History) -> [OperationFigures] {
        let order = StoreOperation.allCases.map(\.rawValue)
        let rows = tallies.all.map { key, tally in
            OperationFigures(
                instance: key.instance.map(history.text),
                operation: key.operation.map(history.text) ?? "",
                count: tally.count,
                errors: tally.errors,
                lostRaces: tally.lostRaces,
                latency: LatencyFigures(tally.latency, keepsHistogram: key.instance == nil)
            )
        }
        return rows.sorted {
            ($0.instance ?? "", order.firstIndex(of: $0.operation) ?? order.count, $0.operation)
                < ($1.instance ?? "", order.firstIndex(of: $1.operation) ?? order.count, $1.operation)
        }
    }
}

/// Operations counted by a key.
private struct Tallies<Key: Hashable> {
    struct Tally {
        var count = 0
        var errors = 0
        var lostRaces = 0
        var latency = LatencyHistogram()
    }

    private var places: [Key: Int] = [:]
    private var tallies: [Tally] = []

    var all: [(Key, Tally)] { places.map { ($0.key, tallies[$0.value]) } }

    mutating func add(_ row: HistoryRow, _ outcome: OperationOutcome?, to key: Key) {
        let place = places[key] ?? tallies.count
        if place == tallies.count {
            places[key] = place
            tallies.append(Tally())
        }
        tallies[place].count += 1
        switch outcome {
        case .ok, .late:
            if let start = row[integer: .dueNs] ?? row.sentNs { tallies[place].latency.record(row.t - start) }
        case .lost: tallies[place].lostRaces += 1
        case .error, .unknown: tallies[place].errors += 1
        case nil: break
        }
    }
}

/// Latencies from an HDR histogram: within 0.1 % of the sample at any count.
package struct LatencyFigures: Hashable, Sendable {
    package var count: Int
    /// Microseconds; absent where the sample is too small for it.
    package var percentilesUs: [Percentile: Double]
    package var maxUs: Double?
    /// For any other percentile; nil unless it was asked for.
    var histogram: LatencyHistogram?

    /// - Parameter nanoseconds: one a sample; a negative one, whose answer came before it was due, counts as 0.
    package init(nanoseconds: [Int64]) {
        var histogram = LatencyHistogram()
        for value in nanoseconds { histogram.record(value) }
        self.init(histogram)
    }

    init(_ histogram: LatencyHistogram, keepsHistogram: Bool = false) {
        count = histogram.count
        percentilesUs = [:]
        self.histogram = keepsHistogram ? histogram : nil
        maxUs = histogram.longestNs.map { Double($0) / 1000 }
        for percentile in Percentile.allCases where count >= percentile.leastSamples {
            percentilesUs[percentile] = histogram.microseconds(atPercentile: Double(percentile.rawValue) / 10)
        }
    }
}
