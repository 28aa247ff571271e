package import Measurement

/// A part of a page, found by its `id`: a live page replaces the content of the section alone.
package struct HTMLSection: Sendable {
    package enum Block: Sendable {
        case paragraph(String)
        case note(String)
        case facts([Page.Fact])
        case table(Page.Table, caption: String)
        case list([String])
        /// Code or an account, as it stands.
        case preformatted(String)
        case figure(HTMLFigure)
        /// Small ones beside each other, with one table for all.
        case figures([HTMLFigure], table: Page.Table, caption: String)
        case link(String, to: String)
        /// Open in print.
        case details(String, [Block])
        case timeline(TimelineData)
    }

    package var id: String
    package var title: String
    package var blocks: [Block]

    package init(id: String, title: String, blocks: [Block]) {
        self.id = id
        self.title = title
        self.blocks = blocks
    }

    /// A section of the terminal's page with all that it says.
    package init(_ section: Page.Section) {
        self.init(id: Self.id(of: section.title), title: section.title, blocks: [])
        if !section.note.isEmpty { blocks.append(.note(section.note)) }
        if let table = section.table, !table.rows.isEmpty { blocks.append(.table(table, caption: section.title)) }
        if !section.facts.isEmpty { blocks.append(.facts(section.facts)) }
        if !section.remarks.isEmpty { blocks.append(.list(section.remarks)) }
    }

    /// `Store operations` is `store-operations`.
    static func id(of title: String) -> String {
        let words = title.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return words.joined(separator: "-").lowercased()
    }
}

/// A plot with its key and, for who can't see it, its figures as a table.
package struct HTMLFigure: Sendable {
    package var plot: Plot
    /// Nil where there is no gnuplot.
    package var drawing: PlotDrawing?
    package var caption: String
    /// Nil where another table has them.
    package var table: Page.Table?

    package init(_ plot: Plot, drawing: PlotDrawing?, caption: String, table: Page.Table? = nil) {
        self.plot = plot
        self.drawing = drawing
        self.caption = caption
        self.table = table
    }
}
