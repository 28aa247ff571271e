import ArgumentParser
import Testing

@testable import ElectBench

@Suite("Bytes a second")
struct ByteRatesTests {
    @Test(
        "are read as ranges, with k and M",
        arguments: [
            ("4096-65536", 4096...65536), ("4k-64k", 4096...65536), ("4K-1M", 4096...1_048_576), ("1-1", 1...1),
            ("300", 300...300),
        ]
    )
    func reads(text: String, expected: ClosedRange<Int>) throws {
        #expect(try ByteRates.parseRange(text) == expected)
        #expect(try ByteRates.parseRange(ByteRates.text(expected)) == expected)
    }

    @Test(
        "are refused where they are nothing, too much, or written in another way",
        arguments: [
            "", "-", "0", "0-5", "5-", "-5", "9-5", "4g", "4 k", "1.5k", "k", "4k-64kB", "9999999999999999999",
            "2000000M",
            "٣",
        ]
    )
    func refuses(text: String) {
        #expect(throws: ValidationError.self) { try ByteRates.parseRange(text) }
        #expect(throws: ValidationError.self) { try ByteRates.parse(text) }
    }
}
