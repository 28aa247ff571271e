import Foundation
import FoundationXML
import Testing

/// JUnit XML as a reader has it, held against the rules of Jenkins's xUnit schema.
final class JUnit: NSObject, XMLParserDelegate {
    struct Case {
        var outcome: String?
        /// The outcome's message, else what it put out.
        var words = ""
    }

    /// By class and name.
    private(set) var cases: [String: Case] = [:]
    private(set) var properties: [String: String] = [:]
    private(set) var counts: [[String: Int]] = []
    private var path: [String] = []
    private var current: (key: String, value: Case)?
    private var text = ""
    private var problems: [String] = []

    init(_ text: String) throws {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        let isWhole = parser.parse()
        try #require(isWhole, "\(parser.parserError.map { "\($0)" } ?? "")")
        #expect(problems == [])
    }

    private static let parents = [
        "testsuites": "", "testsuite": "testsuites", "properties": "testsuite", "property": "properties",
        "testcase": "testsuite", "failure": "testcase", "error": "testcase", "skipped": "testcase",
    ]
    private static let counted: Set = ["tests", "failures", "errors", "skipped"]
    private static let needed = [
        "testsuite": ["name", "tests", "failures", "errors", "skipped", "time", "timestamp"],
        "testcase": ["name", "classname", "time"], "property": ["name", "value"], "failure": ["message", "type"],
        "error": ["message", "type"],
    ]

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        if let parent = Self.parents[name], parent != path.last ?? "" { problems.append("\(name) in \(path)") }
        for attribute in Self.needed[name] ?? [] where attributes[attribute] == nil {
            problems.append("\(name) lacks \(attribute)")
        }
        path.append(name)
        text = ""
        switch name {
        case "testsuite":
            counts.append(attributes.filter { Self.counted.contains($0.key) }.compactMapValues { Int($0) })
        case "property": properties[attributes["name"] ?? ""] = attributes["value"]
        case "testcase":
            current = ("\(attributes["classname"] ?? "") \(attributes["name"] ?? "")", Case())
        case "failure", "error", "skipped":
            current?.value.outcome = name
            current?.value.words = attributes["message"] ?? ""
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        path.removeLast()
        if name == "system-out", path.last == "testcase", current?.value.outcome == nil { current?.value.words = text }
        guard name == "testcase", let made = current else { return }
        cases[made.key] = made.value
        current = nil
    }
}
