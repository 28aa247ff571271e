import ElectionCore
import Testing

@Suite("Randomness from a seed")
struct RandomTests {
    /// Vigna's `splitmix64.c`, seed 1234567, as the vectors of other implementations give it, too.
    @Test("the generator gives the published numbers")
    func knownVectors() {
        var random = SplitMix64(seed: 1_234_567)
        let numbers = (0..<5).map { _ in random.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ]
        )
    }

    @Test("seed 0 is as good as any")
    func zeroSeed() {
        var random = SplitMix64(seed: 0)
        #expect(random.next() == 0xE220_A839_7B1D_CDAF)
    }

    @Test("the same seed decides the same, another seed otherwise")
    func seedsDecide() {
        func deadline(_ seed: UInt64) -> Timestamp? {
            var bench = Bench(spread: .milliseconds(100), seed: seed)
            for input in [Input.start, .connected, .observed(.missing), .synced] { bench.at(0, input) }
            return bench.machine.nextDeadline
        }
        #expect(deadline(3) == deadline(3))
        #expect(deadline(3) != deadline(4))
    }

    @Test("tries are spread evenly from zero to the spread")
    func campaignSpread() {
        let delays = (0..<400 as Range<UInt64>).compactMap { seed -> Int64? in
            var bench = Bench(spread: .milliseconds(100), seed: seed)
            for input in [Input.start, .connected, .observed(.missing), .synced] { bench.at(0, input) }
            return bench.machine.nextDeadline?.nanoseconds
        }
        #expect(delays.count == 400 && delays.allSatisfy { (0...100_000_000).contains($0) })
        let tenths = Dictionary(grouping: delays) { min(9, $0 / 10_000_000) }
        #expect(tenths.count == 10 && tenths.values.allSatisfy { (15...75).contains($0.count) })
    }

    @Test("without a spread a try is due at once")
    func noSpread() {
        #expect(Bench.acquiring().lastWrite?.id == 1)
    }
}
