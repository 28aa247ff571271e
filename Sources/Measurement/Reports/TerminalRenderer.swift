/// How a terminal's text is set.
package enum TextStyle: Hashable, Sendable {
    case plain
    /// With ANSI colours.
    case colour
}

/// Lays a page out in monospaced lines of at most ``width`` columns.
struct TerminalRenderer {
    private enum Weight: String {
        case bold = "1"
        case faint = "2"
        case red = "1;31"
        case green = "32"
        case greenVerdict = "1;32"
        case yellow = "33"
        case yellowVerdict = "1;33"
    }

    static let width = 100
    private static let mostReasons = 12
    private let style: TextStyle
    private var lines: [String] = []

    static func text(_ page: Page, style: TextStyle) -> String {
        var renderer = TerminalRenderer(style: style)
        renderer.render(page)
        return renderer.lines.joined(separator: "\n") + "\n"
    }

    private init(style: TextStyle) {
        self.style = style
    }

    private mutating func render(_ page: Page) {
        lines.append(set(page.title, .bold))
        for line in Self.wrap(page.subtitle, separator: " · ") { lines.append(set(line, .faint)) }
        for section in page.sections { render(section) }
        lines.append("")
        lines.append(set("Verdict: \(page.verdict)", verdictWeight(page.tone)))
        for reason in page.reasons.prefix(Self.mostReasons) { append(reason, bullet: "  - ") }
        if page.reasons.count > Self.mostReasons {
            lines.append(
                "  - and \(page.reasons.count - Self.mostReasons) more: violations.csv and summary.md have them"
            )
        }
    }

    private mutating func render(_ section: Page.Section) {
        lines.append("")
        let note = section.note.isEmpty ? "" : "  " + set(section.note, .faint)
        lines.append(set(section.title, .bold) + note)
        if let table = section.table, !table.rows.isEmpty { render(table) }
        let width = section.facts.map(\.label.count).max() ?? 0
        for fact in section.facts {
            append(fact.value, bullet: "  " + Self.pad(fact.label, to: width, right: false) + "  ", weight(fact.tone))
        }
        for remark in section.remarks { append(remark, bullet: "  ") }
    }

    private mutating func render(_ table: Page.Table) {
        let cells = table.rows.map { table.shown($0) }
        let titles = table.columns.map { $0.title.split(separator: "\n").map(String.init) }
        let widths = table.columns.indices.map { column in
            (titles[column] + cells.map { $0[column] }).map(\.count).max() ?? 0
        }
        // A narrower gap is better than a broken line.
        let isWide = 2 + widths.reduce(0, +) + 2 * (widths.count - 1) > Self.width
        let gap = isWide ? " " : "  "
        func line(_ row: [String]) -> String {
            let padded = row.indices.map { Self.pad(row[$0], to: widths[$0], right: table.columns[$0].isNumber) }
            return Self.trimEnd("  " + padded.joined(separator: gap))
        }
        let height = titles.map(\.count).max() ?? 0
        for level in 0..<height {
            // Short titles stand at the bottom.
            let parts = titles.map { lines in
                let index = level - (height - lines.count)
                return index >= 0 ? lines[index] : ""
            }
            lines.append(set(line(parts), .faint))
        }
        var previous: String?
        for row in cells {
            // A name is said once for all rows below it.
            lines.append(line([row[0] == previous ? "" : row[0]] + row.dropFirst()))
            previous = row[0]
        }
    }

    private mutating func append(_ text: String, bullet: String, _ weight: Weight? = nil) {
        let words = text.split(separator: " ").map(String.init)
        let indent = String(repeating: " ", count: bullet.count)
        for (index, line) in Self.wrap(words, separator: " ", width: Self.width - bullet.count).enumerated() {
            lines.append((index == 0 ? bullet : indent) + set(line, weight))
        }
    }

    private func weight(_ tone: Page.Tone) -> Weight? {
        switch tone {
        case .plain: nil
        case .good: .green
        case .doubtful: .yellow
        case .bad: .red
        }
    }

    private func verdictWeight(_ tone: Page.Tone) -> Weight {
        switch tone {
        case .plain: .bold
        case .good: .greenVerdict
        case .doubtful: .yellowVerdict
        case .bad: .red
        }
    }

    private func set(_ text: String, _ weight: Weight?) -> String {
        guard style == .colour, let weight else { return text }
        return "\u{1B}[\(weight.rawValue)m\(text)\u{1B}[0m"
    }

    private static func pad(_ text: String, to width: Int, right: Bool) -> String {
        let spaces = String(repeating: " ", count: max(0, width - text.count))
        return right ? spaces + text : text + spaces
    }

    private static func trimEnd(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }

    /// Joins pieces into lines no longer than `width`; a piece that is longer by itself stands alone.
    private static func wrap(_ pieces: [String], separator: String, width: Int = width) -> [String] {
        var lines: [String] = []
        for piece in pieces {
            if let last = lines.last, last.count + separator.count + piece.count <= width {
                lines[lines.count - 1] = last + separator + piece
            } else {
                lines.append(piece)
            }
        }
        return lines
    }
}
