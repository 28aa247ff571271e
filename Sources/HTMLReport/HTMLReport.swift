package import Measurement

/// Reports as pages: `report.html` of a run, `comparison.html` of several, `capacity.html` of a sweep, `baseline.html`.
package enum HTMLReport {
    package static let file = "report.html"
    package static let comparisonFile = "comparison.html"
    package static let capacityFile = "capacity.html"
    package static let baselineFile = "baseline.html"

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
        return HTMLPage(
            page,
            sections: [HTMLSection(id: "runs", title: "Runs", blocks: links)] + page.sections.map { HTMLSection($0) }
                + [settings(report.description.repeatCommand, "This command repeats them all:")]
        )
    }

    /// A sweep's costs and its knee, with links to the cells' own pages.
    package static func page(_ report: CapacityReport, gnuplot: String = "gnuplot") async -> HTMLPage {
        let plots = CapacityPlots(report)
        let drawings = await Gnuplot.draw(plots.all, program: gnuplot)
        let figures = plots.figures(drawings)
        let costs: [HTMLSection.Block] = [
            .note("Cells that were fine. A cell is foretold by the model that is fitted to all the others."),
            .figures(figures, table: plots.table, caption: "What the cells cost, and what the model foretold"),
        ]
        let cells = report.cells.map { cell -> HTMLSection.Block in
            let line = "\(cell.label): \(cell.health.state.rawValue)"
            return cell.figures == nil ? .paragraph(line) : .link(line, to: "\(pathComponent(cell.label))/\(file)")
        }
        let page = report.page
        return HTMLPage(
            page,
            notices: drawings.notice.map { [$0] } ?? [],
            sections: page.sections.map { HTMLSection($0) }
                + (figures.isEmpty ? [] : [HTMLSection(id: "plots", title: "Plots", blocks: costs)])
                + [
                    HTMLSection(id: "runs", title: "Runs", blocks: cells),
                    settings(report.description.repeatCommand, "This command repeats the sweep:"),
                ]
        )
    }

    /// Whether a build's runs are worse than a baseline's.
    package static func page(_ report: CompareReport, gnuplot: String = "gnuplot") async -> HTMLPage {
        let plot = ShiftPlot.make(report)
        let drawings = await Gnuplot.draw([plot].compactMap(\.self), program: gnuplot)
        let page = report.page
        var sections = page.sections.map { HTMLSection($0) }
        if let plot, !sections.isEmpty {
            sections[0].blocks.insert(
                .figure(
                    HTMLFigure(plot, drawing: drawings.byPlot[plot.id], caption: "The table below has the figures.")
                ),
                at: 0
            )
        }
        return HTMLPage(page, notices: drawings.notice.map { [$0] } ?? [], sections: sections)
    }

    private static func settings(_ command: String, _ line: String) -> HTMLSection {
        HTMLSection(id: "settings", title: "Settings", blocks: [.paragraph(line), .preformatted(command)])
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
