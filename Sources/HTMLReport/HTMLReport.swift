package import Measurement

/// Reports as pages: `report.html` of a run, `comparison.html` of several.
package enum HTMLReport {
    package static let file = "report.html"
    package static let comparisonFile = "comparison.html"

    /// A run's page with its plots.
    ///
    /// - Parameter gnuplot: a name on PATH, or a path.
    package static func page(_ report: RunReport, gnuplot: String = "gnuplot") async -> HTMLPage {
        let run = RunPage(report)
        return run.page(await Gnuplot.draw(run.plots, program: gnuplot))
    }

    /// The runs of a comparison side by side, with links to their own pages.
    ///
    /// - Returns: nil where none of them was measured.
    package static func page(_ report: ComparisonReport) -> HTMLPage? {
        guard let page = report.table?.page else { return nil }
        let links = report.runs.map { run -> HTMLSection.Block in
            guard case .measured = run.state else { return .paragraph(run.line) }
            return .link(run.line, to: "\(pathComponent(run.label))/\(file)")
        }
        let command: [HTMLSection.Block] = [
            .paragraph("This command repeats them all:"), .preformatted(report.description.repeatCommand),
        ]
        return HTMLPage(
            page,
            sections: [HTMLSection(id: "runs", title: "Runs", blocks: links)] + page.sections.map { HTMLSection($0) }
                + [HTMLSection(id: "settings", title: "Settings", blocks: command)]
        )
    }

    /// A folder's name in a relative address (RFC 3986): what may not stand there is written as `%` and two digits.
    private static func pathComponent(_ name: String) -> String {
        let digits = Array("0123456789ABCDEF")
        let escaped = name.utf8.map { byte -> String in
            let scalar = Unicode.Scalar(byte)
            if byte < 0x80, scalar.properties.isAlphabetic || "0123456789-._~".unicodeScalars.contains(scalar) {
                return String(scalar)
            }
            return "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
        return "./" + escaped.joined()
    }
}
