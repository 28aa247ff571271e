import HTMLReport
import Measurement
import Testing

struct RunPageTests {
    private func markup(_ report: RunReport) async -> Markup { Markup(await HTMLReport.page(report).bytes) }

    private func dashed(_ cells: [String?]) -> [String] { cells.map { $0.flatMap { $0.isEmpty ? nil : $0 } ?? "–" } }

    @Test func `A page tells of everything, the verdict first`() async throws {
        let page = await markup(Tale.report(Tale.eventful()))
        let sections = page.tags(named: "section").compactMap { $0["id"] }
        let wanted = [
            "faults", "failover", "stages", "safety-and-availability", "timeline", "distribution", "cost",
            "store-operations", "violations", "settings",
        ]
        #expect(sections == wanted)
        let plots = page.tags(named: "figure").compactMap { $0["id"] }
        #expect(
            plots == [
                "plot-failover-distribution", "plot-failover-stages", "plot-leadership-instances",
                "plot-leadership-fairness", "plot-load-processor", "plot-load-memory", "plot-load-threads",
                "plot-load-tasks", "plot-operation-latencies", "plot-operation-rates",
            ]
        )
        let verdict = try #require(page.text.firstRange(of: "Verdict: ")).lowerBound
        let first = try #require(page.text.firstRange(of: "roles: led by a victim")).lowerBound
        #expect(verdict < first)
        #expect(page.text.contains("electbench --seed 42 --name 'it'\\''s'"))
    }

    @Test func `Its figures are those of the CSVs`() async {
        let report = Tale.report(Tale.eventful())
        let page = await markup(report)
        let summary = report.rows("summary.csv")
        for row in summary where row["measure"] == "failover_ms" && row["n"] != "0" {
            let kind = row["scope"]?.replacing("fault=", with: "")
            let cells = dashed([
                kind, row["n"], row["faults"], row["min"], row["p50"], row["p90"], row["p99"], row["max"],
            ])
            #expect(page.hasRow(cells), "\(cells)")
        }
        for row in summary where row["measure"] == "operation_us" {
            let operation = row["scope"]?.replacing("operation=", with: "")
            let cells = dashed([operation, row["n"], row["p50"], row["p90"], row["p99"], row["max"]])
            #expect(page.hasRow(cells), "\(cells)")
        }
        let loads = report.rows("distribution.csv")
        #expect(loads.count == 3)
        let columns = [
            "instance", "incarnations", "uptime_s", "roles_led_mean", "roles_led_max", "roles_led_end", "share",
        ]
        for row in loads { #expect(page.hasRow(columns.map { row[$0] ?? "" })) }
        let availability = summary.first { $0["measure"] == "availability" }?["value"]
        #expect(availability.map(page.text.contains) == true)
    }

    @Test func `The stages that are drawn are rows of failovers.csv at the percentiles of failover_ms`() async throws {
        let report = Tale.report(Tale.eventful())
        let page = await markup(report)
        let row = try #require(
            report.rows("summary.csv").first { $0["measure"] == "failover_ms" && $0["scope"] == "fault=kill" }
        )
        for label in ["p50", "p90", "max"] {
            let length = try #require(row[label])
            let failover = try #require(report.rows("failovers.csv").first { $0["failover_ms"] == length })
            let cells = ["fault_id", "role", "detect_ms", "acquire_ms", "promote_ms", "failover_ms"].map {
                failover[$0] ?? ""
            }
            #expect(page.hasRow(["kill", label] + cells), "\(cells)")
        }
        #expect(!page.hasRow(["kill", "p99"]), "eleven failovers are too few for it")
    }

    @Test func `A violation is told with its account`() async throws {
        let report = Tale.report(Tale.unsafe())
        let page = await markup(report)
        #expect(page.text.contains("Verdict: UNSAFE"))
        let told = try #require(report.files.first { $0.name == "violations.txt" })
        for line in String(decoding: told.bytes, as: UTF8.self).split(separator: "\n").dropFirst(2) {
            #expect(page.text.contains(line.drop { $0 == " " }), "\(line)")
        }
        let events = page.tags(named: "tr").compactMap { $0["data-kind"] }
        #expect(Set(events).isSuperset(of: ["fault", "failover", "violation"]))
    }

    @Test func `The same history gives the same bytes`() async {
        let first = await HTMLReport.page(Tale.report(Tale.eventful())).bytes
        let second = await HTMLReport.page(Tale.report(Tale.eventful())).bytes
        #expect(first == second)
    }

    @Test func `Without gnuplot all figures are there, and a line that says what to install`() async {
        let report = Tale.report(Tale.eventful())
        let page = await HTMLReport.page(report, gnuplot: "/nonexistent/gnuplot")
        #expect(page.notices == ["The plots are missing, as there is no gnuplot: install gnuplot-nox."])
        let bare = Markup(page.bytes)
        #expect(bare.text.contains("install gnuplot-nox"))
        #expect(bare.tags(named: "figure").isEmpty)
        #expect(bare.tables == Markup(await HTMLReport.page(report).bytes).tables)
        #expect(!bare.tags(named: "section").isEmpty)
    }

    @Test(arguments: ["false", "cat", "yes"])
    func `A program that is no gnuplot leaves the page whole`(program: String) async {
        let page = await HTMLReport.page(Tale.report(Tale.eventful()), gnuplot: program)
        #expect(page.notices.count == 1)
        #expect(!Markup(page.bytes).tables.isEmpty)
    }

    @Test func `A run that was cut off, one that was interrupted and one without anything have pages, too`() async {
        var interrupted = Story(end: nil)
        interrupted.lead("r", "a", term: 1, from: .seconds(1))
        interrupted.add(.interrupted, at: .seconds(5)) { $0.reason = "SIGINT" }
        var begun = Story(end: nil, observed: false, instances: [])
        begun.entries = begun.entries.filter { $0.kind != .runStarted }
        let histories = [
            interrupted.history, begun.history, History([]),
            History(Tale.eventful().entries, unreadableLines: 3, isCutOff: true),
        ]
        for history in histories {
            let page = await HTMLReport.page(RunReport(Story.run(), history))
            #expect(page.notices.isEmpty)
            let markup = Markup(page.bytes)
            #expect(markup.tags(named: "section").compactMap { $0["id"] }.suffix(2) == ["violations", "settings"])
            #expect(markup.text.contains("Verdict: INCONCLUSIVE"))
        }
    }
}
