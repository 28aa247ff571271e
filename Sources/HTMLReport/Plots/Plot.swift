import Measurement

/// What a plot shows, in numbers: how gnuplot is told is ``PlotScript``'s.
///
/// No text from outside is among them. Names stand in ``labels`` and ``key``: a script's strings can run commands.
package struct Plot: Sendable {
    package struct Point: Hashable, Sendable {
        package var x: Double
        /// Nil breaks the line.
        package var y: Double?
    }

    package struct Box: Hashable, Sendable {
        package var x: ClosedRange<Double>
        package var y: ClosedRange<Double>
    }

    package enum Colour: Hashable, Sendable {
        /// One of eight that the colour-blind can tell apart (Okabe, Ito: Color Universal Design, 2008), over and over.
        case category(Int)
        /// 1, little, to ``mostLevels``, much.
        case level(Int)
        case band, ink

        static let categories = 8
        static let mostLevels = 8
    }

    package struct Style: Hashable, Sendable {
        package var colour: Colour
        /// 0 is solid; lines differ by it where they differ by colour.
        package var dash = 0
        package var width = 2.0

        /// The style of the `index`th of many things.
        static func category(_ index: Int) -> Style {
            Style(colour: .category(index % Colour.categories), dash: index % dashes.count)
        }

        /// As gnuplot and SVG write them, in units of the line's width.
        static let dashes = ["", "6,3", "2,2", "9,3,2,3", "9,3,2,3,2,3"]
    }

    package enum Layer: Sendable {
        case line([Point], Style)
        case steps([Point], Style)
        /// Dots, of a shape by number.
        case dots([Point], Style, shape: Int)
        case boxes([Box], Style)
    }

    package struct Axis: Sendable {
        /// A literal.
        package var label: StaticString
        package var range: ClosedRange<Double>
        package var isLogarithmic = false
        /// The ticks' places where gnuplot does not find them itself, and of each the text: a number, or an index of ``labels``.
        package var ticks: [Tick] = []
    }

    package enum Tick: Hashable, Sendable {
        case number(Double)
        case label(Double, Int)
    }

    /// A line of the key, which stands above the plot as text.
    package struct Key: Sendable {
        package enum Swatch: Sendable { case line(Style), box(Style), dot(Style, shape: Int) }
        package var text: String
        package var swatch: Swatch
    }

    /// Letters, digits and `-`.
    package var id: String
    package var title: String
    /// What a reader who cannot see it is told.
    package var description: String
    package var x: Axis
    package var y: Axis
    package var layers: [Layer]
    package var key: [Key] = []
    package var labels: [String] = []
    /// Rows that each need some height.
    package var rows = 0
    /// Half of a page's width is enough for it.
    package var isSmall = false
}

/// A plot as gnuplot drew it: for wide screens and for narrow ones, or for both at once.
package struct PlotDrawing: Sendable {
    var wide: HTML?
    var narrow: HTML

    var html: HTML {
        guard let wide else { return .element("div", ["class": "plot"], narrow) }
        return .element("div", ["class": "plot wide"], wide) + .element("div", ["class": "plot narrow"], narrow)
    }
}
