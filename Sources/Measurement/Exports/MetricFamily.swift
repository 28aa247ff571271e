/// One family of an OpenMetrics exposition, with its samples of all runs.
struct MetricFamily {
    enum Kind: String { case counter, gauge, histogram, info, stateset, summary }

    let name: String
    let kind: Kind
    /// The name's last part, where it has one.
    let unit: String
    let help: String
    private var lines: [String] = []

    init(_ name: String, _ kind: Kind, unit: String = "", help: String) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
    }

    /// - Parameter suffix: what a sample's name has behind the family's, as `_total`.
    mutating func add(_ suffix: String, _ labels: [(String, String)], _ value: String) {
        let text = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        lines.append("\(name)\(suffix)\(text.isEmpty ? "" : "{\(text)}") \(value)")
    }

    /// In the order of the specification: TYPE, UNIT, HELP, samples.
    var text: String {
        let head = ["# TYPE \(name) \(kind.rawValue)"] + (unit.isEmpty ? [] : ["# UNIT \(name) \(unit)"])
        return (head + ["# HELP \(name) \(Self.escaped(help))"] + lines).map { $0 + "\n" }.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}

/// Families in the order in which they first had a sample: of several runs all samples of one must stand together.
struct MetricFamilies {
    private var families: [MetricFamily] = []
    private var index: [String: Int] = [:]

    /// - Parameter family: without samples; the first of a name stands.
    mutating func add(_ family: MetricFamily, suffix: String = "", _ labels: [(String, String)], _ value: String) {
        let at = index[family.name] ?? families.count
        if at == families.count {
            families.append(family)
            index[family.name] = at
        }
        families[at].add(suffix, labels, value)
    }

    var text: String { families.map(\.text).joined() + "# EOF\n" }
}
