/// Lays a page out as Markdown, with the same content as the terminal's.
enum MarkdownRenderer {
    private static let mostReasons = 200

    static func text(_ page: Page, run: RunDescription) -> String {
        let line = "Run `\(run.runID)`, started \(run.startedAt). To repeat it:"
        return text(page, origin: [line, "```sh\n\(run.repeatCommand)\n```"])
    }

    static func text(_ page: Page, runs: [(label: String, run: RunDescription)]) -> String {
        let list = runs.map { "- \(escaped($0.label)): run `\($0.run.runID)`, started \($0.run.startedAt)" }
        let commands = runs.map { "# \($0.label)\n\($0.run.repeatCommand)" }
        return text(
            page,
            origin: [list.joined(separator: "\n"), "```sh\n\(commands.joined(separator: "\n"))\n```"]
        )
    }

    /// - Parameter origin: blocks of Markdown that say where the figures come from.
    static func text(_ page: Page, origin: [String]) -> String {
        var blocks = ["# \(page.title)", "**Verdict: \(page.verdict)**"]
        if !page.reasons.isEmpty { blocks.append(list(page.reasons.prefix(mostReasons))) }
        if page.reasons.count > mostReasons {
            blocks.append("And \(page.reasons.count - mostReasons) more: all violations stand in `violations.csv`.")
        }
        blocks.append(page.subtitle.map(escaped).joined(separator: " · "))
        blocks += origin
        for section in page.sections {
            blocks.append("## \(section.title)")
            if !section.note.isEmpty { blocks.append(escaped(section.note)) }
            if let section = section.table, !section.rows.isEmpty { blocks.append(table(section)) }
            if !section.facts.isEmpty {
                blocks.append(
                    table(
                        Page.Table(
                            columns: [.word("figure"), .word("value")],
                            rows: section.facts.map { [$0.label, $0.value] }
                        )
                    )
                )
            }
            if !section.remarks.isEmpty { blocks.append(list(section.remarks)) }
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private static func table(_ table: Page.Table) -> String {
        let header = row(table.columns.map(\.title))
        let rule = row(table.columns.map { $0.isNumber ? "---:" : "---" }, isRule: true)
        return ([header, rule] + table.rows.map { row(table.shown($0)) }).joined(separator: "\n")
    }

    private static func row(_ cells: [String], isRule: Bool = false) -> String {
        "| " + cells.map { isRule ? $0 : escaped($0) }.joined(separator: " | ") + " |"
    }

    private static func list(_ items: some Sequence<String>) -> String {
        items.map { "- \(escaped($0))" }.joined(separator: "\n")
    }

    /// Names and messages come from outside: they must not end a cell or begin markup.
    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "|", "\\", "`", "*", "_", "<", ">", "[", "]", "#": result += "\\\(character)"
            case "\n", "\r", "\r\n": result += " "
            default: result.append(character)
            }
        }
    }
}
