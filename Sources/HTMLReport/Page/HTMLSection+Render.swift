import Measurement

extension HTMLSection {
    package var html: HTML {
        .element(
            "section",
            ["id": id, "aria-labelledby": "\(id)-title"],
            [.element("h2", ["id": "\(id)-title"], HTML(title))] + blocks.map { $0.html(in: id) }
        )
    }
}

extension HTMLSection.Block {
    func html(in section: String) -> HTML {
        switch self {
        case .paragraph(let text): return .element("p", HTML(text))
        case .note(let text): return .element("p", ["class": "note"], HTML(text))
        case .facts(let facts): return Self.facts(facts)
        case .table(let table, let caption): return table.html(caption: caption)
        case .list(let items):
            return .element("ul", items.map { .element("li", HTML($0)) })
        case .preformatted(let text):
            return .element("pre", ["tabindex": "0"], HTML(text))
        case .figure(let figure): return figure.html
        case .figures(let figures, let table, let caption):
            return .element("div", ["class": "small-figures"], figures.map(\.html))
                + .element("details", .element("summary", HTML("Figures: \(caption)")), table.html(caption: caption))
        case .link(let title, let address):
            return .element("p", .element("a", ["href": address], HTML(title)))
        case .details(let summary, let blocks):
            return .element(
                "details",
                [.element("summary", HTML(summary))] + blocks.map { $0.html(in: section) }
            )
        case .timeline(let data): return TimelineView(data).html
        }
    }

    private static func facts(_ facts: [Page.Fact]) -> HTML {
        .element(
            "dl",
            ["class": "facts"],
            facts.map { fact in
                .element(
                    "div",
                    ["class": fact.tone.name],
                    .element("dt", HTML(fact.label)),
                    .element("dd", fact.tone.mark, HTML(fact.value))
                )
            }
        )
    }
}

extension Page.Tone {
    var name: String {
        switch self {
        case .plain: "plain"
        case .good: "good"
        case .doubtful: "doubtful"
        case .bad: "bad"
        }
    }

    /// For who can't tell the colours apart.
    var mark: HTML {
        switch self {
        case .plain: .empty
        case .good: .element("span", ["class": "mark", "aria-hidden": "true"], HTML("✓ "))
        case .doubtful: .element("span", ["class": "mark", "aria-hidden": "true"], HTML("? "))
        case .bad: .element("span", ["class": "mark", "aria-hidden": "true"], HTML("✗ "))
        }
    }
}

extension Page.Table {
    /// It scrolls by itself where the page is narrow; the first column heads its row.
    func html(caption: String) -> HTML {
        let head = columns.map { column in
            HTML.element(
                "th",
                ["scope": "col", "class": column.isNumber ? "number" : ""],
                HTML(String(column.title.map { $0 == "\n" ? " " : $0 }))
            )
        }
        let body = rows.map { row in
            let cells = shown(row)
            return HTML.element(
                "tr",
                zip(columns, cells).enumerated().map { index, cell in
                    index == 0
                        ? .element("th", ["scope": "row"], HTML(cell.1))
                        : .element("td", ["class": cell.0.isNumber ? "number" : ""], HTML(cell.1))
                }
            )
        }
        return .element(
            "div",
            ["class": "scroll", "tabindex": "0", "role": "group", "aria-label": caption],
            .element(
                "table",
                .element("caption", HTML(caption)),
                .element("thead", .element("tr", head)),
                .element("tbody", body)
            )
        )
    }
}

extension HTMLFigure {
    var html: HTML {
        let key = plot.key.isEmpty ? HTML.empty : .element("ul", ["class": "key"], plot.key.map(\.html))
        let figures = table.map { table in
            HTML.element(
                "details",
                .element("summary", HTML("Figures: \(plot.title)")),
                table.html(caption: plot.title)
            )
        }
        let title = HTML.element("p", ["class": "figure-title"], HTML(plot.title))
        guard let drawing else { return .element("div", ["class": "figure"], title, figures ?? .empty) }
        return .element(
            "figure",
            ["id": "plot-\(plot.id)"],
            title,
            key,
            drawing.html,
            .element("figcaption", HTML(caption)),
            figures ?? .empty
        )
    }
}
