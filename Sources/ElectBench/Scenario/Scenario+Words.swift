import ArgumentParser

/// One option as it was typed; `value` is nil for a flag.
struct GivenOption: Hashable, Sendable {
    let name: String
    let value: String?

    var words: [String] { ["--\(name)"] + (value.map { [$0] } ?? []) }

    /// The words of `run`, each option with its value. What is no option of `run` is left out: the parser refuses it.
    static func all(in words: some Sequence<String>) -> [GivenOption] {
        let takesValue = Dictionary(uniqueKeysWithValues: OptionNames.all(of: RunCommand.self).map { ($0, $1) })
        var given: [GivenOption] = []
        var rest = Array(words)[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else { continue }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map(String.init)
            guard let name = parts.first, let takes = takesValue[name] else { continue }
            let value = parts.count > 1 ? parts[1] : takes ? rest.popFirst() : nil
            given.append(GivenOption(name: name, value: value))
        }
        return given
    }
}

extension Scenario {
    /// The scenario that a command line names; nil where it names none, or is not one of `run`.
    ///
    /// - Throws: ``Failure`` with exit code 64.
    static func named(in words: [String]) throws -> Scenario? {
        guard let first = words.first, first == RunCommand.configuration.commandName || first.hasPrefix("-") else {
            return nil
        }
        let given = GivenOption.all(in: words)
        guard let name = given.last(where: { $0.name == "scenario" })?.value else { return nil }
        var scenario = try Scenario(name: name, text: ScenarioFile.text(of: name))
        scenario.overrides = given.filter { $0.name != "scenario" }
        return scenario
    }

    /// The command line with the file's options before its own.
    func expand(_ typed: [String]) -> [String] {
        guard let first = typed.first, !first.hasPrefix("-") else { return words + typed }
        return [first] + words + typed.dropFirst()
    }
}
