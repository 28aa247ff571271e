import Testing

@testable import ElectBench

@Suite("The nearest name")
struct NearestTests {
    @Test(
        "is the one that takes the fewest changes, up to a third of the word",
        arguments: [
            ("kil", "kill"), ("klil", "kill"), ("KILL", "kill"), ("killl", "kill"), ("partion", "partition"),
            ("part", "partition"), ("st", nil), ("half_open", "half-open"), ("halfopen", "half-open"),
            ("stopp", "stop"), ("xxxx", nil), ("", nil),
            ("explode", nil), ("kx", nil),
        ] as [(String, String?)]
    )
    func nearest(word: String, expected: String?) {
        #expect(Nearest.name(to: word, among: ["kill", "stop", "partition", "half-open"]) == expected)
    }

    @Test("is the first of those that are as near")
    func ties() {
        #expect(Nearest.name(to: "at", among: ["bat", "cat"]) == "bat")
        #expect(Nearest.name(to: "at", among: []) == nil)
    }

    @Test(
        "is found by counting insertions, removals, replacements and swaps",
        arguments: [
            ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1),
            ("abcd", "badc", 2), ("kitten", "sitting", 3), ("ca", "abc", 3),
        ]
    )
    func distance(left: String, right: String, expected: Int) {
        #expect(Nearest.distance(left, right) == expected)
        #expect(Nearest.distance(right, left) == expected)
    }

    @Test("is asked for in the message, which also says what there is")
    func message() {
        let names = ["run", "check"]
        #expect(
            Nearest.missing("command", "rnu", among: names, "there are run and check")
                == "there is no command \"rnu\"; did you mean run? There are run and check"
        )
        #expect(
            Nearest.missing("command", "explode", among: names, "there are run and check")
                == "there is no command \"explode\"; there are run and check"
        )
    }
}
