import HTMLReport
import Measurement
import Testing

struct ComparisonPageTests {
    private var report: ComparisonReport {
        let description = ComparisonDescription(
            name: "two",
            seed: 42,
            runs: ["lease-race", "lease & ranked", "third"],
            repeatCommand: ["electbench", "--seed", "42"]
        )
        return ComparisonReport(
            description,
            runs: [
                .init(label: "lease-race", state: .measured(Tale.report(Tale.eventful()))),
                .init(label: "lease & ranked", state: .measured(Tale.report(Tale.unsafe()))),
                .init(label: "third", state: .notBegun),
            ]
        )
    }

    @Test func `A comparison leads to each run's page and has the figures of its CSV`() throws {
        let page = Markup(try #require(HTMLReport.page(report)).bytes)
        let links = page.tags(named: "a").compactMap { $0["href"] }.filter { !$0.hasPrefix("#") }
        #expect(links == ["./lease-race/report.html", "./lease%20%26%20ranked/report.html"])
        let figures = try #require(
            report.runs.first.flatMap { run -> Statistic? in
                guard case .measured(let report) = run.state else { return nil }
                return report.summary.statistic("failover_ms", scope: "fault=kill")
            }
        )
        #expect(page.hasRow(["failover, kill", "p50 ms", figures.p50]))
        #expect(page.text.contains("third: not begun"))
        #expect(page.tags(named: "script").isEmpty)
    }

    @Test func `Without a measured run there is no page`() {
        let description = ComparisonDescription(name: "two", seed: 1, runs: ["x"], repeatCommand: ["electbench"])
        #expect(HTMLReport.page(ComparisonReport(description, runs: [.init(label: "x", state: .notBegun)])) == nil)
    }
}
