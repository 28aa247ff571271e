import ElectionCore
import Measurement
import Testing

@Suite struct SummaryDocumentTests {
    private let report = RunReport(
        Story.run(roles: ["r", "s"], faults: ["kill"], minFaults: 1),
        RunReportTests.story().history
    )

    @Test func `Every figure is the one of summary csv`() throws {
        let document = SummaryDocument(report.summary)
        let rows = report.summary.statistics.filter { $0.measure != "violation" && $0.measure != "doubt" }
        #expect(document.statistics.count == rows.count)
        for (json, csv) in zip(document.statistics, rows) {
            #expect((json.measure, json.scope, json.unit) == (csv.measure, csv.scope, csv.unit))
            #expect([json.min, json.p50, json.p90] == [csv.min, csv.p50, csv.p90].map { Double($0) })
            #expect([json.p99, json.max] == [csv.p99, csv.max].map { Double($0) })
            #expect(json.text ?? json.value.map { _ in csv.value } ?? "" == csv.value)
            #expect(json.value == Double(csv.value))
        }
    }

    @Test func `A sample has the row's extremes, its roles and the faults it came of`() throws {
        let document = SummaryDocument(report.summary)
        let row = try #require(document.statistics.first { $0.measure == "failover_ms" && $0.scope == "fault=kill" })
        let sample = try #require(row.sample)
        #expect(sample.count == row.n)
        #expect(sample.min() == row.min)
        #expect(sample.max() == row.max)
        #expect(row.roles == sample.map { _ in "r" })
        #expect(Set(row.events ?? []).count == row.faults)
    }

    @Test func `It is read back as it was written`() throws {
        let document = SummaryDocument(report.summary)
        #expect(try SummaryDocument(json: document.json) == document)
        let error = #expect(throws: MeasurementError.self) { try SummaryDocument(json: Array("[]".utf8)) }
        #expect(error?.code == .invalidRun)
    }
}
