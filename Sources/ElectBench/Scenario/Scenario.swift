import ArgumentParser

/// A run as a file: options of `run` under their own names, and phases with faults of their own.
///
/// Its options are put before the user's own words, and of two the last one holds: so what is typed overrides the file, and a
/// value is read, and refused, as it would be on the command line.
struct Scenario: Sendable {
    /// As it was given: a path, or the name of a shipped one.
    let name: String
    let text: String
    /// Nil where the file has none: then its options alone are the run.
    let phases: [ScenarioPhase]?
    /// The file's options as words of a command line.
    private(set) var words: [String] = []
    /// What was typed beside it.
    var overrides: [GivenOption] = []
    /// What of the text must not be shown, and what stands in its place.
    private var secrets: [(secret: String, shown: String)] = []

    /// The keys that are options of `run`: all but the one that names the file.
    static let options = OptionNames.all(of: RunCommand.self).filter { $0.name != "scenario" }

    private static let repeated = OptionNames.repeated(of: RunCommand.self)

    /// - Throws: ``Failure`` with exit code 64, which names the file and, where it is known, the line.
    init(name: String, text: String) throws {
        self.name = name
        self.text = text
        let file = try ScenarioSection(
            ScenarioValue(yaml: text, of: name),
            of: name,
            as: "a scenario",
            knows: ["description", "phases"] + Self.options.map(\.name)
        )
        _ = try file.text("description")
        phases = try file.sections("phases", as: "a phase", knows: ScenarioPhase.keys)?.enumerated()
            .map { number, section in try ScenarioPhase(section, number: number + 1) }
        if phases != nil, file.has("duration") {
            throw file.failure(at: "duration", "the phases have durations of their own")
        }
        words = try Self.words(in: file)
        if !file.has("name"), let plain = plainName { words.insert("--name=\(plain)", at: 0) }
        secrets = try ["password", "token"].compactMap { try file.text($0) }.map { ($0, "…") }
        if let server = try file.joined("server") {
            secrets += server.split(separator: ",").map { (String($0), RunPlan.withoutSecret(String($0))) }
        }
    }

    /// What a run's folder may keep of it: the text without passwords and tokens; nil where one stands in it in another
    /// spelling than it is read as, and can't be found.
    var publicText: String? {
        var text = text
        for (secret, shown) in secrets where !secret.isEmpty && secret != shown {
            guard text.contains(secret) else { return nil }
            text = text.replacing(secret, with: shown)
        }
        return text
    }

    /// Whether the file says something of an option.
    func names(_ option: String) -> Bool { words.contains { $0.hasPrefix("--\(option)=") || $0 == "--\(option)" } }

    private static func words(in file: ScenarioSection) throws -> [String] {
        let words = try options.flatMap { option in try Self.words(option, in: file).map { (option.name, $0) } }
        let isRefused = (try? RunCommand.parse(words.map(\.1))) == nil
        // Each by itself shows whose fault it is: options are not checked against one another here.
        for (name, word) in words where isRefused {
            do {
                _ = try RunCommand.parse([word])
            } catch {
                throw file.failure(at: name, RunCommand.message(for: error))
            }
        }
        return words.map(\.1)
    }

    /// An option that may be given several times has one word for each entry of its list.
    private static func words(_ option: (name: String, takesValue: Bool), in file: ScenarioSection) throws -> [String] {
        if repeated.contains(option.name) {
            return try (file.texts(option.name) ?? []).map { "--\(option.name)=\($0)" }
        }
        if option.takesValue { return try file.joined(option.name).map { ["--\(option.name)=\($0)"] } ?? [] }
        switch try file.text(option.name) {
        case nil, "false": return []
        case "true": return ["--\(option.name)"]
        case let other?: throw file.failure(at: option.name, "\"\(other)\" is neither true nor false")
        }
    }

    /// The last part of its path, without `.yaml`, where it can be a run's name.
    private var plainName: String? {
        let last = name.split(separator: "/").last.map(String.init) ?? ""
        let base = [".yaml", ".yml"].first(where: last.hasSuffix).map { String(last.dropLast($0.count)) } ?? last
        return RunCommand.isName(base) ? base : nil
    }
}
