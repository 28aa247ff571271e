import ElectionCore
import Testing

@testable import NATSStore

@Suite struct PaceTests {
    private static func at(_ microseconds: Int64) -> Timestamp {
        Timestamp(nanoseconds: (1_000_000 + microseconds) * 1000)
    }

    /// A message at the instant that takes 3 µs.
    private static func take(_ pace: inout Pace, at microseconds: Int64, isRoutine: Bool = true) {
        pace.begins(at: at(microseconds))
        pace.ended(isRoutine: isRoutine, at: at(microseconds + 3))
    }

    @Test func `a message after a pause is taken at once`() {
        var pace = Pace(patience: .milliseconds(10))
        #expect(pace.rest(before: Self.at(0)) == nil)
        Self.take(&pace, at: 0)
        #expect(pace.rest(before: Self.at(10_000)) == nil)
    }

    @Test func `one that comes soon is left until the patience is over`() {
        var pace = Pace(patience: .milliseconds(10))
        Self.take(&pace, at: 0)
        #expect(pace.rest(before: Self.at(4000)) == Self.at(10_000))
    }

    @Test func `those of one read are taken together`() {
        var pace = Pace(patience: .milliseconds(10))
        Self.take(&pace, at: 0)
        for next in stride(from: 5 as Int64, to: 50, by: 5) {
            #expect(pace.rest(before: Self.at(next)) == nil)
            Self.take(&pace, at: next)
        }
        // The patience counts from the first of them.
        #expect(pace.rest(before: Self.at(4000)) == Self.at(10_000))
    }

    @Test func `what follows an answer or news is taken at once`() {
        var pace = Pace(patience: .milliseconds(10))
        Self.take(&pace, at: 0, isRoutine: false)
        #expect(pace.rest(before: Self.at(4000)) == nil)
    }

    @Test func `without patience nothing is left`() {
        var pace = Pace(patience: .zero)
        Self.take(&pace, at: 0)
        #expect(pace.rest(before: Self.at(100)) == nil)
    }
}

@Suite(.timeLimit(.minutes(1))) struct AttentionTests {
    private static let never = Timestamp(nanoseconds: .max / 2)

    @Test func `nobody rests while an answer is waited for`() {
        let attention = Attention()
        attention.asked(at: .now())
        attention.rest(until: Self.never)
    }

    @Test func `who rests is woken by a question`() {
        let attention = Attention()
        let resting = WorkerThread { attention.rest(until: Self.never) }
        attention.asked(at: .now())
        resting.join()
    }

    @Test func `one rests again once all answers are there`() {
        let attention = Attention()
        attention.asked(at: .now())
        attention.asked(at: .now())
        attention.answered()
        attention.rest(until: Self.never)
        attention.answered()
        let end = Timestamp.now() + .milliseconds(5)
        attention.rest(until: end)
        #expect(Timestamp.now() >= end)
    }

    @Test func `an answer that never comes is forgotten`() {
        let attention = Attention()
        attention.asked(at: .now() - Attention.longest)
        let end = Timestamp.now() + .milliseconds(5)
        attention.rest(until: end)
        #expect(Timestamp.now() >= end)
    }
}
