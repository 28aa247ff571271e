import Measurement

/// What the processes used, and what they asked of the store, over time.
enum LoadPlots {
    static func resources(_ series: ResourceSeries) -> [Plot] {
        let figures: [(ResourceSeries.Figure, String, StaticString, Double)] = [
            (.processor, "Processor", "percent of one core", 1),
            (.memory, "Private memory", "megabytes (of 1024 kB)", 1024),
            (.threads, "Threads", "threads", 1), (.tasks, "Swift tasks", "tasks", 1),
        ]
        return figures.compactMap { figure, title, label, unit in
            let lines = series.lines.filter { $0.figure == figure }
            let most = lines.flatMap(\.values).compactMap(\.self).max() ?? 0
            guard !lines.isEmpty else { return nil }
            return Plot(
                id: "load-\(figure.rawValue)",
                title: title,
                description: "\(title) of all processes of a kind together, over time: "
                    + lines.map(\.kind.rawValue).joined(separator: ", ") + ". The table below has the figures.",
                x: PlotAxis.time(series.buckets),
                y: Plot.Axis(label: label, range: 0...max(most / unit * 1.08, 1)),
                layers: lines.map { line in
                    .line(series.buckets.points(line.values.map { $0.map { $0 / unit } }), style(line.kind))
                },
                key: lines.map { Plot.Key(text: $0.kind.rawValue, swatch: .line(style($0.kind))) },
                isSmall: true
            )
        }
    }

    private static func style(_ kind: SourceKind) -> Plot.Style {
        .category(SourceKind.allCases.firstIndex(of: kind) ?? 0)
    }

    static func resourceTable(_ series: ResourceSeries) -> Page.Table {
        let titles = series.lines.map { line in
            let unit: String
            switch line.figure {
            case .processor: unit = "processor, %"
            case .memory: unit = "private, kB"
            case .threads: unit = "threads"
            case .tasks: unit = "tasks"
            }
            return "\(line.kind.rawValue)\n\(unit)"
        }
        return Page.Table(
            columns: ([String("from, s")] + titles).map(Page.Column.number),
            rows: (0..<series.buckets.count).map { index in
                [Numbers.fixed(series.buckets.seconds(index), digits: 1)]
                    + series.lines.map { line in
                        Cell.number(line.values[index], digits: line.figure == .processor ? 2 : 1)
                    }
            }
        )
    }

    static func rates(_ series: OperationSeries) -> Plot? {
        let most = series.lines.flatMap(\.perSecond).max() ?? 0
        guard most > 0 else { return nil }
        return Plot(
            id: "operation-rates",
            title: "Store operations a second, over time",
            description: "Operations that ended, by kind: " + series.lines.map(\.operation).joined(separator: ", ")
                + ". The table beside it has the figures.",
            x: PlotAxis.time(series.buckets),
            y: Plot.Axis(label: "operations a second", range: 0...most * 1.08),
            layers: series.lines.enumerated().map { index, line in
                .line(series.buckets.points(line.perSecond), .category(index))
            },
            key: series.lines.enumerated().map { index, line in
                Plot.Key(text: line.operation, swatch: .line(.category(index)))
            }
        )
    }

    static func rateTable(_ series: OperationSeries) -> Page.Table {
        Page.Table(
            columns: (["from, s"] + series.lines.map(\.operation)).map(Page.Column.number),
            rows: (0..<series.buckets.count).map { index in
                [Numbers.fixed(series.buckets.seconds(index), digits: 1)]
                    + series.lines.map { Numbers.fixed($0.perSecond[index], digits: 1) }
            }
        )
    }

    /// `operation_us` of `summary.csv`: p50, p90, p99 and max of each operation on one line.
    static func latencies(_ summary: Summary) -> Plot? {
        let rows = summary.statistics.filter { $0.measure == "operation_us" && !$0.max.isEmpty }
        let parts: [(String, (Statistic) -> String)] = [
            ("p50", { $0.p50 }), ("p90", { $0.p90 }), ("p99", { $0.p99 }), ("max", { $0.max }),
        ]
        let values = rows.flatMap { row in parts.compactMap { Double($0.1(row)) } }.filter { $0 > 0 }
        guard let least = values.min(), let most = values.max() else { return nil }
        func height(_ index: Int) -> Double { Double(rows.count - index) }
        let spans = rows.enumerated().flatMap { index, row -> [Plot.Point] in
            let values = parts.compactMap { Double($0.1(row)) }.filter { $0 > 0 }
            guard let low = values.min(), let high = values.max() else { return [] }
            return [.init(x: low, y: height(index)), .init(x: high, y: height(index)), .init(x: high, y: nil)]
        }
        let dots = parts.enumerated().map { shape, part in
            let points = rows.enumerated().compactMap { index, row in
                Double(part.1(row)).flatMap { $0 > 0 ? Plot.Point(x: $0, y: height(index)) : nil }
            }
            return Plot.Layer.dots(points, Plot.Style(colour: .category(shape)), shape: shape)
        }
        return Plot(
            id: "operation-latencies",
            title: "Latency of store operations",
            description:
                "p50, p90, p99 and max of each operation on a logarithmic scale. The table above has the figures.",
            x: PlotAxis.logarithmic("microseconds (logarithmic)", from: least, to: most),
            y: Plot.Axis(
                label: "",
                range: 0.4...Double(rows.count) + 0.6,
                ticks: rows.indices.map { .label(height($0), $0) }
            ),
            layers: [.line(spans, Plot.Style(colour: .band, width: 4))] + dots,
            key: parts.enumerated().map { shape, part in
                Plot.Key(text: part.0, swatch: .dot(Plot.Style(colour: .category(shape)), shape: shape))
            },
            labels: rows.map { $0.scope.split(separator: "=").last.map(String.init) ?? $0.scope },
            rows: rows.count
        )
    }

    static func latencyTable(_ summary: Summary) -> Page.Table {
        Page.Table(
            columns: [.word("operation")] + ["n", "p50_us", "p90_us", "p99_us", "max_us"].map(Page.Column.number),
            rows: summary.statistics.filter { $0.measure == "operation_us" }.map { row in
                [
                    String(row.scope.split(separator: "=").last ?? ""), Cell.text(row.n), row.p50, row.p90, row.p99,
                    row.max,
                ]
            }
        )
    }
}

extension TimeBuckets {
    /// At the middle of each bucket.
    func points(_ values: [Double?]) -> [Plot.Point] {
        values.indices.map { index in
            Plot.Point(x: seconds(index) + self[index].length / .seconds(1) / 2, y: values[index])
        }
    }
}
