import ElectionCore
import Measurement
import Testing

@Suite struct VerdictTests {
    private func healthy() -> Story {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(-5))
        story.operate(.renew, "r", "a", sent: .milliseconds(59_900), at: .milliseconds(59_901))
        return story
    }

    private func overlapping() -> Story {
        var story = healthy()
        story.lead("r", "b", term: 2, from: .seconds(5))
        return story
    }

    @Test func `A run in which nothing was wrong passes`() {
        let judgement = healthy().judgement()
        #expect(judgement.verdict == .pass)
        #expect(judgement.reasons.isEmpty)
        #expect(judgement.exitCode == 0)
    }

    @Test func `An overlap is unsafe and the reason names both leaders`() throws {
        let judgement = overlapping().judgement()
        #expect(judgement.verdict == .unsafe)
        #expect(judgement.exitCode == 1)
        let reason = try #require(judgement.reasons.first)
        #expect(reason.contains("a #1 (term 1)") && reason.contains("b #1 (term 2)"))
    }

    @Test func `Terms that fell are unsafe`() {
        var story = Story()
        story.lead("r", "a", term: 5, from: .seconds(1))
        story.demote("r", "a", term: 5, at: .seconds(2))
        story.lead("r", "b", term: 4, from: .seconds(3))
        #expect(story.judgement().verdict == .unsafe)
    }

    @Test func `A promotion that the store contradicts is unsafe`() {
        var story = Story()
        story.lead("r", "a", term: 5, from: .seconds(1), recorded: false)
        story.record("r", "b", revision: 5, sent: .seconds(1), at: .seconds(1))
        #expect(story.judgement().verdict == .unsafe)
    }

    @Test func `A promotion while the observer was blind is inconclusive`() {
        var story = healthy()
        story.add(.observerLost, at: .seconds(20), source: "observer")
        story.lead("s", "b", term: 2, from: .seconds(21), recorded: false)
        story.add(.observerSynced, at: .seconds(22), source: "observer")
        let judgement = story.judgement()
        #expect(judgement.verdict == .inconclusive)
        #expect(judgement.exitCode == 2)
    }

    @Test func `Fewer faults that hit a leader than wanted are inconclusive`() {
        var story = healthy()
        story.kill(1, "a", at: .milliseconds(59_950))
        story.kill(2, "b", at: .milliseconds(59_960))
        story.lead("r", "c", term: 3, from: .milliseconds(59_970))
        #expect(story.judgement(faults: ["kill"], minFaults: 1).verdict == .pass)
        let judgement = story.judgement(faults: ["kill"], minFaults: 2)
        #expect(judgement.verdict == .inconclusive)
        #expect(
            judgement.reasons == [
                "1 of 2 wanted kill faults hit a leader: give a longer --duration, or fewer --min-faults"
            ]
        )
        #expect(story.judgement(faults: ["kill", "stop"], minFaults: 1).reasons.count == 1)
    }

    @Test func `A role that nobody leads again after a fault is inconclusive`() {
        var story = healthy()
        story.kill(1, "a", at: .seconds(30))
        let judgement = story.judgement(faults: ["kill"], minFaults: 1)
        #expect(judgement.verdict == .inconclusive)
        let lost = "1 roles that a fault took from their leader were never led again"
        #expect(judgement.reasons == [lost, "1 of 1 roles had no leader at the end"])
    }

    @Test func `A history with unreadable lines is inconclusive`() {
        let history = History(healthy().entries, unreadableLines: 1)
        #expect(Judgement(Analysis(Story.run(), history)).verdict == .inconclusive)
    }

    @Test func `A history that breaks off is inconclusive`() {
        var story = healthy()
        story.entries.removeAll { $0.kind == .runEnded }
        #expect(story.judgement().verdict == .inconclusive)
        story.entries.removeAll { $0.kind == .runStarted }
        #expect(story.judgement().reasons.count == 2)
    }

    @Test func `Unsafe comes before interrupted, and interrupted before inconclusive and pass`() {
        func interrupted(_ story: Story) -> Story {
            var story = story
            story.add(.interrupted, at: .seconds(50)) { $0.reason = "SIGINT" }
            return story
        }
        #expect(interrupted(overlapping()).judgement().exitCode == 1)
        #expect(interrupted(healthy()).judgement().exitCode == 105)
        let doubtful = interrupted(healthy()).judgement(faults: ["kill"], minFaults: 3)
        #expect(doubtful.verdict == .inconclusive)
        #expect(doubtful.exitCode == 105)
    }

    @Test func `An unsafe run tells its doubts, too, after its violations`() {
        let judgement = overlapping().judgement(faults: ["kill"], minFaults: 3)
        #expect(judgement.verdict == .unsafe)
        #expect(judgement.reasons.count == 2)
        #expect(judgement.reasons.last?.contains("kill") == true)
    }
}
