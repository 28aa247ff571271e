import ElectionCore
import Measurement
import Testing

@Suite struct ChartTests {
    private func analysis() -> Analysis { RunReportTests.report.summary.analysis }

    @Test func `A curve rises by each value's share and marks what the summary gives`() throws {
        let summary = RunReportTests.report.summary
        let curve = try #require(summary.failoverCurves.first)
        let row = try #require(summary.statistic("failover_ms", scope: "fault=kill"))
        #expect(curve.name == "kill")
        #expect(curve.count == row.n)
        #expect(curve.steps.last?.share == 1)
        #expect(curve.steps.map(\.value) == Array(Set(row.sample.map(\.value))).sorted())
        #expect(curve.marks.map(\.label) == ["p50", "p90"])
        #expect(curve.marks.map(\.value) == [row.p50, row.p90].compactMap(Double.init))
    }

    @Test func `A curve of many values leaves some out, but none that is marked`() throws {
        var story = Story()
        for index in 0..<3000 {
            let at = Duration.milliseconds(10 * index)
            story.lead("r\(index)", "a", term: UInt64(index + 1), from: .seconds(29))
            story.suspect("r\(index)", "b", at: .seconds(30) + at / 10)
            story.lead(
                "r\(index)",
                "b",
                term: UInt64(5000 + index),
                from: .seconds(30) + at / 10 + .microseconds(7 * index)
            )
        }
        story.kill(1, "a", at: .milliseconds(29_999))
        let summary = Summary(story.analysis(roles: (0..<3000).map { "r\($0)" }))
        let row = try #require(summary.statistic("failover_ms", scope: "fault=kill"))
        #expect(row.n == 3000)
        let curve = try #require(Curve("kill", row))
        #expect(curve.steps.count <= Curve.mostSteps + 4)
        #expect(curve.marks.map(\.label) == ["p50", "p90", "p99"])
        let values = Set(curve.steps.map(\.value))
        #expect(curve.marks.allSatisfy { values.contains($0.value) })
        let sorted = row.sample.map(\.value).sorted()
        for step in curve.steps {
            let exact = Double(sorted.count { $0 <= step.value }) / 3000
            #expect(step.share == exact)
        }
        let shares = [0] + curve.steps.map(\.share)
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $1 - $0 <= 1.0 / Double(Curve.mostSteps) + 1.0 / 3000 })
    }

    @Test func `The bars of the stages are the failovers at the percentiles`() throws {
        let bars = StageBar.all(analysis())
        #expect(bars.map(\.label) == ["p50", "p90", "max"])
        let row = try #require(RunReportTests.report.summary.statistic("failover_ms", scope: "fault=kill"))
        #expect(bars.map { Cell.ms($0.failover.stages?.total) } == [row.p50, row.p90, row.max])
        for stages in bars.compactMap(\.failover.stages) {
            let parts = [stages.detect, stages.acquire, stages.promote].compactMap(\.self)
            #expect(parts.reduce(.zero, +) == stages.total)
        }
    }

    @Test(arguments: [
        (60.0, 2.0, 2.0, 30), (61, 2, 2, 31), (60.9, 2, 2, 30), (600, 2, 5, 120), (36_000, 2, 200, 180), (0.4, 2, 2, 1),
        (0.5, 0.1, 0.1, 5),
    ])
    func `Buckets have round widths and cover the span`(length: Double, least: Double, width: Double, count: Int) throws
    {
        let span = Span(Story.start, Story.time(.seconds(length)))
        let buckets = try #require(TimeBuckets(span, atLeast: .seconds(least)))
        #expect(buckets.width == .seconds(width))
        #expect(buckets.count == count)
        #expect(buckets[0].start == span.start)
        #expect(buckets[count - 1].end == span.end)
        #expect(buckets.index(of: span.end) == count - 1)
        #expect(buckets.index(of: span.start - .milliseconds(1)) == nil)
        for index in 1..<max(count, 1) where index < count { #expect(buckets[index].start == buckets[index - 1].end) }
    }

    @Test func `Leadership over time is weighted by time`() throws {
        var story = Story(end: .seconds(2), instances: ["a", "b"])
        story.lead("r", "a", term: 1, from: .milliseconds(250))
        story.demote("r", "a", term: 1, at: .milliseconds(1_000))
        story.lead("r", "b", term: 2, from: .milliseconds(1_000))
        story.lead("s", "b", term: 3, from: .milliseconds(1_500))
        let series = try #require(LeadershipSeries(story.analysis(roles: ["r", "s"])))
        #expect(series.instances == ["a", "b"])
        #expect(series.buckets.width == .milliseconds(500))
        #expect(series.roles == [[0.5, 1, 0, 0], [0, 0, 1, 2]])
        #expect(series.jain == [0.5, 0.5, 0.5, 0.5])
    }

    @Test func `A process counts from its first sample to the next life, its memory until it is told anew`() throws {
        var story = Story(end: .seconds(10), instances: ["a"])
        for second in 0..<10 where second != 5 && second != 6 {
            story.add(.sample, at: .seconds(second), source: "a", incarnation: second < 5 ? 1 : 2) {
                $0.threads = 4
                $0.cpuMs = 100 * second
                $0.privateKb = second % 5 == 0 || second == 7 ? 1000 + second : nil
            }
        }
        let series = try #require(ResourceSeries(story.analysis()))
        #expect(series.buckets.width == .seconds(2))
        // The last sample before the restart counts for one second.
        #expect(series.line(.instances, .threads)?.values == [4, 4, 2, 2, 4])
        #expect(series.line(.instances, .memory)?.values == [1000, 1000, 500, 503.5, 1007])
        #expect(series.line(.instances, .processor)?.values == [10, 10, nil, 10, 10])
        #expect(series.line(.instances, .tasks) == nil)
        #expect(series.line(.servers, .threads) == nil)
    }

    @Test func `Operations are counted once they are settled`() throws {
        var story = Story(end: .seconds(4), instances: ["a"])
        for milliseconds in [500, 600, 2_500] {
            story.operate(.renew, "r", "a", sent: .milliseconds(milliseconds - 1), at: .milliseconds(milliseconds))
        }
        story.operate(.renew, "r", "a", sent: .milliseconds(3_000), at: .milliseconds(3_100), outcome: .unknown)
        story.operate(.renew, "r", "a", sent: .milliseconds(3_000), at: .milliseconds(3_900))
        let series = try #require(OperationSeries(story.analysis()))
        #expect(series.lines.map(\.operation) == ["renew"])
        #expect(series.lines.map(\.perSecond) == [[2, 0, 1, 1]])
    }

    @Test func `A lane has the role's terms, the gaps between them, and what was broken`() {
        var story = Story(end: .seconds(10))
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(4))
        story.lead("r", "b", term: 2, from: .seconds(3))
        story.demote("r", "b", term: 2, at: .seconds(6))
        let data = TimelineData(story.analysis())
        let lane = data.lanes[0]
        #expect(lane.segments.map(\.instance) == [0, 1])
        func pairs(_ stretches: [TimelineData.Stretch]) -> [[Int64]] { stretches.map { [$0.start, $0.end] } }
        #expect(pairs(lane.segments.map(\.belief)) == [[1_000_000, 4_000_000], [3_000_000, 6_000_000]])
        #expect(pairs(lane.gaps) == [[0, 1_000_000], [6_000_000, 10_000_000]])
        #expect(pairs(lane.violations) == [[3_000_000, 4_000_000]])
        #expect(data.events.map(\.kind) == [.violation])
        #expect(data.eventsLeftOut == 0)
    }

    @Test func `A flood of one kind of event drives no other from the list, nor any fault from the lanes`() {
        var story = Story(end: .seconds(60))
        for index in 0..<1500 {
            let at = Duration.milliseconds(20 * index)
            story.lead("r", "a", term: UInt64(2 * index + 1), from: at)
            story.lead("r", "b", term: UInt64(2 * index + 2), from: at + .milliseconds(5))
            story.demote("r", "a", term: UInt64(2 * index + 1), at: at + .milliseconds(8))
            story.demote("r", "b", term: UInt64(2 * index + 2), at: at + .milliseconds(9))
        }
        for index in 0..<50 { story.fault(index, "pause", "c", at: .seconds(40 + index / 10)) }
        let data = TimelineData(story.analysis(faults: ["pause"]))
        #expect(data.faults.count == 50)
        #expect(data.events.count == TimelineData.mostEvents)
        #expect(data.events.count { $0.kind == .fault } == 50)
        #expect(data.events.map(\.stretch.start) == data.events.map(\.stretch.start).sorted())
        #expect(data.eventsLeftOut >= 550)
    }

    @Test func `Of many roles those with a violation are drawn, then the longest without a leader`() {
        var story = Story(end: .seconds(10))
        for index in 0..<300 {
            story.lead("r\(index)", "a", term: UInt64(index + 1), from: .milliseconds(index))
            story.demote("r\(index)", "a", term: UInt64(index + 1), at: .seconds(9))
        }
        story.lead("r0", "b", term: 900, from: .seconds(8))
        story.demote("r0", "b", term: 900, at: .seconds(9))
        let data = TimelineData(story.analysis(roles: (0..<300).map { "r\($0)" }))
        #expect(data.roles == 300)
        #expect(Set(data.lanes.map(\.role)) == Set((101..<300).map { "r\($0)" } + ["r0"]))
        #expect(data.lanes.map(\.role) == data.lanes.map(\.role).sorted())
    }
}

extension RunReportTests {
    static let report = RunReport(Story.run(roles: ["r", "s"], faults: ["kill"], minFaults: 1), story().history)
}
