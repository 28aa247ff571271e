import ElectionCore
import HTMLReport
import Measurement
import Testing

struct CapacityPageTests {
    /// Nine cells whose instances take 1 % of a core each and 0.01 % a role; one of them was not begun.
    private var report: CapacityReport {
        let description = SweepDescription(
            name: "sweep",
            seed: 7,
            instances: [2, 4, 8],
            roles: [10, 20, 40],
            ttls: [.seconds(3)],
            heartbeat: nil,
            words: ["--name", "<sweep>"],
            version: "0.1.0",
            kernel: "Linux",
            cores: 2,
            memoryKb: 8_000_000
        )
        let cells = description.cells.enumerated().map { index, cell in
            if index == 8 { return CapacityCell(cell, CapacityHealth(.notBegun)) }
            var figures = CapacityFigures(Tale.report(Tale.eventful()))
            let cost = Double(cell.load.instances) + Double(cell.load.roles) / 100
            figures.columns["processor_instances_percent"] = Numbers.fixed(cost, digits: 2)
            return CapacityCell(cell, CapacityHealth(.fine), figures)
        }
        return CapacityReport(description, cells)
    }

    @Test func `A sweep's page has what each cell cost, what was foretold, and a way to its run`() async throws {
        let report = report
        let page = Markup(await HTMLReport.page(report, gnuplot: "/nonexistent").bytes)
        let links = page.tags(named: "a").compactMap { $0["href"] }.filter { !$0.hasPrefix("#") }
        #expect(links.count == 8)
        #expect(links.first == "./\(report.cells[0].label)/report.html")
        #expect(page.text.contains("\(report.cells[8].label): not begun"))
        for check in try #require(report.costs.fits[.processorInstances]).leftOut {
            let figures = [check.measured, check.predicted].map { Numbers.fixed($0, digits: 2) }
            let row = ["processor, instances, % of a core", check.label] + figures
            #expect(page.hasRow(row + [Numbers.fixed(check.error * 100, digits: 1)]), "\(row)")
        }
        #expect(page.text.contains("<sweep>"))
        #expect(page.text.contains("install gnuplot-nox"))
    }

    @Test func `Its plots are those of the costs that were measured`() async {
        let bytes = await HTMLReport.page(report).bytes
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("cost-processor-instances"))
        #expect(text.contains("foretold-processor-instances"))
        #expect(!text.contains("cost-memory-servers"))
    }
}

struct ComparePageTests {
    private func side(_ story: Story) throws -> CompareSide {
        let document = SummaryDocument(Tale.report(story).summary)
        return CompareSide([document])
    }

    @Test func `A comparison with a baseline shows each shift with its interval`() async throws {
        let report = CompareReport(base: try side(Tale.eventful()), new: try side(Tale.eventful()))
        let shift = try #require(report.gated.first { $0.interval != nil })
        let bytes = await HTMLReport.page(report).bytes
        let page = Markup(bytes)
        #expect(page.text.contains("NO DIFFERENCE SEEN"))
        #expect(page.tables.joined().contains { $0.contains(shift.measure) && $0.contains("no difference seen") })
        #expect(String(decoding: bytes, as: UTF8.self).contains("shifts"))
    }
}
