import Testing

@testable import Chaos

@Suite struct LineSplitterTests {
    private func lines(of chunks: [String]) -> (lines: [String], fragment: String) {
        var splitter = LineSplitter()
        var lines: [String] = []
        for chunk in chunks { splitter.append(Array(chunk.utf8)) { lines.append(String(decoding: $0, as: UTF8.self)) } }
        return (lines, String(decoding: splitter.fragment, as: UTF8.self))
    }

    @Test func `lines are the same however the bytes are cut`() {
        let text = "one\n\ntwo\nthree"
        for size in 1...text.count {
            let chunks = stride(from: 0, to: text.count, by: size).map { String(text.dropFirst($0).prefix(size)) }
            let result = lines(of: chunks)
            #expect(result.lines == ["one\n", "\n", "two\n"])
            #expect(result.fragment == "three")
        }
    }

    @Test func `nothing gives nothing`() {
        let result = lines(of: [""])
        #expect(result.lines.isEmpty)
        #expect(result.fragment.isEmpty)
    }
}
