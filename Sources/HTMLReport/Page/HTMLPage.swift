package import Measurement

/// A whole page: what it is of, its verdict first, and sections. It opens from disk and asks for nothing: its policy forbids
/// every connection, and of scripts lets the page's own run alone.
package struct HTMLPage: Sendable {
    package var title: String
    package var subtitle: [String]
    package var verdict: String
    package var tone: Page.Tone
    package var reasons: [String]
    /// The few figures that everybody asks for.
    package var headline: [Page.Fact]
    /// What was amiss with the page itself, such as a plot that could not be drawn.
    package var notices: [String]
    package var sections: [HTMLSection]
    /// It follows the server that it comes from: what is at its root, and what its `events` tell.
    package var isLive = false

    package init(_ page: Page, headline: [Page.Fact] = [], notices: [String] = [], sections: [HTMLSection]) {
        title = page.title
        subtitle = page.subtitle
        verdict = page.verdict
        tone = page.tone
        reasons = page.reasons
        self.headline = headline
        self.notices = notices
        self.sections = sections
    }

    private static let reasonsAtOnce = 5
    private static let mostReasons = 200
    static let style = String(decoding: PackageResources.report_css, as: UTF8.self)
    static let script = String(decoding: PackageResources.painter_js + PackageResources.timeline_js, as: UTF8.self)
    static let liveScript = String(decoding: PackageResources.live_js, as: UTF8.self)

    /// The same page gives the same bytes.
    package var bytes: [UInt8] { Array(("<!DOCTYPE html>\n" + html.text + "\n").utf8) }

    private var hasTimeline: Bool {
        sections.contains { $0.blocks.contains { if case .timeline = $0 { true } else { false } } }
    }

    private var scripts: [String] { (hasTimeline || isLive ? [Self.script] : []) + (isLive ? [Self.liveScript] : []) }

    private var policy: String {
        let hashes = scripts.map { "'sha256-\(SHA256.base64(Array($0.utf8)))'" }
        let allowed = hashes.isEmpty ? "'none'" : hashes.joined(separator: " ")
        let connections = isLive ? "; connect-src 'self'" : ""
        return
            "default-src 'none'; script-src \(allowed); style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
            + connections
    }

    private var html: HTML {
        let head = HTML.element(
            "head",
            .trusted("<meta charset=\"utf-8\">"),
            .trusted("<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">"),
            .trusted("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"),
            .trusted("<meta name=\"color-scheme\" content=\"light dark\">"),
            .element("title", HTML(title)),
            .element("style", .trusted(Self.style))
        )
        let live = HTML.element("p", ["id": "live", "role": "status"], HTML("The run goes on."))
        return .element(
            "html",
            ["lang": "en"],
            head,
            .element(
                "body",
                .element("a", ["class": "skip", "href": "#content"], HTML("Skip to the figures")),
                isLive ? live : .empty,
                header,
                navigation,
                .element("main", ["id": "content"], sections.map(\.html)),
                .joined(scripts.map { .element("script", .trusted($0)) })
            )
        )
    }

    /// Title, verdict with its reasons, and the headline's figures.
    package var header: HTML {
        .element(
            "header",
            ["id": "top"],
            .element("h1", HTML(title)),
            .element("p", ["class": "verdict \(tone.name)", "role": "status"], tone.mark, HTML("Verdict: \(verdict)")),
            reasonList,
            .element("p", ["class": "subtitle"], HTML(subtitle.joined(separator: " · "))),
            .joined(notices.map { .element("p", ["class": "notice"], HTML($0)) }),
            headline.isEmpty ? .empty : .element("dl", ["class": "headline"], headline.map(Self.tile))
        )
    }

    /// A few at once, the others when asked for.
    private var reasonList: HTML {
        func list(_ reasons: some Sequence<String>) -> HTML {
            .element("ul", ["class": "reasons"], reasons.map { .element("li", HTML($0)) })
        }
        if reasons.isEmpty { return .empty }
        let shown = list(reasons.prefix(Self.reasonsAtOnce))
        let rest = reasons.dropFirst(Self.reasonsAtOnce)
        if rest.isEmpty { return shown }
        let told = list(rest.prefix(Self.mostReasons))
        let omitted = rest.count - Self.mostReasons
        let more =
            omitted > 0
            ? HTML.element("p", HTML("And \(omitted) more: all violations stand in violations.csv.")) : .empty
        return shown
            + .element("details", .element("summary", HTML("\(Numbers.count(rest.count, "more reason"))")), told, more)
    }

    private static func tile(_ fact: Page.Fact) -> HTML {
        .element(
            "div",
            ["class": fact.tone.name],
            .element("dt", HTML(fact.label)),
            .element("dd", fact.tone.mark, HTML(fact.value))
        )
    }

    private var navigation: HTML {
        let links = sections.map { section in
            HTML.element("li", .element("a", ["href": "#\(section.id)"], HTML(section.title)))
        }
        return .element("nav", ["aria-label": "Sections"], .element("ul", links))
    }
}
