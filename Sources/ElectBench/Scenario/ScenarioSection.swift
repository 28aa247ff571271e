import ArgumentParser

/// One mapping of a scenario file, whose keys are known; every message names the file and the line.
struct ScenarioSection: Sendable {
    private let file: String
    private let line: Int?
    private let entries: [ScenarioValue.Entry]

    /// - Parameters:
    ///   - what: what it describes, for a message.
    ///   - known: the keys that it may have.
    /// - Throws: ``Failure`` with exit code 64 where it is no mapping, or has another key.
    init(_ value: ScenarioValue, of file: String, as what: String, knows known: [String]) throws(Failure) {
        self.file = file
        line = value.line
        switch value {
        case .mapping(let entries, _): self.entries = entries
        case .nothing: throw Self.failure(file, line, "\(what) is empty")
        case .text, .list: throw Self.failure(file, line, "\(what) is written as keys with values")
        }
        for entry in entries where !known.contains(entry.key) {
            let keys = known.count > 20 ? "the options of run, description and phases" : known.joined(separator: ", ")
            let list = "\(what) takes \(keys)"
            throw Self.failure(file, entry.line, Nearest.missing("key", entry.key, among: known, list))
        }
    }

    func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// One plain value; nil where the key is not there.
    func text(_ key: String) throws(Failure) -> String? {
        switch entry(key)?.value {
        case nil: return nil
        case .text(let text, _): return text
        case .nothing: throw failure(at: key, "it has no value")
        case .list, .mapping: throw failure(at: key, "it takes one value")
        }
    }

    /// One value as a command line has it: a list has its parts joined with commas, a mapping as `key=value`.
    func joined(_ key: String) throws(Failure) -> String? {
        switch entry(key)?.value {
        case nil, .text, .nothing: return try text(key)
        case .list: return try texts(key)?.joined(separator: ",")
        case .mapping(let entries, _):
            let words = entries.compactMap { entry in entry.value.text.map { "\(entry.key)=\($0)" } }
            guard words.count == entries.count, !words.isEmpty else { throw failure(at: key, "it takes plain values") }
            return words.joined(separator: ",")
        }
    }

    /// A list of plain values, or one alone.
    func texts(_ key: String) throws(Failure) -> [String]? {
        guard case .list(let values, _) = entry(key)?.value else { return try text(key).map { [$0] } }
        let texts = values.compactMap(\.text)
        guard texts.count == values.count, !texts.isEmpty else { throw failure(at: key, "it takes plain values") }
        return texts
    }

    /// A list of mappings.
    func sections(_ key: String, as what: String, knows known: [String]) throws(Failure) -> [ScenarioSection]? {
        guard let entry = entry(key) else { return nil }
        guard case .list(let values, _) = entry.value else {
            throw failure(at: key, "it takes a list: each entry begins with a dash")
        }
        if values.isEmpty { throw failure(at: key, "the list is empty") }
        var sections: [ScenarioSection] = []
        for value in values { sections.append(try ScenarioSection(value, of: file, as: what, knows: known)) }
        return sections
    }

    /// A value in the form that `parse` reads; its complaint gets the file, the line and the key.
    func value<Value>(_ key: String, _ parse: (String) throws -> Value) throws(Failure) -> Value? {
        guard let text = try text(key) else { return nil }
        do {
            return try parse(text)
        } catch {
            throw failure(at: key, "\"\(text)\": \((error as? ValidationError)?.message ?? "\(error)")")
        }
    }

    /// Where the key is not there, the line is the section's first.
    func failure(at key: String, _ text: String) -> Failure {
        Self.failure(file, entry(key)?.line ?? line, "\(key): \(text)")
    }

    func failure(_ text: String) -> Failure { Self.failure(file, line, text) }

    private func entry(_ key: String) -> ScenarioValue.Entry? { entries.first { $0.key == key } }

    private static func failure(_ file: String, _ line: Int?, _ text: String) -> Failure {
        .badArgument("\(file)\(line.map { ", line \($0)" } ?? ""): \(text)")
    }
}
