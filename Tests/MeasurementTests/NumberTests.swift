import Measurement
import Testing

@Suite struct PercentileTests {
    @Test func `Percentiles are the nearest rank`() {
        let values = Array(1...1000)
        #expect(Percentile.allCases.map { values.sortedPercentile($0) } == [500, 900, 990, 999])
        #expect([10, 20, 30].sortedPercentile(.p50) == 20)
        #expect([10, 20, 30, 40].sortedPercentile(.p50) == 20)
    }

    @Test func `A percentile that the sample is too small for is left out`() {
        #expect([1].sortedPercentile(.p50) == nil)
        #expect([1, 2].sortedPercentile(.p50) == 1)
        #expect(Array(1...9).sortedPercentile(.p90) == nil)
        #expect(Array(1...10).sortedPercentile(.p90) == 9)
        #expect(Array(1...99).sortedPercentile(.p99) == nil)
        #expect(Array(1...100).sortedPercentile(.p99) == 99)
        #expect(Array(1...999).sortedPercentile(.p999) == nil)
    }
}

@Suite struct NumberTextTests {
    @Test func `Milliseconds are rounded half away from zero`() {
        #expect(Numbers.milliseconds(.nanoseconds(1_234_500)) == "1.235")
        #expect(Numbers.milliseconds(.nanoseconds(-1_234_500)) == "-1.235")
        #expect(Numbers.milliseconds(.nanoseconds(499)) == "0.000")
        #expect(Numbers.milliseconds(.nanoseconds(1), digits: 6) == "0.000001")
        #expect(Numbers.milliseconds(.seconds(100_000)) == "100000000.000")
        #expect(Numbers.milliseconds(.milliseconds(2), digits: 0) == "2")
    }

    @Test func `Numbers have a point and no grouping`() {
        #expect(Numbers.fixed(1234.5678, digits: 2) == "1234.57")
        #expect(Numbers.fixed(-0.05, digits: 3) == "-0.050")
        #expect(Numbers.fixed(.nan, digits: 3) == "")
        #expect(Numbers.fixed(.infinity, digits: 3) == "")
    }

    @Test func `Spans are short as a person types them`() {
        #expect(Numbers.short(.milliseconds(500)) == "500 ms")
        #expect(Numbers.short(.milliseconds(2_500)) == "2.5 s")
        #expect(Numbers.short(.seconds(60)) == "60 s")
        #expect(Numbers.short(.seconds(600)) == "10 min")
        #expect(Numbers.short(.zero) == "0 s")
    }

    @Test func `Times of day are RFC 3339 with nanoseconds`() {
        #expect(WallClock.text(nanosecondsSince1970: 0) == "1970-01-01T00:00:00.000000000Z")
        #expect(WallClock.text(nanosecondsSince1970: 951_782_400_000_000_001) == "2000-02-29T00:00:00.000000001Z")
        #expect(WallClock.text(nanosecondsSince1970: 1_763_916_180_123_456_789) == "2025-11-23T16:43:00.123456789Z")
        #expect(WallClock.text(nanosecondsSince1970: -1) == "1969-12-31T23:59:59.999999999Z")
    }

    @Test func `A command line can be pasted into a shell`() {
        #expect(ShellQuoting.line(["electbench", "--ttl", "3s"]) == "electbench --ttl 3s")
        #expect(ShellQuoting.line(["a b", "it's", "", "p(99)<5", "$HOME"]) == #"'a b' 'it'\''s' '' 'p(99)<5' '$HOME'"#)
    }
}

@Suite struct CSVTests {
    @Test func `Rows end with CRLF and fields are quoted where they must be`() {
        var csv = CSV(header: ["a", "b"])
        csv.append(["plain", ""])
        csv.append(["one, two", "say \"hi\""])
        csv.append(["two\nlines", "\r\n"])
        csv.append(["\r", "'"])
        let expected = "a,b\r\nplain,\r\n\"one, two\",\"say \"\"hi\"\"\"\r\n\"two\nlines\",\"\r\n\"\r\n\"\r\",'\r\n"
        #expect(String(decoding: csv.bytes, as: UTF8.self) == expected)
    }
}
