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
        let drawn = rewritten(lines.joined(separator: "\n").utf8Bytes)
        return .element(
            "svg",
            ["viewBox": String(view), "role": "img", "aria-labelledby": "\(prefix)-title \(prefix)-desc"],
            .element("title", ["id": "\(prefix)-title"], HTML(plot.title)),
            .element("desc", ["id": "\(prefix)-desc"], HTML(plot.description)),
            // The canvas's own end tag stands in it.
            .trusted("<g>" + String(decoding: drawn, as: UTF8.self))
        )
    }

    /// One pass over all bytes: no rule sees what another has written.
    private func rewritten(_ bytes: [UInt8]) -> [UInt8] {
        let words = words.map { (old: $0.utf8Bytes, new: $1.utf8Bytes) }
        let starts = Set(words.map { $0.old[0] } + "r@".utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if starts.contains(bytes[index]) {
                let rest = bytes[index...]
                if let word = words.first(where: { rest.starts(with: $0.old) }) {
                    result += word.new
                    index += word.old.count
                    continue
                }
                if let (new, end) = colour(rest) ?? label(rest) {
                    result += new
                    index = end
                    continue
                }
            }
            result.append(bytes[index])
            index += 1
        }
        return result
    }

    private var words: KeyValuePairs<String, String> {
        [
            " color=\"black\"": "", " color=\"white\"": "", " font-family=\"sans-serif\"": "",
            "'black'": "'currentColor'", "\"black\"": "\"currentColor\"", "xlink:href": "href",
            "gnuplot_plot_": "\(prefix)-p", "gpPt": "\(prefix)-t", "gpDot": "\(prefix)-dot",
        ]
    }

    /// `rgb(  1, 241,   0)` is the page's colour of that number.
    private func colour(_ rest: ArraySlice<UInt8>) -> (text: [UInt8], end: Int)? {
        guard rest.starts(with: "rgb(".utf8), let end = rest.prefix(24).firstIndex(of: UInt8(ascii: ")")) else {
            return nil
        }
        let parts = String(decoding: rest[(rest.startIndex + 4)..<end], as: UTF8.self)
            .split { $0 == "," || $0 == " " }.compactMap { Int($0) }
        guard parts.count == 3, let css = Plot.Colour.css(red: parts[0], green: parts[1], blue: parts[2]) else {
            return nil
        }
        return (css.utf8Bytes, end + 1)
    }

    /// `@3@` is the fourth label.
    private func label(_ rest: ArraySlice<UInt8>) -> (text: [UInt8], end: Int)? {
        guard rest.first == UInt8(ascii: "@"), let end = rest.dropFirst().prefix(8).firstIndex(of: UInt8(ascii: "@")),
            let index = Int(String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)),
            plot.labels.indices.contains(index)
        else { return nil }
        return (HTML(PlotLabel.shown(plot.labels[index], size)).text.utf8Bytes, end + 1)
    }
}

extension StringProtocol {
    fileprivate var utf8Bytes: [UInt8] { Array(utf8) }

    fileprivate func range(of word: String) -> Range<Index>? { firstRange(of: word) }
}
