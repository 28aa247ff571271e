import ElectionCore
import Testing

@testable import Chaos

@Suite struct LatenessMeterTests {
    private let start = Timestamp(nanoseconds: 1_000_000_000)

    private func meter() -> LatenessMeter {
        LatenessMeter(interval: .milliseconds(10), threshold: .milliseconds(1), start: start)
    }

    @Test func `a sleep that ends in time is not told`() {
        var meter = meter()
        #expect(meter.due == start + .milliseconds(10))
        #expect(meter.woke(at: start + .milliseconds(11)) == nil)
        #expect(meter.due == start + .milliseconds(21))
    }

    @Test func `a late sleep is told once`() {
        var meter = meter()
        #expect(meter.woke(at: start + .milliseconds(60)) == .milliseconds(50))
        #expect(meter.woke(at: start + .milliseconds(70)) == nil)
    }
}

@Suite(.timeLimit(.minutes(1))) struct LatenessProbeTests {
    @Test func `it probes on the clock of timestamps until it is cancelled`() async throws {
        let wakes = AsyncStream.makeStream(of: (Timestamp, Duration).self)
        let start = Timestamp.now()
        // Every sleep is later than that.
        let probe = LatenessProbe(interval: .milliseconds(1), threshold: .seconds(-1)) {
            wakes.continuation.yield(($0, $1))
        }
        let task = Task { try await probe.run() }
        var count = 0
        for await (woke, lateness) in wakes.stream {
            #expect(woke > start && woke <= .now())
            #expect(lateness >= .zero)
            count += 1
            if count == 3 { break }
        }
        task.cancel()
        try await task.value
    }

    @Test func `a cancelled task's probe ends at once`() async throws {
        let gate = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in gate.stream {}
            try await LatenessProbe { _, _ in }.run()
        }
        task.cancel()
        try await task.value
    }
}
