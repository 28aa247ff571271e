import ElectionCore

@testable import Measurement

/// Runs with samples by hand, to compare.
enum Sides {
    /// A run with these rows alone.
    static func run(
        _ rows: [SummaryDocument.Row],
        id: String = "run",
        _ change: (inout RunDescription) -> Void = { _ in }
    ) -> SummaryDocument {
        var run = Story.run(roles: ["r"])
        run.runID = id
        change(&run)
        var document = SummaryDocument(RunReport(run, Story().history).summary)
        document.verdict = "pass"
        document.unsafe = []
        document.inconclusive = []
        document.statistics = rows
        return document
    }

    static func side(_ rows: [SummaryDocument.Row]) -> CompareSide { CompareSide([run(rows)]) }

    /// A row with a sample; each of `events` is what one fault brought.
    static func row(
        _ events: [[Double]],
        of measure: String = "failover_ms",
        scope: String = "fault=kill"
    ) -> SummaryDocument.Row {
        let names = events.indices.flatMap { index in events[index].map { _ in "fault \(index)" } }
        return .init(measure: measure, scope: scope, unit: "ms", sample: events.flatMap { $0 }, events: names)
    }

    /// A row with one figure.
    static func figure(_ measure: String, scope: String = "", _ value: Double) -> SummaryDocument.Row {
        .init(measure: measure, scope: scope, unit: "percent", value: value)
    }

    /// Failovers as leases bring them: each of some roles a fault, spread over 300 ms, and what a fault does to all its roles.
    ///
    /// - Parameter slower: 0.2 makes each of them longer by a fifth.
    static func failovers(
        _ random: inout SplitMix64,
        faults: Int = 20,
        roles: Int = 5,
        slower: Double = 0
    ) -> [[Double]] {
        (0..<faults).map { _ in
            let shared = 50 * random.part()
            return (0..<roles).map { _ in (700 + 300 * random.part() + shared) * (1 + slower) }
        }
    }

    /// Latencies of which the events differ more than their values do, some of them tenfold.
    static func bursts(_ random: inout SplitMix64, events: Int = 12) -> [[Double]] {
        (0..<events).map { _ in
            let shared = 2 / (0.1 + random.part())
            return (0..<4).map { _ in shared + random.part() }
        }
    }
}

extension SplitMix64 {
    /// From 0 to below 1.
    mutating func part() -> Double { Double(number(below: 1 << 53)) / Double(1 << 53) }
}
