import ArgumentParser
import Testing

@testable import ElectBench

@Suite("Durations")
struct DurationsTests {
    @Test(
        "are read with their units",
        arguments: [
            ("500ms", .milliseconds(500)), ("3s", .seconds(3)), ("1m30s", .seconds(90)), ("2h", .seconds(7200)),
            ("0s", .zero), ("1.5s", .milliseconds(1500)), (".5s", .milliseconds(500)), ("250us", .microseconds(250)),
            ("250µs", .microseconds(250)), ("7ns", .nanoseconds(7)), ("0.1ns", .zero), ("1s1s", .seconds(2)),
        ] as [(String, Duration)]
    )
    func reads(text: String, expected: Duration) throws {
        #expect(try Durations.parse(text) == expected)
    }

    @Test(
        "are refused without a unit, with an unknown one, and with anything else about them",
        arguments: [
            "", "3", "s", "3 s", " 3s", "3s ", "-3s", "+3s", "3x", "3S", "1m30", "1.2.3s", ".s", "1e3s", "٣s", "3s,4s",
            "infs", "nans", "9999999999999s",
        ]
    )
    func refuses(text: String) {
        #expect(Durations.duration(text) == nil)
        #expect(throws: ValidationError.self) { try Durations.parse(text) }
    }

    @Test(
        "are written as the shortest text that reads back",
        arguments: [
            (.zero, "0s"), (.seconds(3), "3s"), (.milliseconds(1500), "1500ms"), (.seconds(90), "90s"),
            (.seconds(120), "2m"), (.seconds(3600), "1h"), (.seconds(5400), "90m"), (.microseconds(1), "1000ns"),
            (.nanoseconds(1_000_000_001), "1000000001ns"),
        ] as [(Duration, String)]
    )
    func writes(duration: Duration, expected: String) {
        #expect(Durations.text(duration) == expected)
        #expect(Durations.duration(expected) == duration)
    }

    @Test("come back unchanged from their text")
    func roundTrip() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let scale = Int64.random(in: 1...1_000_000_000_000_000, using: &generator)
            let duration = Duration.nanoseconds(Int64.random(in: 0...scale, using: &generator))
            #expect(Durations.duration(Durations.text(duration)) == duration)
        }
    }

    @Test(
        "make ranges",
        arguments: [
            ("500ms-3s", .milliseconds(500)...(.seconds(3))), ("1s-1s", .seconds(1)...(.seconds(1))),
            ("2s", .seconds(2)...(.seconds(2))), ("0s-1ms", .zero...(.milliseconds(1))),
        ] as [(String, ClosedRange<Duration>)]
    )
    func readsRanges(text: String, expected: ClosedRange<Duration>) throws {
        #expect(try Durations.parseRange(text) == expected)
        #expect(try Durations.parseRange(Durations.text(expected)) == expected)
    }

    @Test("make no range of something else", arguments: ["", "-", "3s-", "-3s", "3s-1s", "1-2", "1s-2s-3s", "1s..2s"])
    func refusesRanges(text: String) {
        #expect(throws: ValidationError.self) { try Durations.parseRange(text) }
    }
}
