import Measurement

/// gnuplot's commands for a plot. They hold numbers and literals alone.
struct PlotScript {
    enum Size: String, CaseIterable {
        case wide, narrow

        static func all(for plot: Plot) -> [Size] { plot.isSmall ? [.narrow] : [.wide, .narrow] }
    }

    /// What gnuplot prints before a plot.
    static let mark = "@@"

    private let plot: Plot
    private let size: Size
    private var lines: [String] = []

    /// - Returns: lines with their newlines.
    static func text(_ plot: Plot, _ size: Size) -> String {
        var script = PlotScript(plot, size)
        script.write()
        return script.lines.joined(separator: "\n") + "\n"
    }

    private init(_ plot: Plot, _ size: Size) {
        self.plot = plot
        self.size = size
    }

    private var height: Int {
        let least = size == .wide ? 340 : plot.isSmall ? 250 : 300
        return max(least, 90 + plot.rows * (size == .wide ? 16 : 14))
    }

    private mutating func write() {
        let width = size == .wide ? 960 : 400
        lines.append("reset")
        lines.append(
            "set terminal svg size \(width),\(height) dynamic noenhanced font \"sans-serif,\(size == .wide ? 14 : 12)\""
        )
        lines.append("set border 3")
        lines.append("set tics nomirror scale 0.5")
        lines.append("set grid lc rgb '\(Plot.Colour.grid)' lw 1 dt solid")
        lines.append("unset key")
        lines.append("set style fill solid 1 noborder")
        lines.append("set rmargin 3")
        write(plot.x, "x")
        write(plot.y, "y")
        if !plot.labels.isEmpty {
            lines.append("set lmargin \(PlotLabel.columns(plot.labels, size) + 3)")
            lines.append("unset ylabel")
        }
        for (index, layer) in plot.layers.enumerated() {
            lines += ["$d\(index) << EOD"] + layer.rows + ["EOD"]
        }
        lines.append("print '\(Self.mark)\(plot.id) \(size.rawValue)'")
        lines.append("plot " + plot.layers.enumerated().map { "$d\($0) \($1.command)" }.joined(separator: ", "))
        lines.append("unset output")
    }

    private mutating func write(_ axis: Plot.Axis, _ name: String) {
        // A quote within quotes is written twice.
        let label = "\(axis.label)".split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        lines.append("set \(name)label '\(label)'")
        let (low, high) = (PlotNumber.text(axis.range.lowerBound), PlotNumber.text(axis.range.upperBound))
        lines.append("set \(name)range [\(low):\(high)]")
        if axis.isLogarithmic { lines.append("set logscale \(name)") }
        if axis.ticks.isEmpty { return }
        let ticks = axis.ticks.map { tick in
            switch tick {
            case .number(let place): "'\(PlotNumber.text(place))' \(PlotNumber.text(place))"
            case .label(let place, let label): "'\(PlotLabel.placeholder(label))' \(PlotNumber.text(place))"
            }
        }
        lines.append("set \(name)tics (\(ticks.joined(separator: ", ")))")
    }
}

/// Names on an axis: gnuplot draws a number in their place.
enum PlotLabel {
    static func placeholder(_ index: Int) -> String { "@\(index)@" }

    /// How many letters wide the longest is, as far as there is room.
    static func columns(_ labels: [String], _ size: PlotScript.Size) -> Int {
        min(labels.map(\.count).max() ?? 0, room(size))
    }

    private static func room(_ size: PlotScript.Size) -> Int { size == .wide ? 28 : 20 }

    /// As much of it as there is room for: its end, where names mostly differ, and its beginning.
    static func shown(_ label: String, _ size: PlotScript.Size) -> String {
        let room = room(size)
        if label.count <= room { return label }
        return label.prefix(room / 2) + "…" + label.suffix(room - room / 2 - 1)
    }
}

/// Numbers as gnuplot and SVG read them.
enum PlotNumber {
    static func text(_ value: Double) -> String {
        var text = Numbers.fixed(value, digits: 6)
        if text.isEmpty { return "NaN" }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}

extension Plot.Layer {
    fileprivate var rows: [String] {
        func row(_ values: [Double]) -> String { values.map(PlotNumber.text).joined(separator: " ") }
        switch self {
        case .line(let points, _), .steps(let points, _), .dots(let points, _, _):
            // An empty line ends a stretch of the line.
            return points.map { point in point.y.map { row([point.x, $0]) } ?? "" }
        case .boxes(let boxes, _):
            return boxes.map { box in
                let middle = [(box.x.lowerBound + box.x.upperBound) / 2, (box.y.lowerBound + box.y.upperBound) / 2]
                return row(middle + [box.x.lowerBound, box.x.upperBound, box.y.lowerBound, box.y.upperBound])
            }
        }
    }

    fileprivate var command: String {
        func line(_ style: Plot.Style) -> String {
            let dash = Plot.Style.dashes[style.dash % Plot.Style.dashes.count]
            let type = dash.isEmpty ? "solid" : "(\(dash))"
            return "lc rgb '\(style.colour.sentinel)' lw \(PlotNumber.text(style.width)) dt \(type)"
        }
        switch self {
        case .line(_, let style): return "using 1:2 with lines \(line(style))"
        case .steps(_, let style): return "using 1:2 with steps \(line(style))"
        case .dots(_, let style, let shape):
            let type = [7, 9, 13, 5][shape % 4]
            return "using 1:2 with points pt \(type) ps 0.9 lc rgb '\(style.colour.sentinel)'"
        case .boxes(_, let style):
            return "using 1:2:3:4:5:6 with boxxyerror fs solid 1 noborder lc rgb '\(style.colour.sentinel)'"
        }
    }
}
