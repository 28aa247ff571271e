/// A page's markup as a browser would read it, as far as these pages go: every tag with its attributes, and the tables' cells.
struct Markup {
    struct Tag {
        var name: String
        var attributes: [(name: String, value: String)]

        subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }
    }

    var tags: [Tag] = []
    /// Of every table, its rows below the head.
    var tables: [[[String]]] = []
    var text = ""

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        var cell: String?
        func take(until byte: UInt8) -> String {
            let part = rest.prefix { $0 != byte }
            rest = rest[part.endIndex...].dropFirst()
            return String(decoding: part, as: UTF8.self)
        }
        while !rest.isEmpty {
            let between = Self.decoded(take(until: UInt8(ascii: "<")))
            text += between
            cell = cell.map { $0 + between }
            guard let first = rest.first else { break }
            // A browser takes anything else for text.
            let isTag =
                first == UInt8(ascii: "/") || first == UInt8(ascii: "!") || (0x41...0x5A).contains(first)
                || (0x61...0x7A).contains(first)
            guard isTag else { continue }
            let tag = Self.tag(&rest)
            switch tag.name {
            case "table": tables.append([])
            case "tr": tables[tables.count - 1].append([])
            case "/thead": tables[tables.count - 1].removeAll()
            case "td", "th": cell = ""
            case "/td", "/th":
                let table = tables.count - 1
                tables[table][tables[table].count - 1].append(cell ?? "")
                cell = nil
            default: break
            }
            if !tag.name.hasPrefix("/") { tags.append(tag) }
            // What is inside is no markup.
            if tag.name == "script" || tag.name == "style" {
                let end = rest.firstRange(of: Array("</\(tag.name)".utf8))?.lowerBound ?? rest.endIndex
                rest = rest[end...]
            }
        }
    }

    private static func tag(_ rest: inout ArraySlice<UInt8>) -> Tag {
        func isEnd(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: ">") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n")
        }
        let name = rest.prefix { !isEnd($0) }
        rest = rest[name.endIndex...]
        var tag = Tag(name: String(decoding: name, as: UTF8.self), attributes: [])
        while let next = rest.first, next != UInt8(ascii: ">") {
            if next == UInt8(ascii: " ") || next == UInt8(ascii: "\n") || next == UInt8(ascii: "\t")
                || next == UInt8(ascii: "/")
            {
                rest = rest.dropFirst()
                continue
            }
            let key = rest.prefix { $0 != UInt8(ascii: "=") && !isEnd($0) }
            rest = rest[key.endIndex...].drop { $0 == UInt8(ascii: " ") }
            var value: ArraySlice<UInt8> = []
            if rest.first == UInt8(ascii: "=") {
                rest = rest.dropFirst().drop { $0 == UInt8(ascii: " ") }
                if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                    value = rest.dropFirst().prefix { $0 != quote }
                    rest = rest[value.endIndex...].dropFirst()
                } else {
                    value = rest.prefix { !isEnd($0) }
                    rest = rest[value.endIndex...]
                }
            }
            tag.attributes.append(
                (String(decoding: key, as: UTF8.self), decoded(String(decoding: value, as: UTF8.self)))
            )
        }
        rest = rest.dropFirst()
        return tag
    }

    private static func decoded(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(text) { text, name in
                // By bytes: a combining mark behind a name is a character with its last letter.
                let bytes = Array(text.utf8).replacing(Array(name.0.utf8), with: Array(name.1.utf8))
                return String(decoding: bytes, as: UTF8.self)
            }
    }

    func tags(named name: String) -> [Tag] { tags.filter { $0.name == name } }
    var ids: [String] { tags.compactMap { $0["id"] } }

    /// Whether some table has the row, or begins one with it.
    func hasRow(_ cells: [String]) -> Bool { tables.contains { $0.contains { $0.starts(with: cells) } } }
}
