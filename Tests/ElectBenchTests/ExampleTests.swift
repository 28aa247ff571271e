import ArgumentParser
import Glibc
import Testing
import Yams

@testable import ElectBench

/// The workflows of `examples/ci`.
@Suite("An example")
struct ExampleTests {
    private static let folder =
        "\(#filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/\($1)" })/examples/ci"

    @Test(
        "is YAML whose every electbench command the parser takes",
        arguments: ["github-actions.yml", "gitlab-ci.yml"]
    )
    func commands(_ name: String) throws {
        let text = try ScenarioFile.text(of: "\(Self.folder)/\(name)")
        let document = try #require(try Yams.compose(yaml: text))
        let lines = Self.texts(of: document).flatMap { $0.split(separator: "\n").map(String.init) }
        let commands = lines.compactMap(Self.command)
        #expect(commands.count == 2)
        let runs = try commands.compactMap { words -> RunCommand? in
            guard words != ["--version"] else { return nil }
            return try #require(try ElectBench.command(words) as? RunCommand)
        }
        let run = try #require(runs.first)
        let plan = try #require(try run.plans().first)
        #expect(plan.thresholds.count == 4)
        #expect(run.exports.exportJunit == "election.xml")
    }

    private static func texts(of node: Node) -> [String] {
        switch node {
        case .scalar(let scalar): [scalar.string]
        case .sequence(let sequence): sequence.flatMap(texts)
        case .mapping(let mapping): mapping.flatMap { texts(of: $0.value) }
        case .alias: []
        }
    }

    /// Its words behind `scripts/electbench`, as a shell takes them; nil of another line.
    private static func command(_ line: String) -> [String]? {
        let program = "electbench/scripts/electbench "
        guard line.hasPrefix(program) else { return nil }
        var words: [String] = [""]
        var isQuoted = false
        for character in line.dropFirst(program.count) {
            switch character {
            case "'": isQuoted.toggle()
            case " " where !isQuoted: words.append("")
            default: words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }
    }
}
