import Foundation
import Measurement
import Testing

@testable import HTMLReport

/// Roles, instances and messages come from outside, and may be anything.
struct HostileNamesTests {
    static let names = [
        #""><script>alert(1)</script>"#, "\"\u{301} onmouseover=alert(1) x=\"",
        "'\u{200D}><img src=x onerror=alert(1)>",
        "</script><script>alert(2)</script>", "`touch /tmp/x` $(touch /tmp/x) system('x')",
        "a\nb'\nset output 'x'\n@1@",
        "&lt;b&gt; @0@ rgb(1,241,0) url(http://example.com)", "<!--", "{{x}}",
    ]

    /// Drawn once for all names.
    private static let plain = Task { Markup(await page(of: "plain")) }

    private static func page(of name: String) async -> [UInt8] {
        var story = Tale.eventful(role: name, instances: [name + "1", name + "2", name + "3"])
        story.lead("s", name + "1", 1, term: 200, from: .milliseconds(100))
        story.demote("s", name + "1", 1, term: 200, at: .milliseconds(400))
        story.add(.warning, at: .seconds(1)) { $0.message = name }
        story.fault(50, name, name + "3", at: .seconds(20), detail: name)
        var run = Story.run(roles: [name, "s"], faults: ["kill", name])
        run.name = name
        run.kernel = name
        run.serverVersions = [name]
        run.settings.scenario = name
        return await HTMLReport.page(RunReport(run, story.history)).bytes
    }

    @Test(arguments: names)
    func `No name makes markup`(name: String) async throws {
        let page = Markup(await Self.page(of: name))
        let plain = await Self.plain.value
        #expect(Set(page.tags.map(\.name)).isSubset(of: Set(plain.tags.map(\.name))))
        let attributes = Set(plain.tags.flatMap { $0.attributes.map(\.name) })
        #expect(Set(page.tags.flatMap { $0.attributes.map(\.name) }).isSubset(of: attributes))
        #expect(page.tags(named: "script").count == 2)
        // By bytes: a combining mark makes one character of itself and whatever stands before it.
        #expect(Array(page.text.utf8).contains(Array(name.utf8)))
        #expect(page.tags(named: "figure").count == plain.tags(named: "figure").count, "every plot is drawn")
    }

    @Test(arguments: names)
    func `No name is among what gnuplot is told`(name: String) {
        let story = Tale.eventful(role: name, instances: [name + "1", name + "2", name + "3"])
        let report = RunReport(Story.run(roles: [name, "s"], faults: ["kill", name]), story.history)
        let plain = RunReport(Story.run(roles: ["r", "s"], faults: ["kill", "x"]), Tale.eventful().history)
        func scripts(_ report: RunReport) -> [String] {
            RunPage(report).plots.map { plot in
                var plot = plot
                plot.labels = plot.labels.map { _ in "label" }
                return PlotScript.text(plot, .wide)
            }
        }
        #expect(scripts(report) == scripts(plain))
    }

    @Test(arguments: names)
    func `The timeline's data is JSON that nothing in it ends`(name: String) throws {
        let text = "[" + TimelineJSON.string(name) + "]"
        #expect(try JSONDecoder().decode([String].self, from: Data(text.utf8)) == [name])
        #expect(!text.contains("<"))
    }

    @Test func `A page asks for nothing from outside, and its policy would not let it`() async throws {
        let bytes = await HTMLReport.page(Tale.report(Tale.unsafe())).bytes
        let page = Markup(bytes)
        for tag in page.tags {
            for attribute in tag.attributes
            where ["src", "href", "action", "data", "poster", "srcset"].contains(attribute.name) {
                #expect(attribute.value.hasPrefix("#"), "\(tag.name) \(attribute.name)=\(attribute.value)")
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            !text.contains("http:") && !text.contains("https:") && !text.contains("@import") && !text.contains("url(")
        )
        let policy = try #require(
            page.tags(named: "meta").first { $0["http-equiv"] == "Content-Security-Policy" }?["content"]
        )
        #expect(policy.hasPrefix("default-src 'none'; script-src 'sha256-"))
        #expect(!text.contains(" on\("click")="), "no handler stands in markup")
    }

    @Test func `Ids are unique, and what refers to one finds it`() async {
        let page = Markup(await HTMLReport.page(Tale.report(Tale.unsafe())).bytes)
        #expect(Set(page.ids).count == page.ids.count)
        let ids = Set(page.ids)
        for tag in page.tags {
            for id in (tag["aria-labelledby"] ?? "").split(separator: " ") { #expect(ids.contains(String(id))) }
            if let address = tag["href"], address.hasPrefix("#") { #expect(ids.contains(String(address.dropFirst()))) }
        }
    }
}
