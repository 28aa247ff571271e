import Measurement

/// How long failovers took: their distribution, and where the time went.
enum FailoverPlots {
    static func distribution(_ summary: Summary) -> Plot? {
        let curves = summary.failoverCurves
        let values = curves.flatMap(\.steps).map(\.value)
        guard let least = values.min(), let most = values.max() else { return nil }
        // Where the largest is thirty times the smallest, one scale of equal steps hides the small ones.
        let isLogarithmic = least > 0 && most > least * 30
        let axis =
            isLogarithmic
            ? PlotAxis.logarithmic("failover_ms, milliseconds (logarithmic)", from: least, to: most)
            : Plot.Axis(label: "failover_ms, milliseconds", range: linear(from: least, to: most))
        var layers: [Plot.Layer] = []
        for (index, curve) in curves.enumerated() {
            let style = Plot.Style.category(index)
            let first = Plot.Point(x: curve.steps[0].value, y: 0)
            let points = curve.steps.map { Plot.Point(x: $0.value, y: 100 * $0.share) }
            let last = Plot.Point(x: axis.range.upperBound, y: 100)
            layers.append(.steps([first] + points + [last], style))
        }
        for (shape, label) in ["p50", "p90", "p99"].enumerated() {
            for (index, curve) in curves.enumerated() {
                guard let mark = curve.marks.first(where: { $0.label == label }) else { continue }
                let style = Plot.Style(colour: .category(index % Plot.Colour.categories))
                layers.append(.dots([Plot.Point(x: mark.value, y: 100 * mark.share)], style, shape: shape))
            }
        }
        let told = curves.map { curve in
            let marks = curve.marks.map { "\($0.label) \(PlotNumber.text($0.value)) ms" }.joined(separator: ", ")
            return "\(curve.name): \(Numbers.count(curve.count, "failover"))\(marks.isEmpty ? "" : ", " + marks)"
        }
        return Plot(
            id: "failover-distribution",
            title: "Failover by kind of fault: how many took no longer",
            description: told.joined(separator: "; "),
            x: axis,
            y: Plot.Axis(label: "percent of failovers", range: 0...100),
            layers: layers,
            key: curves.enumerated().map { index, curve in
                Plot.Key(text: "\(curve.name) (n = \(curve.count))", swatch: .line(.category(index)))
            }
                + ["p50", "p90", "p99"].enumerated().map { shape, label in
                    Plot.Key(text: label, swatch: .dot(Plot.Style(colour: .ink), shape: shape))
                }
        )
    }

    /// From zero, unless all lie far from it.
    private static func linear(from least: Double, to most: Double) -> ClosedRange<Double> {
        let margin = max((most - least) * 0.08, most * 0.02, 0.001)
        return (least > most * 0.3 ? max(0, least - margin) : min(0, least - margin))...(most + margin)
    }

    static let distributionColumns: [Page.Column] =
        [.word("fault")] + ["n", "faults", "min", "p50", "p90", "p99", "max"].map(Page.Column.number)

    /// `failover_ms` as in `summary.csv`.
    static func distributionTable(_ summary: Summary) -> Page.Table {
        let rows = summary.failoverCurves.compactMap { curve -> [String]? in
            summary.statistic("failover_ms", scope: "fault=\(curve.name)").map { row in
                [
                    curve.name, Cell.text(row.n), Cell.text(row.faults), row.min, row.p50, row.p90, row.p99, row.max,
                ]
            }
        }
        return Page.Table(columns: distributionColumns, rows: rows)
    }

    /// Where the longest is thirty times the shortest, each bar is drawn in parts of its own length.
    static func stages(_ bars: [StageBar]) -> Plot? {
        let totals = bars.compactMap { $0.failover.stages?.total }
        guard let most = totals.max(), let least = totals.min(), most > .zero else { return nil }
        let isShare = most > max(least, .microseconds(1)) * 30
        var boxes: [[Plot.Box]] = [[], [], [], []]
        for (index, bar) in bars.enumerated() {
            guard let stages = bar.failover.stages, stages.total > .zero else { continue }
            let middle = Double(bars.count - index)
            let unit = isShare ? stages.total / 100 : .milliseconds(1)
            let detect = stages.detect ?? .zero
            let acquire = stages.acquire ?? .zero
            let promote = stages.promote ?? .zero
            // What is not told of lies before what is.
            let parts = [stages.total - detect - acquire - promote, detect, acquire, promote]
            var reached = 0.0
            for (part, length) in parts.enumerated() where length > .zero {
                let end = reached + length / unit
                boxes[part].append(Plot.Box(x: reached...end, y: middle - 0.36...middle + 0.36))
                reached = end
            }
        }
        let used = stageStyles.indices.filter { !boxes[$0].isEmpty }
        return Plot(
            id: "failover-stages",
            title: "Stages of the failovers at the percentiles",
            description: "Stacked from left to right: detect, acquire, promote. The table beside it has the figures.",
            x: isShare
                ? Plot.Axis(label: "percent of the failover", range: 0...100)
                : Plot.Axis(
                    label: "milliseconds since the fault",
                    range: 0...max(most / .milliseconds(1) * 1.03, 0.001)
                ),
            y: Plot.Axis(
                label: "",
                range: 0.4...Double(bars.count) + 0.6,
                ticks: bars.indices.map { .label(Double(bars.count - $0), $0) }
            ),
            layers: used.map { .boxes(boxes[$0], stageStyles[$0].1) },
            key: used.map { Plot.Key(text: stageStyles[$0].0, swatch: .box(stageStyles[$0].1)) },
            labels: bars.map { bar in
                "\(bar.kind) \(bar.label)" + (isShare ? ", \(Cell.ms(bar.failover.stages?.total, digits: 0)) ms" : "")
            },
            rows: bars.count
        )
    }

    private static let stageStyles: [(String, Plot.Style)] = [
        ("not told", Plot.Style(colour: .band)), ("detect", Plot.Style(colour: .category(0))),
        ("acquire", Plot.Style(colour: .category(6))), ("promote", Plot.Style(colour: .category(2))),
    ]

    static func stageTable(_ bars: [StageBar]) -> Page.Table {
        Page.Table(
            columns: [.word("fault"), .word("figure"), .word("fault_id"), .word("role")]
                + ["detect_ms", "acquire_ms", "promote_ms", "failover_ms"].map(Page.Column.number),
            rows: bars.map { bar in
                let stages = bar.failover.stages
                return [
                    bar.kind, bar.label, String(bar.failover.fault.id), bar.failover.old.role, Cell.ms(stages?.detect),
                    Cell.ms(stages?.acquire), Cell.ms(stages?.promote), Cell.ms(stages?.total),
                ]
            }
        )
    }
}

/// Axes whose ticks are round numbers.
enum PlotAxis {
    /// Ticks at 1, 2 and 5 times powers of ten, or at the powers alone where these are many.
    static func logarithmic(_ label: StaticString, from least: Double, to most: Double) -> Plot.Axis {
        var ticks: [Double] = []
        var power = 1e-3
        while power <= most * 10 {
            ticks += [power, 2 * power, 5 * power]
            power *= 10
        }
        let low = ticks.last { $0 <= least } ?? least
        let high = ticks.first { $0 >= most } ?? most
        ticks = ticks.filter { $0 >= low && $0 <= high }
        if ticks.count > 12 { ticks = ticks.enumerated().filter { isPower($0.element) }.map(\.element) }
        return Plot.Axis(
            label: label,
            range: low...max(high, low * 2),
            isLogarithmic: true,
            ticks: ticks.map(Plot.Tick.number)
        )
    }

    private static func isPower(_ value: Double) -> Bool {
        var power = 1e-3
        while power < value * 0.9 { power *= 10 }
        return abs(power - value) < power * 1e-6
    }

    /// Seconds since `run_started`.
    static func time(_ buckets: TimeBuckets) -> Plot.Axis {
        Plot.Axis(label: "seconds into the run", range: 0...buckets.span.length / .seconds(1))
    }
}
