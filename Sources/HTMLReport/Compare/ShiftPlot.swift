import Measurement

/// By how much each measure that decides has shifted, with its interval, and what would not matter.
enum ShiftPlot {
    static func make(_ report: CompareReport) -> Plot? {
        let rows = rows(report)
        let ends = rows.flatMap { row in [row.lower, row.upper, -row.limit, row.limit, row.shift] }
        guard let least = ends.min(), let most = ends.max(), most > least else { return nil }
        let margin = (most - least) * 0.05
        func height(_ index: Int) -> Double { Double(rows.count - index) }
        let range = least - margin...most + margin
        let zero = Plot.Style(colour: .ink, dash: 2, width: 1.5)
        let band = Plot.Style(colour: .band)
        let boxes = rows.enumerated().map { index, row in
            Plot.Box(x: -row.limit...row.limit, y: height(index) - 0.35...height(index) + 0.35)
        }
        let intervals = rows.enumerated().flatMap { index, row -> [Plot.Point] in
            [.init(x: row.lower, y: height(index)), .init(x: row.upper, y: height(index)), .init(x: row.upper, y: nil)]
        }
        let shifts = rows.enumerated().map { index, row in Plot.Point(x: row.shift, y: height(index)) }
        return Plot(
            id: "shifts",
            title: "Shift of NEW against BASE",
            description:
                "A row a measure that decides: its shift and its interval. The table beside it has the figures.",
            x: Plot.Axis(label: "shift, % of BASE", range: range),
            y: Plot.Axis(
                label: "",
                range: 0.4...Double(rows.count) + 0.6,
                ticks: rows.indices.map { .label(height($0), $0) }
            ),
            layers: [
                .boxes(boxes, band), .line([.init(x: 0, y: 0.4), .init(x: 0, y: Double(rows.count) + 0.6)], zero),
                .line(intervals, .category(0)), .dots(shifts, .category(0), shape: 0),
            ],
            key: [
                .init(text: "shift", swatch: .dot(.category(0), shape: 0)),
                .init(text: "its interval", swatch: .line(.category(0))),
                .init(text: "does not matter", swatch: .box(band)),
            ],
            labels: rows.map(\.name),
            rows: rows.count
        )
    }

    private struct Row {
        var name: String
        /// All in percent of the base's figure.
        var shift: Double
        var lower: Double
        var upper: Double
        var limit: Double
    }

    private static func rows(_ report: CompareReport) -> [Row] {
        report.gated.compactMap { shift in
            func percent(_ value: Double?) -> Double? { shift.part(value).map { $0 * 100 } }
            guard let moved = percent(shift.shift), let lower = percent(shift.interval?.lower),
                let upper = percent(shift.interval?.upper), let limit = percent(shift.limit)
            else { return nil }
            return Row(name: "\(shift.name) \(shift.figure)", shift: moved, lower: lower, upper: upper, limit: limit)
        }
    }
}
