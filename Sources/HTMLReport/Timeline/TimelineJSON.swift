import Measurement

/// What the page's script reads: numbers in flat lists, so that many terms take few bytes.
enum TimelineJSON {
    static func text(_ data: TimelineData) -> String {
        let lanes = data.lanes.map { lane in
            let terms = lane.segments.flatMap { segment in
                [
                    String(segment.instance), String(segment.incarnation), number(segment.term),
                    String(segment.belief.start), String(segment.belief.end),
                ]
            }
            return "{\"role\":\(string(lane.role)),\"terms\":[\(terms.joined(separator: ","))],"
                + "\"gaps\":\(list(lane.gaps)),\"bad\":\(list(lane.violations))}"
        }
        let members = [
            "\"length\":\(data.length)",
            "\"instances\":[\(data.instances.map(string).joined(separator: ","))]",
            "\"short\":[\(InstanceNames.short(data.instances).map(string).joined(separator: ","))]",
            "\"lanes\":[\(lanes.joined(separator: ",\n"))]",
            "\"faults\":\(list(data.faults.map(\.stretch)))",
            "\"names\":[\(data.faults.map { string($0.text) }.joined(separator: ","))]",
            "\"outages\":\(list(data.outages))",
        ]
        return "{\(members.joined(separator: ",\n"))}"
    }

    private static func list(_ stretches: [TimelineData.Stretch]) -> String {
        "[" + stretches.map { "\($0.start),\($0.end)" }.joined(separator: ",") + "]"
    }

    /// A script's numbers are exact up to 2^53.
    private static func number(_ term: UInt64) -> String { term < 1 << 53 ? String(term) : "\"\(term)\"" }

    /// Without anything that could end the element that it stands in.
    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "<", ">", "&", "\u{2028}", "\u{2029}", ..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// What tells instances apart.
enum InstanceNames {
    /// Without what all begin with: `instance-07` is `07`.
    static func short(_ names: [String]) -> [String] {
        guard names.count > 1, let first = names.first else { return names }
        var common = first.count
        for name in names { common = min(common, zip(first, name).prefix { $0 == $1 }.count) }
        // Digits are not torn apart.
        let shared = Array(first.prefix(common))
        let kept = shared.reversed().prefix { $0.isNumber }.count
        return names.map { name in
            let rest = String(name.dropFirst(common - kept))
            return rest.isEmpty ? name : rest
        }
    }
}
