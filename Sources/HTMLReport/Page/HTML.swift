/// A piece of HTML in which every text from outside is escaped: there is no other way to make one than these.
///
/// Not by swift-mustache 2.1.1: it escapes whole characters, and a quote with a combining mark behind it is another character
/// than a quote, so it passes and ends an attribute.
package struct HTML: Hashable, Sendable {
    package private(set) var text: String

    private init(unescaped text: String) { self.text = text }

    /// Text, whatever it holds.
    package init(_ text: String) { self.text = Self.escaped(text) }

    package static let empty = HTML(unescaped: "")

    /// Something that this module wrote itself: an embedded file, a plot whose labels are escaped.
    static func trusted(_ text: String) -> HTML { HTML(unescaped: text) }

    /// - Parameters:
    ///   - name: of an element that has an end tag, as a literal.
    ///   - attributes: names are literals; values may come from outside.
    package static func element(
        _ name: StaticString,
        _ attributes: KeyValuePairs<StaticString, String>,
        _ content: [HTML]
    ) -> HTML {
        var text = "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(escaped(value))\"" }
        text += ">"
        for piece in content { text += piece.text }
        return HTML(unescaped: text + "</\(name)>")
    }

    package static func element(
        _ name: StaticString,
        _ attributes: KeyValuePairs<StaticString, String>,
        _ content: HTML...
    ) -> HTML {
        element(name, attributes, content)
    }

    package static func element(_ name: StaticString, _ content: [HTML]) -> HTML { element(name, [:], content) }
    package static func element(_ name: StaticString, _ content: HTML...) -> HTML { element(name, [:], content) }

    package static func joined(_ pieces: [HTML], separator: String = "") -> HTML {
        HTML(unescaped: pieces.map(\.text).joined(separator: escaped(separator)))
    }

    package static func + (left: HTML, right: HTML) -> HTML { HTML(unescaped: left.text + right.text) }
    package static func += (left: inout HTML, right: HTML) { left.text += right.text }

    /// By bytes, not by characters; control characters, which no page may hold, become spaces.
    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            case UInt8(ascii: "\n"): bytes.append(byte)
            case ..<0x20, 0x7F: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
