import ElectionCore
import Measurement
import Testing

/// `a` and `b` lead two roles each, `c` none, from before the run on.
private func uneven() -> Story {
    var story = Story()
    for (index, role) in ["r1", "r2", "r3", "r4"].enumerated() {
        story.lead(role, index < 2 ? "a" : "b", term: UInt64(index + 1), from: .milliseconds(-5_000 + index))
        story.add(.believed, at: .milliseconds(60_500), source: index < 2 ? "a" : "b", incarnation: 1) {
            $0.terms = [role: UInt64(index + 1)]
        }
    }
    return story
}

private let roles = ["r1", "r2", "r3", "r4"]

extension Story {
    /// `r1` goes from `a` to `c`.
    fileprivate mutating func even(at offset: Duration) {
        // An answer is stronger than a report: this one never was given.
        entries.removeAll { $0.kind == .believed && $0.terms?["r1"] != nil }
        demote("r1", "a", term: 1, at: offset, .balanced, steppedDown: offset)
        transfer("r1", "a", term: 1, to: "c", revision: 10, at: offset + .microseconds(200))
        succeed("r1", "c", term: 10, at: offset + .milliseconds(1))
        believe(["r1": 10], "c", at: .milliseconds(60_500))
    }

    fileprivate func balance() -> Balance { analysis(roles: roles).balance }
}

@Suite struct BalanceTests {
    @Test func `The spread is the most roles less the fewest, weighted by time`() throws {
        var story = uneven()
        #expect(story.balance().meanSpread == 2)
        #expect(story.balance().endSpread == 2)
        story.even(at: .milliseconds(29_999))
        let balance = story.balance()
        #expect(abs(try #require(balance.meanSpread) - 1.5) < 0.001)
        #expect(balance.mostSpread == 2)
        #expect(balance.endSpread == 1)
    }

    @Test func `After the start it takes until the roles lie evenly and all are led`() throws {
        var story = uneven()
        story.add(.phase, at: .milliseconds(-4_000)) { $0.name = "warm_up" }
        #expect(story.balance().changes.map(\.time) == [nil])
        story.even(at: .milliseconds(-1_001))
        let start = try #require(story.balance().changes.first)
        #expect(start.kind == .start)
        // A moment before, `a` had given the role up: one role each, but not every role was led.
        #expect(start.time == .seconds(3))
    }

    @Test func `Who is dead is not counted, and who is alive again leads nothing yet`() throws {
        var story = uneven()
        story.even(at: .seconds(-1))
        story.kill(1, "c", at: .seconds(10))
        story.endFault(1, FaultName.kill, "c", 2, at: .seconds(20))
        story.entries.removeAll { $0.kind == .believed && $0.terms?["r1"] == 10 }
        story.lead("r1", "a", term: 20, from: .seconds(11))
        story.believe(["r1": 20], "a", at: .milliseconds(60_500))
        let changes = story.balance().changes
        #expect(changes.map(\.kind) == [.start, .death, .restart])
        #expect(changes.map(\.fault?.id) == [nil, 1, 1])
        #expect(changes.map(\.instances) == [[], ["c"], ["c"]])
        #expect(changes.map(\.live) == [3, 2, 3])
        #expect(changes.map(\.spread) == [1, 1, 2])
        // One role was led by nobody for a second; then the third leads none while the others lead two each.
        #expect(changes.map(\.outcome) == [.balanced, .balanced, .unbalanced])
        #expect(changes[1].time == .seconds(1) - .microseconds(100))
    }

    @Test func `A balance that comes only after the next change is none for the one before`() {
        var story = uneven()
        story.kill(1, "c", at: .seconds(10))
        story.endFault(1, FaultName.kill, "c", 2, at: .seconds(20))
        story.kill(2, "c", 2, at: .seconds(30))
        let changes = story.balance().changes
        #expect(changes.map(\.kind) == [.start, .death, .restart, .death])
        #expect(changes.map(\.time) == [nil, .zero, nil, .zero])
    }

    @Test func `What one fault does to several instances is one change`() throws {
        var story = uneven()
        for (index, instance) in ["a", "b", "c"].enumerated() {
            story.fault(7, FaultName.restartAll, instance, target: .instance, at: .seconds(10) + .milliseconds(index))
            story.endFault(7, FaultName.restartAll, instance, 2, at: .seconds(11) + .milliseconds(index))
        }
        let changes = story.balance().changes
        #expect(changes.map(\.kind) == [.start, .death, .restart])
        #expect(changes[1].instances == ["a", "b", "c"])
        #expect(changes[1].at == Story.time(.milliseconds(10_002) + .microseconds(100)))
        #expect(changes[1].live == 0)
        #expect(changes[1].spread == nil)
        #expect(changes[2].at == Story.time(.milliseconds(11_002)))
    }

    @Test func `The summary and the table tell how soon, and how often never`() throws {
        var story = uneven()
        story.kill(1, "c", at: .seconds(10))
        story.endFault(1, FaultName.kill, "c", 2, at: .seconds(20))
        var run = Story.run(roles: roles)
        run.settings.balance = true
        let report = RunReport(run, story.history)
        func row(_ measure: String, _ scope: String) -> Statistic? { report.summary.statistic(measure, scope: scope) }
        #expect(row("balance_ms", "after=death")?.max == "0.000")
        #expect(row("balance_never", "after=death")?.value == "0")
        #expect(row("balance_never", "after=restart")?.value == "1")
        #expect(row("balance_never", "after=start")?.value == "1")
        #expect(row("balance_spread", "over=end")?.value == "2")
        let file = try #require(report.files.first { $0.name == "balance.csv" })
        let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\r\n")
        #expect(lines[2].hasSuffix(",death,1,kill,c,2025-11-23T16:43:10.000100001Z,10000100000,2,0,0.000,balanced"))
        #expect(lines[3].hasSuffix(",restart,1,kill,c,2025-11-23T16:43:20.000000001Z,20000000000,3,2,,unbalanced"))
        #expect(report.finalTable(.plain).contains("1, p50 – ms, p99 – ms, max 0.000 ms; 0 not before the next change"))
    }
}

@Suite struct BestFairnessTests {
    @Test func `The best of whole roles is what no order can pass`() throws {
        // One, one and two: 16 ÷ (3 · 6).
        #expect(abs(try #require(Story().analysis(roles: roles).distribution.best) - 16.0 / 18) < 1e-12)
        #expect(Story(instances: []).analysis().distribution.best == nil)
    }
}
