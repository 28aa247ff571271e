extension Plot.Key {
    var html: HTML { .element("li", swatch.html, HTML(text)) }
}

extension Plot.Key.Swatch {
    fileprivate var html: HTML {
        switch self {
        case .line(let style):
            .element(
                "svg",
                ["viewBox": "0 0 32 10", "aria-hidden": "true"],
                .element(
                    "path",
                    [
                        "d": "M0 5H32", "stroke": style.colour.css, "stroke-width": "2.5",
                        "stroke-dasharray": style.dasharray(width: 1.2), "fill": "none",
                    ]
                )
            )
        case .box(let style):
            .element(
                "svg",
                ["viewBox": "0 0 32 10", "aria-hidden": "true"],
                .element("rect", ["width": "32", "height": "10", "fill": style.colour.css, "class": "swatch"])
            )
        case .dot(let style, let shape):
            .element(
                "svg",
                ["viewBox": "-16 -5 32 10", "aria-hidden": "true"],
                .element("path", ["d": Self.paths[shape % Self.paths.count], "fill": style.colour.css])
            )
        }
    }

    /// gnuplot's point types 7, 9, 13 and 5.
    private static let paths = [
        "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "M0-4.5L4 3H-4z", "M0-5L5 0L0 5L-5 0z", "M-3.5-3.5h7v7h-7z",
    ]
}

extension Plot.Colour {
    /// The style sheet has one for dark and one for light.
    var css: String {
        switch self {
        case .category(let index): "var(--c\(index))"
        case .level(let level): "var(--s\(level))"
        case .band: "var(--band)"
        case .ink: "currentColor"
        }
    }

    /// What gnuplot is told instead: a colour that stands for nothing else.
    var sentinel: String {
        func hex(_ kind: Int, _ number: Int) -> String { "#0\(kind)f10\(number)" }
        return switch self {
        case .category(let index): hex(1, index)
        case .level(let level): hex(2, level)
        case .band: hex(3, 0)
        case .ink: hex(3, 1)
        }
    }

    static let grid = "#03f102"

    /// The other way, from how gnuplot writes it.
    static func css(red: Int, green: Int, blue: Int) -> String? {
        guard green == 0xF1 else { return nil }
        return switch (red, blue) {
        case (1, _): "var(--c\(blue))"
        case (2, _): "var(--s\(blue))"
        case (3, 0): "var(--band)"
        case (3, 1): "currentColor"
        case (3, 2): "var(--grid)"
        default: nil
        }
    }
}

extension Plot.Style {
    func dasharray(width: Double) -> String {
        let dash = Self.dashes[dash % Self.dashes.count]
        if dash.isEmpty { return "none" }
        return dash.split(separator: ",").map { PlotNumber.text((Double($0) ?? 0) * width) }.joined(separator: " ")
    }
}
