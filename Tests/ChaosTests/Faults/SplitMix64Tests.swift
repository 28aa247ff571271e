import Chaos
import ElectionCore
import Testing

@Suite struct SplitMix64Tests {
    @Test func `gives the numbers of Vigna's reference program`() {
        var generator = SplitMix64(seed: 1_234_567)
        let numbers = (0..<5).map { _ in generator.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ]
        )
    }

    @Test func `numbers below a bound stay below it and are alike`() {
        var generator = SplitMix64(seed: 1)
        var counts = [Int](repeating: 0, count: 6)
        for _ in 0..<60_000 { counts[Int(generator.number(below: 6))] += 1 }
        #expect(counts.allSatisfy { (9_600...10_400).contains($0) }, "\(counts)")
    }

    @Test func `exponential intervals have the mean, the spread and the tail of the distribution`() {
        var generator = SplitMix64(seed: 2)
        let values = (0..<100_000).map { _ in Double(generator.exponentialNanoseconds(mean: 1_000_000)) / 1e6 }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
        #expect(abs(mean - 1) < 0.02)
        #expect(abs(variance - 1) < 0.05)
        // e^-1 and e^-3 of all lie above one and three means.
        #expect(abs(Double(values.count { $0 > 1 }) / 1e5 - 0.367_879) < 0.01)
        #expect(abs(Double(values.count { $0 > 3 }) / 1e5 - 0.049_787) < 0.005)
    }
}
