import ElectionCore
import Testing

@testable import Measurement

@Suite struct QuietUseTests {
    /// Warm-up of 8 s before the start: the quiet part is its last 6 s.
    private func story() -> Story {
        var story = Story()
        story.add(.phase, at: .seconds(-8)) { $0.name = "warm_up" }
        return story
    }

    private func sample(_ story: inout Story, _ source: String, at second: Int, _ fill: (inout HistoryEntry) -> Void) {
        story.add(.sample, at: .seconds(second), source: source, incarnation: 1, fill)
    }

    @Test func `processor, memory and tasks are taken from the quiet part alone`() throws {
        var story = story()
        for (second, cpu, kb) in [
            (-9, 0, 50), (-7, 900, 60), (-6, 1000, 100), (-3, 1030, 300), (-1, 1050, 200), (2, 9000, 900),
        ] {
            for name in ["a", "b"] {
                sample(&story, name, at: second) {
                    $0.cpuMs = cpu
                    $0.privateKb = kb
                    $0.residentKb = kb * 10
                    $0.threads = 15
                    $0.tasks = ["watch": 1, "reader": 2]
                }
            }
        }
        let quiet = try #require(story.analysis().resources.quiet)
        #expect(quiet.span.offsets == [.seconds(-6), .zero])
        // 50 ms in 5 s, of two.
        #expect(abs(try #require(quiet.processorPercent[.instances]) - 2) < 1e-9)
        #expect(quiet.processes[.instances] == 2)
        #expect(quiet.privateKb[.instances] == 400)
        #expect(quiet.residentKb[.instances] == 4000)
        #expect(quiet.tasks == 3)
        #expect(quiet.threads == 15)
    }

    @Test func `memory that one process did not tell has no sum`() throws {
        var story = story()
        for second in [-5, -4] {
            sample(&story, "a", at: second) { $0.privateKb = 100 }
            sample(&story, "b", at: second) { $0.residentKb = 100 }
        }
        let quiet = try #require(story.analysis().resources.quiet)
        #expect(quiet.privateKb.isEmpty)
        #expect(quiet.residentKb.isEmpty)
    }

    @Test func `messages are counted over what the samples cover, by server and life`() throws {
        var story = story()
        func count(_ source: String, _ life: Int64, _ second: Int, _ messages: Int) {
            story.add(.sample, at: .seconds(second), source: source, incarnation: life) {
                $0.messagesIn = messages
                $0.messagesOut = messages * 10
                $0.bytesIn = messages * 100
                $0.bytesOut = messages * 1000
            }
        }
        for (second, messages) in [(-7, 0), (-5, 1000), (-4, 1100), (-1, 1400), (1, 5000), (3, 5200)] {
            count("server-1", 1, second, messages)
        }
        count("server-2", 1, -5, 10)
        count("server-2", 1, -3, 30)
        // Its counters begin anew.
        count("server-1", 2, 5, 0)
        count("server-1", 2, 6, 300)
        let resources = story.analysis().resources
        let quiet = try #require(resources.quiet)
        // 400 in 4 s, and 20 in 2 s.
        #expect(quiet.traffic.messages == [.incoming: 110, .outgoing: 1100])
        #expect(quiet.traffic.bytes == [.incoming: 11_000, .outgoing: 110_000])
        // 200 in 2 s and 300 in 1 s: 500 in 3 s.
        let measured = try #require(resources.traffic.messages[.incoming])
        #expect(abs(measured - 500.0 / 3) < 1e-9)
        let summary = Summary(story.analysis())
        #expect(summary.statistic("quiet_messages_per_second", scope: "direction=in")?.value == "110.0")
        #expect(summary.statistic("messages_per_second", scope: "direction=in")?.value == "166.7")
    }

    @Test func `operations of the quiet part are counted once each`() throws {
        var story = story()
        for second in -7 ... -1 {
            story.operate(.renew, "r", "a", sent: .seconds(second), at: .seconds(second) + .milliseconds(1))
        }
        let quiet = try #require(story.analysis().resources.quiet)
        #expect(quiet.operationsPerSecond == 1)
        #expect(Summary(story.analysis()).statistic("quiet_s")?.value == "6.000")
    }

    @Test func `a short warm-up, or none, has no quiet part and no rows`() {
        var short = Story()
        short.add(.phase, at: .milliseconds(-3900)) { $0.name = "warm_up" }
        #expect(short.analysis().resources.quiet == nil)
        #expect(Story().analysis().resources.quiet == nil)
        #expect(!Summary(short.analysis()).statistics.contains { $0.measure.hasPrefix("quiet") })
    }
}
