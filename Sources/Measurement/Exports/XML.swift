/// An element of XML 1.0, written with two spaces a level.
struct XMLElement {
    private let name: String
    private let attributes: [(name: String, value: String)]
    private let children: [XMLElement]
    private let text: String?

    init(_ name: String, _ attributes: [(String, String)] = [], _ children: [XMLElement]) {
        self.name = name
        self.attributes = attributes.map { ($0, $1) }
        self.children = children
        text = nil
    }

    /// - Parameter text: what stands between its tags, if anything.
    init(_ name: String, _ attributes: [(String, String)] = [], text: String? = nil) {
        self.name = name
        self.attributes = attributes.map { ($0, $1) }
        children = []
        self.text = text
    }

    var document: String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + lines(0).joined(separator: "\n") + "\n" }

    private func lines(_ level: Int) -> [String] {
        let indent = String(repeating: "  ", count: level)
        let start = "\(indent)<\(name)" + attributes.map { " \($0.name)=\"\(Self.escaped($0.value))\"" }.joined()
        if let text { return ["\(start)>\(Self.escaped(text, keepsLines: true))</\(name)>"] }
        if children.isEmpty { return ["\(start)/>"] }
        return ["\(start)>"] + children.flatMap { $0.lines(level + 1) } + ["\(indent)</\(name)>"]
    }

    /// What XML's grammar forbids, such as control characters, becomes U+FFFD. In an attribute a line's end would be read as a space.
    static func escaped(_ text: String, keepsLines: Bool = false) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&apos;"
            case "\n" where keepsLines: result += "\n"
            case "\t", "\n", "\r": result += "&#\(scalar.value);"
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
