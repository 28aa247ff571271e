import ElectionCore
import Foundation
import Measurement
import Testing

/// Every output shows the figures of one computed summary.
@Suite struct OneResultTests {
    private static let report: RunReport = {
        var run = Story.run(roles: ["r", "s"], faults: ["kill"], minFaults: 1)
        run.settings.thresholds = [
            "failover_ms{fault=kill}:p(90)<1", "failover_ms:p(99)<9", "operation_us{operation=renew}:max<=1000",
        ]
        return RunReport(run, RunReportTests.story().history)
    }()

    private func text(_ format: Export.Format) -> String {
        String(decoding: Export(Self.report).bytes(format), as: UTF8.self)
    }

    /// Figures of `summary.csv` with their place in the other outputs.
    private struct Figure {
        var measure: String
        var scope: String
        var cell: KeyPath<Statistic, String>
        var column: KeyPath<SummaryDocument.Row, Double?>
        /// The sample's name and labels in OpenMetrics, and by how much its unit is smaller.
        var metric: String
        var divisor: Double
        var benchmark: String?
    }

    private static var figures: [Figure] {
        [
            Figure(
                measure: "failover_ms",
                scope: "fault=kill",
                cell: \.p50,
                column: \.p50,
                metric: #"electbench_failover_seconds{fault="kill",quantile="0.5"}"#,
                divisor: 1000,
                benchmark: "failover_ms{fault=kill} p50"
            ),
            Figure(
                measure: "failover_ms",
                scope: "fault=kill",
                cell: \.max,
                column: \.max,
                metric: #"electbench_failover_max_seconds{fault="kill"}"#,
                divisor: 1000
            ),
            Figure(
                measure: "leaderless_ms",
                scope: "roles",
                cell: \.value,
                column: \.value,
                metric: "electbench_leaderless_value_seconds",
                divisor: 1000,
                benchmark: "leaderless_ms"
            ),
            Figure(
                measure: "availability",
                scope: "roles",
                cell: \.value,
                column: \.value,
                metric: "electbench_availability_value_ratio",
                divisor: 1
            ),
            Figure(
                measure: "false_failovers",
                scope: "",
                cell: \.value,
                column: \.value,
                metric: "electbench_false_failovers_total",
                divisor: 1,
                benchmark: "false_failovers"
            ),
            Figure(
                measure: "operation_us",
                scope: "operation=renew",
                cell: \.max,
                column: \.max,
                metric: #"electbench_operation_max_seconds{operation="renew"}"#,
                divisor: 1_000_000
            ),
        ]
    }

    @Test func `The figures of terminal, CSV, JSON, Markdown, OpenMetrics and benchmark are equal`() throws {
        let document = try SummaryDocument(json: Array(text(.json).utf8))
        let metrics = Dictionary(
            uniqueKeysWithValues: text(.openmetrics).split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
                let at = line.lastIndex(of: " ") ?? line.startIndex
                return (String(line[..<at]), Double(line[at...].dropFirst()))
            }
        )
        let list = try JSONSerialization.jsonObject(with: Data(text(.benchmark).utf8)) as? [[String: Any]] ?? []
        for figure in Self.figures {
            let row = try #require(Self.report.summary.statistic(figure.measure, scope: figure.scope))
            let cell = row[keyPath: figure.cell]
            let value = try #require(Double(cell), "\(figure.measure) has no figure")
            let csv = text(.csv).split(separator: "\r\n").filter { $0.contains(",\(figure.measure),\(figure.scope),") }
            #expect(csv.count == 1 && csv[0].contains(cell), "\(figure.measure)")
            let json = document.statistics.first { $0.measure == figure.measure && $0.scope == figure.scope }
            #expect(json?[keyPath: figure.column] == value, "\(figure.measure)")
            let metric = try #require(metrics[figure.metric] ?? nil, "no \(figure.metric)")
            #expect(abs(metric * figure.divisor - value) < 1e-9 * max(1, value), "\(figure.metric)")
            guard let name = figure.benchmark else { continue }
            #expect(list.first { $0["name"] as? String == name }?["value"] as? Double == value, "\(name)")
        }
        for output in [Self.report.finalTable(.plain), text(.markdown)] {
            for figure in Self.figures where figure.measure != "availability" {
                let row = try #require(Self.report.summary.statistic(figure.measure, scope: figure.scope))
                #expect(output.contains(row[keyPath: figure.cell]), "\(figure.measure) in \(output)")
            }
        }
    }

    @Test func `A threshold's finding is the same in each`() throws {
        let document = try SummaryDocument(json: Array(text(.json).utf8))
        let junit = try JUnit(text(.junit))
        for (result, row) in zip(Self.report.summary.thresholds, try #require(document.thresholds)) {
            #expect(row.text == result.text && row.state == result.state.rawValue && row.measured == result.value)
            let testCase = try #require(junit.cases["electbench.thresholds \(result.text)"])
            let kinds: [ThresholdResult.State: String] = [.crossed: "failure", .inconclusive: "error"]
            #expect(testCase.outcome == kinds[result.state])
            #expect(testCase.words == result.finding)
            #expect(text(.csv).contains("threshold,\(result.text),,"))
            let state =
                "electbench_threshold{threshold=\"\(result.text)\",electbench_threshold=\"\(result.state.rawValue)\"} 1"
            #expect(text(.openmetrics).contains(state))
        }
        #expect(Self.report.summary.thresholds.map(\.state) == [.crossed, .inconclusive, .passed])
    }
}
