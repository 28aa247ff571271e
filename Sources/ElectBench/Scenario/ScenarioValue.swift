import Yams

/// What a scenario file holds, each piece with its line; the only place that knows YAML.
indirect enum ScenarioValue: Sendable {
    struct Entry: Sendable {
        let key: String
        let line: Int?
        let value: ScenarioValue
    }

    /// `key:` with nothing after it.
    case nothing
    case text(String, line: Int?)
    case list([ScenarioValue], line: Int?)
    case mapping([Entry], line: Int?)

    /// - Throws: ``Failure`` with exit code 64 where it is no YAML.
    init(yaml text: String, of file: String) throws(Failure) {
        do {
            self = try Parser(yaml: text, encoding: .utf8).singleRoot().map(Self.init) ?? .nothing
        } catch {
            throw Self.failure(of: error, in: file)
        }
    }

    private init(_ node: Node) {
        switch node {
        case .scalar(let scalar):
            // An empty text in quotes is a value.
            self =
                scalar.string.isEmpty && scalar.style == .plain
                ? .nothing : .text(scalar.string, line: scalar.mark?.line)
        case .sequence(let sequence):
            self = .list(sequence.map(Self.init), line: node.mark?.line)
        case .mapping(let mapping):
            let entries = mapping.map { pair in
                Entry(key: pair.key.scalar?.string ?? "", line: pair.key.mark?.line, value: Self(pair.value))
            }
            self = .mapping(entries, line: node.mark?.line)
        case .alias:
            // The parser puts in its place what it stands for.
            self = .nothing
        }
    }

    private static func failure(of error: any Error, in file: String) -> Failure {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .badArgument("\(file), line \(mark.line): it is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            .badArgument("\(file), line \(context.mark.line): given twice: \(keys.sorted().joined(separator: ", "))")
        case .reader(let problem, _, _, _):
            .badArgument("\(file): it is not YAML: \(problem)")
        default:
            .badArgument("\(file): it is not YAML: \(error)")
        }
    }

    var text: String? {
        if case .text(let text, _) = self { text } else { nil }
    }

    /// Where it begins.
    var line: Int? {
        switch self {
        case .nothing: nil
        case .text(_, let line), .list(_, let line), .mapping(_, let line): line
        }
    }
}
