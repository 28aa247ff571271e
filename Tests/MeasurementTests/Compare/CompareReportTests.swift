import ElectionCore
import Testing

@testable import Measurement

@Suite struct CompareReportTests {
    private static func report(
        _ base: [SummaryDocument.Row],
        _ new: [SummaryDocument.Row],
        _ rules: String...
    ) -> CompareReport {
        CompareReport(base: Sides.side(base), new: Sides.side(new), rules: rules.compactMap { ToleranceRule($0) })
    }

    @Test func `A slowdown by a fifth is found in nine of ten, none where there is none`() {
        var random = SplitMix64(seed: 4)
        var (found, alarms) = (0, 0)
        for _ in 0..<10 {
            let base = [Sides.row(Sides.failovers(&random))]
            if Self.report(base, [Sides.row(Sides.failovers(&random, slower: 0.2))]).verdict == .worse { found += 1 }
            if Self.report(base, [Sides.row(Sides.failovers(&random))]).verdict != .noDifference { alarms += 1 }
        }
        #expect(found >= 9)
        #expect(alarms == 0)
    }

    @Test func `Worse and better are told by the measure's direction`() {
        var random = SplitMix64(seed: 5)
        let (fast, slow) = ([Sides.row(Sides.failovers(&random))], [Sides.row(Sides.failovers(&random, slower: 0.3))])
        let worse = Self.report(fast, slow)
        #expect((worse.verdict, worse.exitCode) == (.worse, 99))
        #expect(worse.reasons.count == 1)
        #expect(worse.reasons[0].hasPrefix("worse: failover_ms{fault=kill} p50 "))
        let better = Self.report(slow, fast)
        #expect((better.verdict, better.exitCode) == (.better, 0))
        // Of the availability more is better, and it decides only when it is named.
        func runs(_ values: [Double]) -> CompareSide {
            CompareSide(
                values.indices.map {
                    Sides.run([Sides.figure("availability", scope: "roles", values[$0])], id: "\($0)")
                }
            )
        }
        let (high, low) = (runs([0.99, 0.98, 0.985]), runs([0.5, 0.51, 0.505]))
        #expect(CompareReport(base: high, new: low).verdict == .tooFew)
        let rule = [ToleranceRule("availability=1%")].compactMap { $0 }
        #expect(CompareReport(base: high, new: low, rules: rule).verdict == .worse)
        #expect(CompareReport(base: low, new: high, rules: rule).verdict == .better)
    }

    @Test func `A shift within the tolerance doesn't count`() throws {
        var random = SplitMix64(seed: 6)
        let (base, new) = (Sides.failovers(&random, faults: 40), Sides.failovers(&random, faults: 40, slower: 0.2))
        #expect(Self.report([Sides.row(base)], [Sides.row(new)]).verdict == .worse)
        let report = Self.report([Sides.row(base)], [Sides.row(new)], "failover_ms=50%")
        #expect(report.verdict == .noDifference)
        let shift = try #require(report.gated.first)
        let interval = try #require(shift.interval)
        #expect(interval.lower > 0)
        #expect(shift.detectable == shift.limit)
        #expect(Self.report([Sides.row(base)], [Sides.row(new)], "failover_ms=2").verdict == .worse)
    }

    @Test func `The figures are those of summary json`() throws {
        var random = SplitMix64(seed: 7)
        let events = Sides.failovers(&random)
        let values = events.flatMap { $0 }
        let shift = try #require(Self.report([Sides.row(events)], [Sides.row(events)]).gated.first)
        #expect(shift.base.value == values.sorted().sortedPercentile(.p50))
        #expect((shift.base.n, shift.base.events) == (100, 20))
        #expect(shift.shift == 0)
        #expect(shift.status == .noDifference)
    }

    @Test func `Too few faults, and one figure a run, decide nothing and say what is missing`() {
        var random = SplitMix64(seed: 8)
        let few = [Sides.row(Sides.failovers(&random, faults: 7)), Sides.figure("processor", scope: "instances", 12)]
        let report = Self.report(
            few,
            [Sides.row(Sides.failovers(&random)), Sides.figure("processor", scope: "instances", 99)]
        )
        #expect((report.verdict, report.exitCode) == (.tooFew, 2))
        #expect(report.gated.map(\.status) == [.tooFew, .tooFew])
        #expect(report.gated.map(\.missing) == ["BASE has 7 of 8 faults", "one figure a run: BASE has 1 of 3 runs"])
        #expect(report.finalTable(.plain).contains("too few"))
    }

    @Test func `What a simulation has no figure of is not missing beside a real run`() {
        var random = SplitMix64(seed: 6)
        let failovers = Sides.row(Sides.failovers(&random))
        let processor = Sides.figure("processor", scope: "servers", 4)
        let real = Sides.side([failovers, processor])
        func measures(of other: SummaryDocument) -> [String] {
            CompareReport(base: real, new: CompareSide([other]), rules: []).shifts.map(\.measure)
        }
        #expect(Set(measures(of: Sides.run([failovers]))) == ["failover_ms", "processor"])
        #expect(Set(measures(of: Sides.run([failovers]) { $0.settings.model = "local" })) == ["failover_ms"])
    }

    @Test func `Several runs a side give one figure a spread`() throws {
        func side(_ values: [Double]) -> CompareSide {
            CompareSide(
                values.indices.map {
                    Sides.run([Sides.figure("processor", scope: "instances", values[$0])], id: "\($0)")
                }
            )
        }
        let report = CompareReport(base: side([20, 20.5, 19.8]), new: side([26, 26.4, 25.7]))
        #expect(report.verdict == .worse)
        #expect(report.gated.first?.method == .welch)
        #expect(CompareReport(base: side([20, 31, 14]), new: side([26, 18, 25])).verdict == .noDifference)
    }

    @Test func `The more measures decide, the wider is each interval`() {
        var random = SplitMix64(seed: 9)
        let rows = (0..<4).map { Sides.row(Sides.failovers(&random), scope: "fault=\($0)") }
        #expect(Self.report([rows[0]], [rows[0]]).level == 0.95)
        #expect(Self.report(rows, rows).level == 1 - 0.05 / 4)
    }

    @Test func `An excess that is the failover is not compared twice`() {
        var random = SplitMix64(seed: 10)
        let events = Sides.failovers(&random)
        let rows = [Sides.row(events), Sides.row(events, of: "excess_ms")]
        #expect(Self.report(rows, rows).gated.map(\.measure) == ["failover_ms"])
        let other = [rows[0], Sides.row(Sides.bursts(&random), of: "excess_ms")]
        #expect(Self.report(other, other).gated.map(\.measure) == ["failover_ms", "excess_ms"])
    }

    @Test func `Whatever the figures say, what is unsafe is not good`() {
        var random = SplitMix64(seed: 11)
        let rows = [Sides.row(Sides.failovers(&random))]
        var bad = Sides.run(rows, id: "bad")
        (bad.verdict, bad.unsafe) = ("unsafe", ["two led r for 3 ms"])
        let report = CompareReport(base: Sides.side(rows), new: CompareSide([bad]))
        #expect((report.verdict, report.exitCode) == (.unsafe, 1))
        #expect(report.reasons.first == "NEW is unsafe: two led r for 3 ms")
        let reverse = CompareReport(base: CompareSide([bad]), new: Sides.side(rows))
        #expect(reverse.verdict == .noDifference)
        #expect(reverse.remarks.contains("BASE is unsafe itself"))
    }

    @Test func `Roles that were never led again keep a comparison from being good`() {
        var random = SplitMix64(seed: 12)
        let row = Sides.row(Sides.failovers(&random))
        let lost = SummaryDocument.Row(measure: "failovers_lost", scope: "fault=kill", unit: "roles", value: 2)
        let report = Self.report([row], [row, lost])
        #expect((report.verdict, report.exitCode) == (.tooFew, 2))
        #expect(report.reasons == ["NEW never led 2 roles again, BASE 0: no failover figure has them"])
        #expect(Self.report([row, lost], [row, lost]).verdict == .noDifference)
    }

    @Test func `Every output has the same figures`() throws {
        var random = SplitMix64(seed: 13)
        let report = Self.report(
            [Sides.row(Sides.failovers(&random))],
            [Sides.row(Sides.failovers(&random, slower: 0.2))]
        )
        let shift = try #require(report.gated.first)
        let json = String(decoding: CompareDocument(report).json, as: UTF8.self)
        let markdown = String(decoding: report.markdown, as: UTF8.self)
        let terminal = report.finalTable(.plain)
        for value in [shift.base.value, shift.new.value] {
            for text in [markdown, terminal] { #expect(text.contains(shift.text(value)), "\(text)") }
        }
        let part = try #require(shift.part(shift.shift))
        let percent = Numbers.signed(part * 100, digits: 1)
        for text in [markdown, terminal] { #expect(text.contains(percent) && text.contains("WORSE"), "\(text)") }
        for word in ["\"verdict\" : \"worse\"", "\"exit_code\" : 99", "\"status\" : \"worse\"", "cluster bootstrap"] {
            #expect(json.contains(word), "\(json)")
        }
        let widest = terminal.split(separator: "\n").map(\.count).max() ?? 0
        #expect(widest <= 100, "\(terminal)")
    }

    @Test func `A side is read from folders and files, each run once`() throws {
        let folder = try TemporaryFolder()
        let run = Story.run(roles: ["r", "s"], faults: ["kill"], minFaults: 1)
        try RunReport.write(run, folder: folder.path)
        try folder.write(RunReport.historyFile, RunReportTests.story().entries.flatMap(\.line))
        let measured = try CompareSide.read(folder.path)
        _ = try RunReport.write(folder: folder.path)
        #expect(try CompareSide.read(folder.path).runs == measured.runs)
        let file = "\(folder.path)/summary.json"
        #expect(try CompareSide.read(file).runs == measured.runs)
        #expect(throws: MeasurementError.self) { try CompareSide.read("\(folder.path),\(file)") }
        #expect(throws: MeasurementError.self) { try CompareSide.read("\(folder.path)/nowhere") }
        #expect(throws: MeasurementError.self) { try CompareSide.read(",") }
    }
}
