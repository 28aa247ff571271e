import ArgumentParser
import Testing

@testable import ElectBench

@Suite("A failure")
struct FailureTests {
    @Test("is one line whatever it quotes")
    func oneLine() {
        #expect("one\ntwo\r\nthree\tfour\u{1B}[31m".onOneLine == "one two  three four [31m")
        #expect("plain … ümläut".onOneLine == "plain … ümläut")
        #expect("".onOneLine.isEmpty)
    }

    @Test("has the exit code of its kind")
    func codes() {
        #expect(Failure.badArgument("").exitCode.rawValue == 64)
        #expect(Failure.notCarriedOut("").exitCode.rawValue == 3)
    }
}
