import ElectionCore
import Testing

@testable import Measurement

@Suite struct IntervalTests {
    @Test(
        "Student's quantiles are those of the tables",
        arguments: [
            (0.975, 1.0, 12.7062), (0.975, 7, 2.3646), (0.995, 10, 3.1693), (0.95, 30, 1.6973), (0.9995, 5, 6.8688),
            (0.025, 7, -2.3646), (0.5, 3, 0),
        ]
    )
    func quantiles(probability: Double, degrees: Double, value: Double) {
        #expect(abs(StudentT.quantile(probability, degrees: degrees) - value) < 0.0001)
    }

    @Test(arguments: [(0.0, 0.5), (-1.959964, 0.025), (3, 0.998650)])
    func `The normal distribution is that of the tables`(z: Double, part: Double) {
        #expect(abs(StudentT.normal(z) - part) < 0.000001)
    }

    @Test func `A shift that is not there is rarely seen, also in bursts`() {
        var random = SplitMix64(seed: 1)
        var alarms = (failovers: 0, bursts: 0)
        for _ in 0..<500 {
            let quiet = (ClusteredSample([Sides.failovers(&random)]), ClusteredSample([Sides.failovers(&random)]))
            if isSeen(quiet) { alarms.failovers += 1 }
            let loud = (ClusteredSample([Sides.bursts(&random)]), ClusteredSample([Sides.bursts(&random)]))
            if isSeen(loud) { alarms.bursts += 1 }
        }
        #expect(alarms.failovers <= 25, "at most one of twenty")
        #expect(alarms.bursts <= 25, "at most one of twenty")
        #expect(alarms == (16, 7), "the same draws on every machine")
    }

    private func isSeen(_ sides: (base: ClusteredSample, new: ClusteredSample)) -> Bool {
        let interval = Interval.bootstrap(.p50, base: sides.base, new: sides.new, level: 0.95, draws: 400)
        return interval.lower > 0 || interval.upper < 0
    }

    @Test func `Values of one fault are not taken for many`() {
        var random = SplitMix64(seed: 2)
        let events = (0..<10).map { _ in 800 + 200 * random.part() }
        let few = ClusteredSample([events.map { [$0] }])
        let copies = ClusteredSample([events.map { Array(repeating: $0, count: 20) }])
        let apart = ClusteredSample([events.flatMap { Array(repeating: [$0], count: 20) }])
        func width(_ sample: ClusteredSample) -> Double {
            Interval.bootstrap(.p50, base: sample, new: sample, level: 0.95, draws: 1000).halfWidth
        }
        #expect(width(copies) == width(few))
        #expect(width(apart) < width(few) / 2)
    }

    @Test func `The same samples give the same interval`() {
        var random = SplitMix64(seed: 3)
        let (base, new) = (ClusteredSample([Sides.bursts(&random)]), ClusteredSample([Sides.bursts(&random)]))
        func interval() -> Interval { .bootstrap(.p50, base: base, new: new, level: 0.99, draws: 500) }
        #expect(interval() == interval())
    }

    @Test func `Runs that differ from each other widen the interval`() {
        let alike = ClusteredSample((0..<4).map { _ in (0..<10).map { [Double($0)] } })
        let apart = ClusteredSample((0..<4).map { run in (0..<10).map { [Double($0 + 5 * run)] } })
        func width(_ sample: ClusteredSample) -> Double {
            Interval.bootstrap(.p50, base: sample, new: sample, level: 0.95, draws: 1000).halfWidth
        }
        #expect(width(apart) > 2 * width(alike))
    }

    @Test func `Runs' figures are compared as Welch did`() {
        // By hand: variances of 1, so 4 degrees of freedom, whose quantile is 2.7764, and a standard error of √(2/3).
        let interval = Interval.welch(base: [1, 2, 3], new: [4, 5, 6], level: 0.95)
        #expect(abs(interval.lower - (3 - 2.26696)) < 0.0001)
        #expect(abs(interval.upper - (3 + 2.26696)) < 0.0001)
        // One side's spread is small beside the other's: 2.04 degrees are left, and the interval is far wider.
        let uneven = Interval.welch(base: [0, 2, 4], new: [4.8, 5, 5.2], level: 0.95)
        #expect(uneven.halfWidth > 4.2 * (4 / 3 + 0.04 / 3).squareRoot())
        #expect(Interval.welch(base: [2, 2, 2], new: [3, 3, 3], level: 0.95) == Interval(lower: 1, upper: 1))
    }
}
