import ElectionCore
import Measurement
import Testing

@Suite struct EvaluationTests {
    private func report(_ thresholds: String..., change: (inout Story) -> Void = { _ in }) -> RunReport {
        var run = Story.run(roles: ["r", "s"], faults: ["kill"], minFaults: 1)
        run.settings.thresholds = thresholds
        var story = RunReportTests.story()
        change(&story)
        return RunReport(run, story.history)
    }

    private func result(_ threshold: String) throws -> ThresholdResult {
        try #require(report(threshold).summary.thresholds.first)
    }

    @Test(arguments: [
        ("min", "failover_ms", "fault=kill", "min"), ("med", "failover_ms", "fault=kill", "p50"),
        ("p(90)", "failover_ms", "fault=kill", "p90"), ("max", "failover_ms", "fault=kill", "max"),
        ("p(50)", "excess_ms", "fault=kill", "p50"), ("value", "leaderless_ms", "roles", "value"),
        ("rate", "availability", "roles", "value"), ("min", "availability", "roles", "min"),
        ("max", "lost_races_per_failover", "fault=kill", "max"), ("value", "overlap_ms", "", "value"),
    ])
    func `A figure is the one of summary csv`(
        _ aggregation: String,
        _ measure: String,
        _ scope: String,
        _ column: String
    ) throws {
        let tags = scope.hasPrefix("fault") ? "{\(scope)}" : ""
        let summary = report("\(measure)\(tags):\(aggregation)>=0").summary
        let row = try #require(summary.statistic(measure, scope: scope))
        let cells = ["min": row.min, "p50": row.p50, "p90": row.p90, "max": row.max, "value": row.value]
        #expect(summary.thresholds.map(\.measured) == [cells[column]])
        #expect(summary.thresholds.map(\.state) == [.passed])
    }

    @Test func `Without tags all rows are put together, with a role its own values alone`() throws {
        #expect(try result("failover_ms:count==10").state == .passed)
        #expect(try result("failover_ms{role=r}:count==10").state == .passed)
        #expect(try result("leaderless_ms{role=s}:max>0").n == 1)
        #expect(try result("operations:count==12").measured == "12")
        #expect(try result("operations:rate<1").measured == "0.200000000")
        #expect(try result("operation_us:max<=1000").measured == "1000.0")
    }

    @Test func `A percentile that the sample is too small for says how long the run would have to be`() throws {
        let result = try result("failover_ms{fault=kill}:p(99)<1500")
        #expect(result.state == .inconclusive)
        #expect(result.measured == nil)
        #expect(result.note == "needs 100 failovers by kill, has 10 in 60 s: --duration 600s would do")
        let never = try self.result("gap_ms{cause=stopped}:avg<1")
        #expect(never.state == .inconclusive)
        #expect(never.note.hasPrefix("no handovers with cause=stopped in 60 s"))
        let fixed = try self.result("leaderless_ms:p(99)<1")
        #expect(fixed.note == "needs 100 roles, has 2: a longer run has no more of them")
    }

    @Test func `Nearest rank is exact at any percentile`() throws {
        // Of ten values p(90) is the ninth; the least sample for p(90.1) is eleven.
        #expect(try result("failover_ms:p(90)<9999").state == .passed)
        #expect(try result("failover_ms:p(90.1)<9999").note.hasPrefix("needs 11 failovers"))
        #expect(try result("failover_ms:p(0.000001)>0").measured == result("failover_ms:min>0").measured)
    }

    @Test func `What never happened is a figure where it should never happen`() throws {
        #expect(try result("overlap_ms:count==0").state == .passed)
        #expect(try result("overlap_ms:max==0").measured == "0.000000")
        // Of a ledger that was not kept nothing is known.
        #expect(try result("stale_writes{fault=kill}:count==0").state == .inconclusive)
        let kept = report("stale_writes{fault=kill}:count==0", "stale_writes_fenced:count==0") { story in
            story.append("s", "c", term: 100, number: 1, sent: .seconds(11), at: .seconds(11))
        }
        #expect(kept.summary.thresholds.map(\.state) == [.passed, .passed])
    }

    @Test func `A rate or an availability is not rounded to what a threshold wants`() throws {
        func result(_ threshold: String, _ story: Story) -> ThresholdResult? {
            var run = Story.run(roles: ["r"])
            run.settings.thresholds = [threshold]
            return RunReport(run, story.history).summary.thresholds.first
        }
        var lost = Story()
        lost.lead("r", "a", term: 1, from: .seconds(-1))
        lost.lead("r", "b", term: 2, from: .seconds(10))
        // The leases of both run out.
        #expect(result("false_failovers:rate==0", lost)?.measured == "0.033333333")
        var gap = Story()
        gap.lead("r", "a", term: 1, from: .seconds(-1))
        gap.renew("r", "a", firstRevision: 2, from: .zero, until: .seconds(9))
        gap.demote("r", "a", term: 1, at: .seconds(10))
        gap.lead("r", "b", term: 100, from: .seconds(10) + .microseconds(20))
        gap.renew("r", "b", firstRevision: 101, from: .seconds(11), until: .seconds(61))
        let availability = result("availability:rate==1", gap)
        #expect(availability?.measured == "0.999999")
        #expect(availability?.state == .crossed)
    }

    @Test func `A part of a run is no pass, whatever it is judged by afterwards`() {
        let cut = report { story in
            story.add(.aborted, at: .seconds(30)) { $0.reason = "failover_ms:p(50)<1" }
        }
        #expect(cut.judged(by: []).judgement.inconclusive.contains { $0.contains("ended early by failover_ms") })
    }

    @Test func `A crossed threshold decides over an interruption, and broken promises over it`() {
        let crossed = report("failover_ms:avg<1")
        #expect(crossed.verdict == .crossed)
        #expect(crossed.exitCode == 99)
        let reason = crossed.judgement.reasons.first ?? ""
        #expect(reason.hasPrefix("threshold failover_ms:avg<1 is crossed: 2501.000 ms of 10 values"), "\(reason)")
        let interrupted = report("failover_ms:avg<1") { $0.add(.interrupted, at: .seconds(50)) }
        #expect(interrupted.exitCode == 99)
        let passing = report("failover_ms:avg<9999") { $0.add(.interrupted, at: .seconds(50)) }
        #expect(passing.exitCode == 105)
        let unsafe = report("failover_ms:avg<1") { $0.lead("s", "b", term: 101, from: .seconds(30)) }
        #expect(unsafe.exitCode == 1)
        #expect(unsafe.summary.thresholds.map(\.state) == [.crossed])
    }

    @Test func `An aborted run keeps what ended it, though the figure came back`() {
        let aborted = report("failover_ms:avg<9999") {
            $0.add(.aborted, at: .seconds(50)) {
                $0.reason = "failover_ms:avg<9999"
                $0.message = "aborted at 10000.000 ms"
            }
        }
        #expect(aborted.exitCode == 99)
        #expect(aborted.summary.thresholds.map(\.note) == ["aborted at 10000.000 ms"])
        #expect(aborted.finalTable(.plain).contains("THRESHOLD CROSSED (aborted: measured as far as it got)"))
    }

    @Test func `A run that goes on fails for what cannot come back`() {
        let failing = report("failover_ms:max<1", "faults_hit:count>99", "failover_ms:p(99)<1").failing
        #expect(failing.map(\.reason) == ["failover_ms:max<1"])
    }

    @Test func `More thresholds take the place of those that say something of the same`() throws {
        let report = report("failover_ms:avg<1", "violations:count<1")
        let judged = report.judged(by: [try Threshold("failover_ms:avg<5000"), try Threshold("failover_ms:min>9999")])
        #expect(
            judged.summary.thresholds.map(\.text) == [
                "violations:count<1", "failover_ms:avg<5000", "failover_ms:min>9999",
            ]
        )
        #expect(judged.summary.thresholds.map(\.state) == [.passed, .passed, .crossed])
        #expect(judged.summary.analysis.run == report.summary.analysis.run)
    }

    @Test func `Every output tells of each threshold`() throws {
        let report = report("failover_ms:avg<1", "failover_ms:p(99)<1", "violations:count<1")
        func text(_ name: String) throws -> String {
            String(decoding: try #require(report.files.first { $0.name == name }).bytes, as: UTF8.self)
        }
        let terminal = report.finalTable(.plain)
        #expect(terminal.contains("✗ failover_ms:avg<1    2501.000 ms of 10 values"), "\(terminal)")
        #expect(terminal.contains("? failover_ms:p(99)<1  needs 100 failovers, has 10 in 60 s"))
        #expect(terminal.contains("✓ violations:count<1   0"))
        #expect(try text("summary.md").contains("✗ failover\\_ms:avg\\<1 | 2501.000 ms of 10 values"))
        #expect(try text("thresholds.csv").contains("failover_ms,,avg,<,1,ms,10,2501.000,crossed,"))
        #expect(try text("summary.csv").contains("threshold,failover_ms:avg<1,,10,,,,,,,crossed"))
        #expect(try text("summary.csv").contains("threshold_measured,failover_ms:avg<1,ms,10,,,,,,,2501.000"))
        let rows = try #require(SummaryDocument(report.summary).thresholds)
        #expect(rows.map(\.state) == ["crossed", "inconclusive", "passed"])
        #expect(rows.map(\.measured) == [2501, nil, 0])
        #expect(rows[0].limit == 1)
    }
}
