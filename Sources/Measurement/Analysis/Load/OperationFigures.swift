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

    /// By instance, or for all instances together, and then by operation.
    package static func all(_ history: History, window: Window, perInstance: Bool) -> [OperationFigures] {
        struct Key: Hashable {
            var instance: String?
            var operation: String
        }
        var entries: [Key: [HistoryEntry]] = [:]
        for entry in settled(history) where window.contains(entry.time) {
            let key = Key(instance: perInstance ? entry.source : nil, operation: entry.operation ?? "")
            entries[key, default: []].append(entry)
        }
        let order = StoreOperation.allCases.map(\.rawValue)
        let keys = entries.keys.sorted {
            ($0.instance ?? "", order.firstIndex(of: $0.operation) ?? order.count, $0.operation)
                < ($1.instance ?? "", order.firstIndex(of: $1.operation) ?? order.count, $1.operation)
        }
        return keys.map { key in
            OperationFigures(instance: key.instance, operation: key.operation, entries: entries[key] ?? [])
        }
    }

    /// A write of unknown outcome is reported once more when it is settled: then its last report counts.
    static func settled(_ history: History) -> [HistoryEntry] {
        struct Write: Hashable {
            var source: String
            var incarnation: Int64?
            var role: String?
            var operation: String?
            var sentNs: Int64?
        }
        var last: [Write: Int] = [:]
        let entries = Array(history[kind: .operation])
        func write(_ entry: HistoryEntry) -> Write {
            Write(
                source: entry.source,
                incarnation: entry.incarnation,
                role: entry.role,
                operation: entry.operation,
                sentNs: entry.sentNs
            )
        }
        for (index, entry) in entries.enumerated() { last[write(entry)] = index }
        return entries.enumerated().filter { last[write($1)] == $0 }.map(\.element)
    }

    private init(instance: String?, operation: String, entries: [HistoryEntry]) {
        self.instance = instance
        self.operation = operation
        count = entries.count
        errors = 0
        lostRaces = 0
        var nanoseconds: [Int64] = []
        for entry in entries {
            switch entry.outcome.flatMap(OperationOutcome.init) {
            case .ok, .late:
                if let start = entry.dueNs ?? entry.sentNs { nanoseconds.append(entry.t - start) }
            case .lost: lostRaces += 1
            case .error, .unknown: errors += 1
            case nil: break
            }
        }
        latency = LatencyFigures(nanoseconds: nanoseconds, keepsHistogram: instance == nil)
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
    package init(nanoseconds: [Int64], keepsHistogram: Bool = false) {
        count = nanoseconds.count
        percentilesUs = [:]
        let histogram = LatencyHistogram(nanoseconds: nanoseconds)
        self.histogram = keepsHistogram ? histogram : nil
        maxUs = histogram.longestNs.map { Double($0) / 1000 }
        for percentile in Percentile.allCases where count >= percentile.leastSamples {
            percentilesUs[percentile] = histogram.microseconds(atPercentile: Double(percentile.rawValue) / 10)
        }
    }
}
