/// Makes gnuplot's SVG a part of a page: with ids of its own, the page's colours, the labels' text, and words for who can't see.
struct PlotSVG {
    private let plot: Plot
    private let size: PlotScript.Size

    /// - Parameter output: from gnuplot: a document.
    /// - Returns: nil where it is none.
    static func html(_ plot: Plot, _ size: PlotScript.Size, output: ArraySlice<UInt8>) -> HTML? {
        let maker = PlotSVG(plot: plot, size: size)
        let text = String(decoding: output, as: UTF8.self)
        guard let start = text.range(of: "<svg"), let end = text.range(of: "</svg>") else { return nil }
        return maker.svg(text[start.upperBound..<end.lowerBound])
    }

    private var prefix: String { "\(plot.id)-\(size.rawValue)" }

    private func svg(_ inside: Substring) -> HTML? {
        guard let box = inside.firstRange(of: "viewBox=\""),
            let canvas = inside.firstRange(of: "<g id=\"gnuplot_canvas\">")
        else { return nil }
        let view = inside[box.upperBound...].prefix { $0 != "\"" }
        var lines: [Substring] = []
        var isFilter = false
        for line in inside[canvas.upperBound...].split(whereSeparator: \.isNewline) {
            let line = line.drop { $0 == "\t" || $0 == " " }
            if line.hasPrefix("<filter") { isFilter = true }
            if !isFilter, !line.isEmpty { lines.append(line) }
            if line.hasPrefix("</filter") { isFilter = false }
        }
        var body = lines.joined(separator: "\n").utf8Bytes
        for (old, new) in [
            (" color=\"black\"", ""), (" color=\"white\"", ""), ("'black'", "'currentColor'"),
            ("\"black\"", "\"currentColor\""), ("xlink:href", "href"), ("gnuplot_plot_", "\(prefix)-p"),
            ("gpPt", "\(prefix)-t"), ("gpDot", "\(prefix)-dot"),
            ("font-family=\"sans-serif\" ", ""),
        ] {
            body = body.replacing(old.utf8Bytes, with: new.utf8Bytes)
        }
        let drawn = labelled(coloured(body))
        return .element(
            "svg",
            ["viewBox": String(view), "role": "img", "aria-labelledby": "\(prefix)-title \(prefix)-desc"],
            .element("title", ["id": "\(prefix)-title"], HTML(plot.title)),
            .element("desc", ["id": "\(prefix)-desc"], HTML(plot.description)),
            // The canvas's own end tag stands in it.
            .trusted("<g>" + String(decoding: drawn, as: UTF8.self))
        )
    }

    /// Replaces `rgb(  1, 241,   0)` by the page's colour.
    private func coloured(_ bytes: [UInt8]) -> [UInt8] {
        replacing(bytes, from: "rgb(", to: UInt8(ascii: ")")) { inside in
            let parts = String(decoding: inside, as: UTF8.self).split { $0 == "," || $0 == " " }.compactMap { Int($0) }
            guard parts.count == 3, let css = Plot.Colour.css(red: parts[0], green: parts[1], blue: parts[2]) else {
                return nil
            }
            return css.utf8Bytes
        }
    }

    /// Replaces `@3@` by the fourth label's text.
    private func labelled(_ bytes: [UInt8]) -> [UInt8] {
        replacing(bytes, from: "@", to: UInt8(ascii: "@")) { inside in
            guard let index = Int(String(decoding: inside, as: UTF8.self)), plot.labels.indices.contains(index) else {
                return nil
            }
            return HTML(PlotLabel.shown(plot.labels[index], size)).text.utf8Bytes
        }
    }

    private func replacing(
        _ bytes: [UInt8],
        from opening: String,
        to closing: UInt8,
        with text: (ArraySlice<UInt8>) -> [UInt8]?
    ) -> [UInt8] {
        let opening = opening.utf8Bytes
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == opening[0], bytes[index...].starts(with: opening),
                let end = bytes[(index + opening.count)...].prefix(24).firstIndex(of: closing),
                let new = text(bytes[(index + opening.count)..<end])
            {
                result += new
                index = end + 1
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}

extension StringProtocol {
    fileprivate var utf8Bytes: [UInt8] { Array(utf8) }

    fileprivate func range(of word: String) -> Range<Index>? { firstRange(of: word) }
}
