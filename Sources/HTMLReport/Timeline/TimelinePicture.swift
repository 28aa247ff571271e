import Measurement

/// The whole timeline as a still SVG, without axes that move.
struct TimelinePicture {
    private static let left = 120.0
    private static let width = 840.0
    private static let top = 30.0
    private static let lane = 14.0

    private let data: TimelineData

    init(_ data: TimelineData) { self.data = data }

    var html: HTML {
        let height = Self.top + Self.lane * Double(data.lanes.count) + 26
        let summary =
            "Who led each of \(Numbers.count(data.lanes.count, "role")) over \(TimelineView.milliseconds(data.length)) ms; "
            + "the list of events below tells of faults, failovers and violations."
        return .element(
            "svg",
            [
                "viewBox": "0 0 \(number(Self.left + Self.width + 10)) \(number(height))", "role": "img",
                "aria-labelledby": "timeline-picture-title",
            ],
            [.element("title", ["id": "timeline-picture-title"], HTML(summary))]
                + bands + data.instances.indices.prefix(Plot.Colour.categories).compactMap(terms)
                + [
                    path("gap", data.lanes.map(\.gaps), least: 1.2),
                    path("violation", data.lanes.map(\.violations), least: 3),
                ]
                + labels + axis(height)
        )
    }

    private func number(_ value: Double) -> String {
        let text = Numbers.fixed(value, digits: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private func x(_ instant: Int64) -> Double {
        Self.left + Self.width * Double(max(0, min(instant, data.length))) / Double(max(1, data.length))
    }

    private func rectangle(_ stretch: TimelineData.Stretch, row: Double, height: Double, least: Double = 0.3) -> String
    {
        let start = x(stretch.start)
        let width = max(least, x(stretch.end) - start)
        return "M\(number(start)) \(number(row))h\(number(width))v\(number(height))h-\(number(width))z"
    }

    private func row(_ index: Int) -> Double { Self.top + Self.lane * Double(index) + 1 }

    private var bands: [HTML] {
        let height = Self.lane * Double(data.lanes.count) + 12
        return [("fault", data.faults.map(\.stretch)), ("outage", data.outages)].compactMap { name, stretches in
            if stretches.isEmpty { return nil }
            let shape = stretches.map { rectangle($0, row: Self.top - 12, height: height, least: 0.8) }.joined()
            return .element("path", ["class": "t-\(name)", "d": shape])
        }
    }

    /// One path for all instances of a colour.
    private func terms(_ colour: Int) -> HTML? {
        let shapes = data.lanes.enumerated().flatMap { index, lane in
            lane.segments.filter { $0.instance % Plot.Colour.categories == colour }.map {
                rectangle($0.belief, row: row(index), height: Self.lane - 3)
            }
        }
        if shapes.isEmpty { return nil }
        return .element("path", ["fill": Plot.Colour.category(colour).css, "d": shapes.joined()])
    }

    private func path(_ name: String, _ lanes: [[TimelineData.Stretch]], least: Double) -> HTML {
        let shapes = lanes.enumerated().flatMap { index, stretches in
            stretches.map { rectangle($0, row: row(index), height: Self.lane - 3, least: least) }
        }
        return shapes.isEmpty ? .empty : .element("path", ["class": "t-\(name)", "d": shapes.joined()])
    }

    private var labels: [HTML] {
        let short = InstanceNames.short(data.instances)
        return data.lanes.enumerated().flatMap { index, lane -> [HTML] in
            let base = number(row(index) + 9)
            let name = PlotLabel.shown(lane.role, .narrow)
            let role = HTML.element(
                "text",
                ["x": number(Self.left - 6), "y": base, "class": "t-role", "text-anchor": "end"],
                HTML(name)
            )
            let names = lane.segments.compactMap { segment -> HTML? in
                guard short.indices.contains(segment.instance) else { return nil }
                let text = short[segment.instance]
                let start = x(segment.belief.start)
                guard x(segment.belief.end) - start > 6 + 6 * Double(text.count) else { return nil }
                return .element(
                    "text",
                    [
                        "x": number(start + 3), "y": base, "class": "t-name",
                        "fill": "var(--t\(segment.instance % Plot.Colour.categories))",
                    ],
                    HTML(text)
                )
            }
            return [role] + names
        }
    }

    private func axis(_ height: Double) -> [HTML] {
        (0...4).map { part in
            let instant = data.length * Int64(part) / 4
            return .element(
                "text",
                ["x": number(x(instant)), "y": number(height - 8), "class": "t-axis", "text-anchor": "middle"],
                HTML("\(Numbers.fixed(Double(instant) / 1_000_000, digits: 1)) s")
            )
        }
    }
}
