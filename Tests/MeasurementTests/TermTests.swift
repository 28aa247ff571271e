import ElectionCore
import Measurement
import Testing

@Suite struct TermTests {
    @Test func `A belief lasts from acquired to demoted`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(5), .leaseExpired)
        let term = try #require(story.terms[role: "r"].first)
        #expect(term.belief.offsets == [.seconds(1), .seconds(5)])
        #expect(term.ending == .demoted(reason: "lease_expired"))
        #expect(term.promoted == Story.time(.milliseconds(1001)))
    }

    @Test func `A killed leader's belief ends with its death while its lease still ran`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.kill(1, "a", at: .seconds(2))
        let term = try #require(story.terms[role: "r"].first)
        #expect(term.belief.end == Story.time(.seconds(2) + .microseconds(100)))
        #expect(term.ending == .died)
    }

    @Test func `A killed leader's belief ends with its lease if that ran out before the death`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.operate(.renew, "r", "a", sent: .seconds(2), at: .seconds(2) + .milliseconds(2))
        story.operate(.renew, "r", "a", sent: .seconds(3), at: .seconds(4), outcome: .unknown)
        story.operate(.validate, "r", "a", sent: .seconds(4), at: .seconds(4))
        story.kill(1, "a", at: .seconds(30))
        let term = try #require(story.terms[role: "r"].first)
        #expect(term.belief.end == Story.time(.seconds(5)))
    }

    @Test func `A process that was not killed died when the driver saw it gone`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.exit("a", at: .seconds(2), status: "exit 70")
        #expect(try #require(story.terms[role: "r"].first).belief.end == Story.time(.seconds(2)))
    }

    @Test func `A dead leader believed at least until its last answer`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.believe(["r": 1], "a", at: .seconds(9))
        story.believe(["r": 2, "s": 1], "a", at: .seconds(10))
        story.kill(1, "a", at: .seconds(30))
        #expect(try #require(story.terms[role: "r"].first).belief.end == Story.time(.seconds(9)))
    }

    @Test func `An answer after the demotion extends the belief`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.demote("r", "a", term: 1, at: .seconds(4), .leaseExpired)
        story.believe(["r": 1], "a", at: .seconds(4) + .milliseconds(20))
        #expect(try #require(story.terms[role: "r"].first).belief.end == Story.time(.seconds(4) + .milliseconds(20)))
    }

    @Test func `A living leader that renews believes until the history ends`() throws {
        var story = Story(end: nil)
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.operate(.renew, "r", "a", sent: .seconds(9), at: .seconds(9))
        story.add(.late, at: .seconds(10))
        let term = try #require(story.terms[role: "r"].first)
        #expect(term.belief.end == Story.time(.seconds(10)))
        #expect(term.ending == .open)
    }

    @Test func `A paused leader that never speaks again believes until its lease ends`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        let term = try #require(story.terms[role: "r"].first)
        #expect(term.belief.end == Story.time(.seconds(4) - .milliseconds(1)))
    }

    @Test func `Renewals of the holder's next term don't lengthen the one before`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(1))
        story.lead("r", "a", term: 5, from: .seconds(10))
        story.operate(.renew, "r", "a", sent: .seconds(11), at: .seconds(11))
        let terms = story.terms[role: "r"]
        #expect(terms.map(\.number) == [1, 5])
        #expect(terms[0].belief.end == Story.time(.seconds(4) - .milliseconds(1)))
        #expect(terms[1].belief.end == Story.time(.seconds(14)))
    }

    @Test func `A term of which only an answer tells begins with it`() throws {
        var story = Story()
        story.believe(["r": 7], "b", at: .seconds(3))
        story.believe(["r": 7], "b", at: .seconds(4))
        let term = try #require(story.terms[role: "r"].first)
        #expect(term.number == 7)
        #expect(term.belief.start == Story.time(.seconds(3)))
        #expect(term.acquired == nil)
    }

    @Test func `Two lives of an instance are two holders`() {
        var story = Story()
        story.lead("r", "a", 1, term: 1, from: .seconds(1))
        story.kill(1, "a", 1, at: .seconds(2))
        story.lead("r", "a", 2, term: 4, from: .seconds(8))
        #expect(story.terms[role: "r"].map(\.holder) == [Incarnation("a", 1), Incarnation("a", 2)])
        #expect(story.terms.led(by: Incarnation("a", 1), before: Story.time(.seconds(2))).map(\.number) == [1])
        #expect(story.terms.led(by: Incarnation("a", 2), before: Story.time(.seconds(2))).isEmpty)
    }
}
