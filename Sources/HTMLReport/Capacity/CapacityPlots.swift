import Measurement

/// What the cells of a sweep cost, and how well the model foretold each from the others.
struct CapacityPlots {
    private let report: CapacityReport

    init(_ report: CapacityReport) { self.report = report }

    var all: [Plot] { Self.quantities.compactMap(cost) + Self.quantities.compactMap(foretold) }

    /// Each quantity's own plots, over the size and against the model.
    func figures(_ drawings: Gnuplot.Drawings) -> [HTMLFigure] {
        all.map { HTMLFigure($0, drawing: drawings.byPlot[$0.id], caption: "") }
    }

    /// What both plots of a quantity show.
    var table: Page.Table {
        Page.Table(
            columns: [.word("cost"), .word("cell")] + ["measured", "foretold", "error %"].map(Page.Column.number),
            rows: Self.quantities.flatMap { quantity in
                (report.costs.fits[quantity]?.leftOut ?? []).map { check in
                    [
                        "\(quantity.title), \(Self.unit(quantity))", check.label,
                        Numbers.fixed(check.measured, digits: 2),
                        Numbers.fixed(check.predicted, digits: 2), Numbers.fixed(check.error * 100, digits: 1),
                    ]
                }
            }
        )
    }

    private static let quantities: [CostQuantity] = [
        .processorInstances, .processorServers, .memoryInstances, .memoryServers,
    ]

    private static func isProcessor(_ quantity: CostQuantity) -> Bool {
        quantity == .processorInstances || quantity == .processorServers
    }

    private static func unit(_ quantity: CostQuantity) -> String { isProcessor(quantity) ? "% of a core" : "kB" }

    private static func id(_ quantity: CostQuantity) -> String { HTMLSection.id(of: quantity.title) }

    /// A point a fine cell, in another colour and shape for each ttl.
    private func cost(_ quantity: CostQuantity) -> Plot? {
        guard let fit = report.costs.fits[quantity] else { return nil }
        let ttls = report.costs.ttls
        let pairs = fit.points.map { Double($0.load.pairs) }
        let values = fit.points.map(\.value)
        guard let fewest = pairs.min(), let most = pairs.max(), let least = values.min(), let highest = values.max()
        else { return nil }
        let layers = ttls.enumerated().map { index, ttl in
            Plot.Layer.dots(
                fit.points.filter { $0.load.ttl == ttl }.map { .init(x: Double($0.load.pairs), y: $0.value) },
                .category(index),
                shape: index
            )
        }
        return Plot(
            id: "cost-\(Self.id(quantity))",
            title: "\(Self.sentence(quantity)): measured",
            description:
                "What each fine cell cost, by its instances times its roles. The table beside it has the figures.",
            x: PlotAxis.logarithmic("instances × roles", from: fewest, to: most),
            y: PlotAxis.logarithmic(Self.isProcessor(quantity) ? "% of a core" : "kB", from: least, to: highest),
            layers: layers,
            key: ttls.enumerated().map { index, ttl in
                .init(text: "ttl \(Numbers.short(ttl))", swatch: .dot(.category(index), shape: index))
            },
            isSmall: true
        )
    }

    /// On the line the model was right of a cell that it had not seen.
    private func foretold(_ quantity: CostQuantity) -> Plot? {
        let checks = report.costs.fits[quantity]?.leftOut.filter { $0.predicted > 0 } ?? []
        let values = checks.flatMap { [$0.measured, $0.predicted] }
        guard let least = values.min(), let most = values.max() else { return nil }
        let axis = PlotAxis.logarithmic(
            Self.isProcessor(quantity) ? "measured, % of a core" : "measured, kB",
            from: least,
            to: most
        )
        var other = axis
        other.label = Self.isProcessor(quantity) ? "foretold, % of a core" : "foretold, kB"
        let right = Plot.Style(colour: .ink, dash: 2, width: 1.5)
        let (low, high) = (axis.range.lowerBound, axis.range.upperBound)
        return Plot(
            id: "foretold-\(Self.id(quantity))",
            title: "\(Self.sentence(quantity)): foretold from the other cells",
            description: "Each cell as the model says that was fitted without it, against what was measured.",
            x: axis,
            y: other,
            layers: [
                .line([.init(x: low, y: low), .init(x: high, y: high)], right),
                .dots(checks.map { .init(x: $0.measured, y: $0.predicted) }, .category(0), shape: 0),
            ],
            key: [
                .init(text: "exactly right", swatch: .line(right)),
                .init(text: "a cell", swatch: .dot(.category(0), shape: 0)),
            ],
            isSmall: true
        )
    }

    private static func sentence(_ quantity: CostQuantity) -> String {
        quantity.title.prefix(1).uppercased() + quantity.title.dropFirst()
    }
}
