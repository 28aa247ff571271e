/// Reads a threshold from its left to its right.
struct ThresholdParser {
    static let grammar = "write measure{tag=value}:aggregation<number, as failover_ms{fault=kill}:p(99)<1500"

    let text: String
    private var rest: Substring

    init(_ text: String) {
        self.text = Self.trimmed(text[...])
        rest = self.text[...]
    }

    mutating func measure() throws(ThresholdProblem) -> Measure {
        let name = Self.trimmed(rest.prefix { $0 != "{" && $0 != ":" })
        rest = rest.drop { $0 != "{" && $0 != ":" }
        guard !name.isEmpty, !rest.isEmpty else { throw .other(Self.grammar) }
        guard let measure = Measure.named(name) else {
            throw .missing(
                "measure",
                name,
                among: Measure.all.map(\.name),
                "the measures are in results/README.md under summary.csv"
            )
        }
        return measure
    }

    mutating func tags(of measure: Measure) throws(ThresholdProblem) -> [Measure.Tag: String] {
        guard rest.first == "{" else { return [:] }
        guard let end = rest.firstIndex(of: "}") else { throw .other("the brace { is never closed: \(Self.grammar)") }
        let inside = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        var tags: [Measure.Tag: String] = [:]
        for pair in inside.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = pair.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == ":" || $0 == "=" }
                .map(Self.trimmed)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw .other("between the braces stand tags as fault=kill, with commas: \(Self.trimmed(pair[...]))")
            }
            guard let tag = Measure.Tag(rawValue: parts[0]), measure.tags.contains(tag) else {
                let names = measure.tags.map(\.rawValue)
                let list = "\(measure.name) has \(names.isEmpty ? "none" : names.joined(separator: ", "))"
                throw .missing("tag", parts[0], among: names, list)
            }
            guard tags.updateValue(parts[1], forKey: tag) == nil else { throw .other("\(tag.rawValue) stands twice") }
            if let values = tag.values, !values.contains(parts[1]) {
                throw .missing(tag.rawValue, parts[1], among: values, "there are \(values.joined(separator: ", "))")
            }
        }
        return tags
    }

    mutating func expression(
        of measure: Measure
    ) throws(ThresholdProblem) -> (Threshold.Aggregation, Threshold.Comparison, Double, String) {
        rest = rest.drop(while: \.isWhitespace)
        guard rest.first == ":" else { throw .other(Self.grammar) }
        let expression = Self.trimmed(rest.dropFirst())
        guard let start = expression.firstIndex(where: { "<>=!".contains($0) }),
            let comparison = Threshold.Comparison.allCases.first(where: { expression[start...].hasPrefix($0.rawValue) })
        else { throw .other("it compares nothing: there are <, <=, >, >=, ==, === and !=") }
        let aggregation = try aggregation(Self.trimmed(expression[..<start]), of: measure)
        let number = Self.trimmed(expression[start...].dropFirst(comparison.rawValue.count))
        guard let limit = Self.number(number) else {
            throw .other(
                "\"\(number)\" is no plain number in \(measure.unit), such as 1500 or 0.5"
            )
        }
        return (aggregation, comparison, limit, number)
    }

    private func aggregation(_ name: String, of measure: Measure) throws(ThresholdProblem) -> Threshold.Aggregation {
        let allowed = "\(measure.name) has \(measure.aggregations.joined(separator: ", "))"
        if name.hasPrefix("p("), name.hasSuffix(")"), measure.aggregations.contains("p(N)") {
            let digits = Self.trimmed(name.dropFirst(2).dropLast())
            guard let part = Self.millionths(digits), part > 0, part < Threshold.Aggregation.whole else {
                throw .other(
                    "p(\(digits)): a percentile lies between 0 and 100, as p(99.9); for the ends give min or max"
                )
            }
            return .percentile(millionths: part)
        }
        guard measure.aggregations.contains(name), let aggregation = Threshold.Aggregation(name) else {
            throw .missing("aggregation", name, among: measure.aggregations, allowed)
        }
        return aggregation
    }

    /// `99.9` as 99,900,000; nil where it is not digits with at most six decimals.
    private static func millionths(_ text: String) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }), parts[0].count <= 3,
            let whole = Int(parts[0])
        else { return nil }
        guard parts.count > 1 else { return whole * 1_000_000 }
        guard parts[1].count <= 6, let part = Int(parts[1]) else { return nil }
        return whole * 1_000_000 + (0..<(6 - parts[1].count)).reduce(part) { value, _ in value * 10 }
    }

    /// A decimal number, with an exponent if need be; neither hexadecimal nor infinite.
    private static func number(_ text: String) -> Double? {
        guard text.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }), let number = Double(text),
            number.isFinite
        else { return nil }
        return number
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start[..<(start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex)])
    }
}
