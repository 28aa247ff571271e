import Measurement

/// Who led how much over time, and how evenly.
enum LeadershipPlots {
    /// With more instances than a page has room for, those that led least are left out.
    static let mostRows = 100

    static func rows(_ series: LeadershipSeries) -> [Int] {
        let sums = series.roles.map { $0.reduce(0, +) }
        let most = series.instances.indices.sorted { (sums[$1], $0) < (sums[$0], $1) }.prefix(mostRows)
        return most.sorted()
    }

    /// A row an instance: the darker (in the dark, the lighter), the more roles.
    static func instances(_ series: LeadershipSeries) -> Plot? {
        let rows = rows(series)
        let most = rows.flatMap { series.roles[$0] }.max() ?? 0
        guard most > 0 else { return nil }
        let levels = Plot.Colour.mostLevels
        var boxes = [[Plot.Box]](repeating: [], count: levels + 1)
        for (position, row) in rows.enumerated() {
            let middle = Double(rows.count - position)
            let values = series.roles[row].map { $0 == 0 ? 0 : max(1, Int(($0 / most * Double(levels)).rounded(.up))) }
            var start = 0
            for index in values.indices where index + 1 == values.count || values[index + 1] != values[index] {
                defer { start = index + 1 }
                guard values[index] > 0 else { continue }
                let end = series.buckets.seconds(index) + series.buckets[index].length / .seconds(1)
                boxes[min(levels, values[index])].append(
                    Plot.Box(x: series.buckets.seconds(start)...end, y: middle - 0.44...middle + 0.44)
                )
            }
        }
        let used = (1...levels).filter { !boxes[$0].isEmpty }
        return Plot(
            id: "leadership-instances",
            title: "Roles led per instance over time",
            description:
                "A row an instance, the stronger the colour the more roles it led; at most \(PlotNumber.text(most)). "
                + "The table beside it has the figures.",
            x: PlotAxis.time(series.buckets),
            y: Plot.Axis(
                label: "",
                range: 0.4...Double(rows.count) + 0.6,
                ticks: rows.indices.map { .label(Double(rows.count - $0), $0) }
            ),
            layers: used.map { .boxes(boxes[$0], Plot.Style(colour: .level($0))) },
            key: used.map { level in
                let bound = Numbers.fixed(most * Double(level) / Double(levels), digits: 1)
                return Plot.Key(text: "≤ \(bound)", swatch: .box(Plot.Style(colour: .level(level))))
            },
            labels: rows.map { series.instances[$0] },
            rows: rows.count
        )
    }

    /// `distribution.csv`.
    static func instanceTable(_ analysis: Analysis) -> Page.Table {
        Page.Table(
            columns: [.word("instance")]
                + ["incarnations", "uptime_s", "roles_led_mean", "roles_led_max", "roles_led_end", "share"].map(
                    Page.Column.number
                ),
            rows: analysis.distribution.loads.map(\.cells)
        )
    }

    static func fairness(_ series: LeadershipSeries, _ summary: Summary) -> Plot? {
        let points = series.jain.indices.flatMap { index -> [Plot.Point] in
            let end = series.buckets.seconds(index) + series.buckets[index].length / .seconds(1)
            return [
                .init(x: series.buckets.seconds(index), y: series.jain[index]), .init(x: end, y: series.jain[index]),
            ]
        }
        guard series.jain.contains(where: { $0 != nil }) else { return nil }
        let time = PlotAxis.time(series.buckets)
        var layers: [Plot.Layer] = []
        var key = [Plot.Key(text: "Jain's index", swatch: .line(.category(0)))]
        let distribution = summary.analysis.distribution
        if let chance = distribution.chance {
            let style = Plot.Style(colour: .band)
            layers.append(.boxes([.init(x: time.range, y: chance.low...max(chance.low, chance.high))], style))
            let (low, high) = (Cell.number(chance.low, digits: 3), Cell.number(chance.high, digits: 3))
            key.append(.init(text: "by lot, 5–95 %: \(low) – \(high)", swatch: .box(style)))
        }
        if let best = distribution.best {
            let style = Plot.Style(colour: .ink, dash: 2, width: 1.5)
            layers.append(.line([.init(x: 0, y: best), .init(x: time.range.upperBound, y: best)], style))
            key.append(.init(text: "best of whole roles: \(Cell.number(best, digits: 3))", swatch: .line(style)))
        }
        layers.append(.line(points, .category(0)))
        return Plot(
            id: "leadership-fairness",
            title: "How evenly the roles lay over time",
            description:
                "Jain's index of the roles led per instance, 1 is even, against the band in which nine of ten draws by lot lie.",
            x: time,
            y: Plot.Axis(label: "Jain's index", range: 0...1.02),
            layers: layers,
            key: key
        )
    }

    static func fairnessTable(_ series: LeadershipSeries) -> Page.Table {
        Page.Table(
            columns: [.number("from, s"), .number("Jain")],
            rows: series.jain.indices.map { index in
                [Numbers.fixed(series.buckets.seconds(index), digits: 1), Cell.number(series.jain[index], digits: 3)]
            }
        )
    }
}
