import ElectionCore
import Testing

@testable import Measurement

@Suite struct CapacityReportTests {
    private func description(_ instances: [Int] = [2, 4], _ roles: [Int] = [3], heartbeat: Duration? = nil)
        -> SweepDescription
    {
        SweepDescription(
            name: "sweep",
            seed: 7,
            instances: instances,
            roles: roles,
            ttls: [.seconds(3), .milliseconds(1500)],
            heartbeat: heartbeat,
            words: ["--instances", "2,4", "--name", "it's"],
            version: "0.1.0",
            kernel: "Linux",
            cores: 2,
            memoryKb: 8_000_000
        )
    }

    private func figures(_ columns: [String: String], exitCode: Int32 = 0, kinds: [String] = ["kill"])
        -> CapacityFigures
    {
        var report = CapacityFigures(RunReport(Story.run(faults: kinds), Story().history))
        report.columns = columns
        report.exitCode = exitCode
        return report
    }

    @Test func `cells come by ttl, instances and roles, each renewing three times in its ttl`() {
        let cells = description([2, 4], [3, 5]).cells
        #expect(
            cells.map(\.label) == [
                "i2-r3-ttl3s", "i2-r5-ttl3s", "i4-r3-ttl3s", "i4-r5-ttl3s", "i2-r3-ttl1500ms", "i2-r5-ttl1500ms",
                "i4-r3-ttl1500ms", "i4-r5-ttl1500ms",
            ]
        )
        #expect(Set(cells.map(\.load.heartbeat)) == [.seconds(1), .milliseconds(500)])
        #expect(Set(description(heartbeat: .milliseconds(100)).cells.map(\.load.heartbeat)) == [.milliseconds(100)])
    }

    @Test func `a cell has a row with the texts of its run's summary, and quotes where a reason needs them`() {
        let description = description([2, 4])
        let cells = description.cells
        let report = CapacityReport(
            description,
            [
                CapacityCell(
                    cells[0],
                    CapacityHealth(.fine),
                    figures(["renew_p99_us": "12.5", "kill_failover_p50_ms": "7.100"])
                ),
                CapacityCell(cells[1], CapacityHealth(.failed, "2 of 3 roles, \"a\" and b"), figures([:])),
                CapacityCell(cells[2], CapacityHealth(.unfinished)),
                CapacityCell(cells[3], CapacityHealth(.notBegun)),
            ]
        )
        let lines = String(decoding: report.csv, as: UTF8.self).split(separator: "\r\n").map(String.init)
        #expect(lines.count == 5)
        let header = lines[0].split(separator: ",").map(String.init)
        #expect(
            header.prefix(10).joined(separator: ",")
                == "cell,run_id,seed,instances,roles,ttl_ms,heartbeat_ms,state,reason,verdict"
        )
        #expect(Set(header).count == header.count)
        let first = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        #expect(first.count == header.count)
        #expect(
            first.prefix(8).joined(separator: ",") == "i2-r3-ttl3s,20251123T164300Z-story,7,2,3,3000.000,1000.000,fine"
        )
        #expect(first[header.firstIndex(of: "renew_p99_us") ?? 0] == "12.5")
        #expect(first[header.firstIndex(of: "kill_failover_p50_ms") ?? 0] == "7.100")
        #expect(lines[2].contains(",failed,\"2 of 3 roles, \"\"a\"\" and b\","))
        #expect(lines[4].hasPrefix("i4-r3-ttl1500ms,,7,4,3,1500.000,500.000,not begun,,,"))
        #expect(report.isUnfinished)
        #expect(report.finalTable(.plain).contains("Verdict: 1 of 4 cells fine (not all are measured)"))
    }

    @Test func `what a cell's figures are is what its run's summary says`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(-5))
        story.renew("r", "a", firstRevision: 2, from: .zero, until: .seconds(59))
        story.kill(1, "b", at: .seconds(10))
        let report = RunReport(Story.run(faults: ["kill"]), story.history)
        let cell = CapacityCell(description().cells[0], report)
        #expect(cell.figure("renew_p50_us") == report.summary.statistic("operation_us", scope: "operation=renew")?.p50)
        #expect(cell.number("renewals") == 59)
        #expect(cell.figure("kill_failovers") == "0")
        #expect(cell.figure("measured_s") == "60.000")
        #expect(cell.health == CapacityHealth(.fine))
    }

    @Test func `a cell whose history breaks off, or that was interrupted, is unfinished`() {
        let cell = description().cells[0]
        var story = Story()
        story.add(.interrupted, at: .seconds(5))
        #expect(CapacityCell(cell, RunReport(Story.run(), story.history)).health.state == .unfinished)
        #expect(CapacityCell(cell, RunReport(Story.run(), Story(end: nil).history)).health.state == .unfinished)
        #expect(CapacityCell(cell, nil).health.state == .unfinished)
    }

    @Test func `a cell that failed, lost a role, or lost a leader for nothing lies beyond`() {
        let cell = description().cells[0]
        func health(_ change: (inout Story) -> Void) -> CapacityHealth {
            var story = Story()
            change(&story)
            return CapacityCell(cell, RunReport(Story.run(), story.history)).health
        }
        #expect(
            health { $0.add(.failed, at: .seconds(-1)) { $0.message = "no leader" } } == .init(.failed, "no leader")
        )
        #expect(health { _ in } == .init(.unsettled, "1 role without a leader at the end"))
        let lost = health { story in
            story.lead("r", "a", term: 1, from: .seconds(-5))
            story.demote("r", "a", term: 1, at: .seconds(20), .leaseExpired)
            story.lead("r", "b", term: 2, from: .seconds(23))
            story.demote("r", "b", term: 2, at: .seconds(70))
        }
        #expect(lost == .init(.disturbed, "1 false failover"))
    }

    @Test func `only cells that are fine, and those with two leaders, decide the exit code`() {
        let description = description([2, 4])
        func codes(_ healths: [(CapacityHealth.State, Int32)]) -> [Int32] {
            CapacityReport(
                description,
                zip(description.cells, healths).map {
                    CapacityCell($0, CapacityHealth($1.0), figures([:], exitCode: $1.1))
                }
            ).exitCodes
        }
        #expect(codes([(.fine, 2), (.late, 2), (.unsafe, 1), (.failed, 2)]) == [1])
        #expect(codes([(.fine, 2), (.late, 2), (.failed, 2)]) == [2, 0])
        // Also where the run failed afterwards, or was interrupted.
        #expect(codes([(.fine, 0), (.unfinished, 1)]) == [1])
        #expect(codes([(.fine, 0), (.disturbed, 2), (.unsettled, 2), (.notBegun, 0)]) == [0, 0, 0, 105])
        #expect(codes([(.failed, 2), (.failed, 2)]) == [3])
    }

    @Test func `only fine cells are fitted`() {
        let description = description([2, 4, 8, 16], [3])
        let cells = description.cells.enumerated().map { index, cell in
            let state: CapacityHealth.State = index == 7 ? .late : .fine
            return CapacityCell(
                cell,
                CapacityHealth(state),
                figures(["operations_per_second": index == 7 ? "9999" : "3"])
            )
        }
        let report = CapacityReport(description, cells)
        #expect(report.costs.fits[.operations]?.points.count == 7)
        #expect(report.costs.late == [description.cells[7].load])
        #expect(report.costs.fits[.processorServers] == nil)
        #expect(report.finalTable(.plain).contains("no model of processor, instances"))
    }
}
