import CLinux
import Measurement
import Subprocess
import SystemPackage

/// Draws all plots of a page in one process of gnuplot.
package enum Gnuplot {
    package struct Drawings: Sendable {
        /// By the plot's id.
        package var byPlot: [String: PlotDrawing] = [:]
        /// What a reader has to know where not all could be drawn, and what to do.
        package var notice: String?

        package init() {}
    }

    /// A page is not worth waiting longer for.
    private static let patience = Duration.seconds(60)
    private static let mostBytes = 64 << 20

    /// - Parameters:
    ///   - program: a name on PATH, or a path.
    ///   - givesWay: at the lowest priority, beside a run that goes on.
    package static func draw(
        _ plots: [Plot],
        program: String = "gnuplot",
        givesWay: Bool = false
    ) async -> Drawings {
        if plots.isEmpty { return Drawings() }
        let jobs = plots.flatMap { plot in PlotScript.Size.all(for: plot).map { (plot, $0) } }
        let script = "set print '-'\n" + jobs.map { PlotScript.text($0, $1) }.joined()
        guard let (output, complaint) = await run(program, script, givesWay: givesWay) else {
            var none = Drawings()
            none.notice = "The plots are missing, as there is no gnuplot: install gnuplot-nox."
            return none
        }
        let pieces = split(output)
        var drawings = Drawings()
        for plot in plots {
            var drawn: [PlotScript.Size: HTML] = [:]
            for size in PlotScript.Size.all(for: plot) {
                let piece = pieces["\(plot.id) \(size.rawValue)"]
                drawn[size] = piece.flatMap { PlotSVG.html(plot, size, output: $0) }
            }
            guard let narrow = drawn[.narrow], plot.isSmall || drawn[.wide] != nil else {
                let reason = complaint.isEmpty ? "" : " (\(complaint))"
                drawings.notice =
                    "Some plots are missing, as gnuplot could not draw them\(reason): install gnuplot-nox."
                continue
            }
            drawings.byPlot[plot.id] = PlotDrawing(wide: drawn[.wide], narrow: narrow)
        }
        return drawings
    }

    /// What follows each mark.
    private static func split(_ output: [UInt8]) -> [String: ArraySlice<UInt8>] {
        let mark = Array(PlotScript.mark.utf8)
        var pieces: [String: ArraySlice<UInt8>] = [:]
        var rest = output[...]
        while let start = rest.firstRange(of: mark) {
            rest = rest[start.upperBound...]
            let name = rest.prefix { $0 != UInt8(ascii: "\n") }
            let end = rest.firstRange(of: mark)?.lowerBound ?? rest.endIndex
            pieces[String(decoding: name, as: UTF8.self)] = rest[name.endIndex..<end]
            rest = rest[end...]
        }
        return pieces
    }

    /// - Returns: what it wrote, and the last thing it complained of; nil where it could not be run, or was not done in time.
    private static func run(
        _ program: String,
        _ script: String,
        givesWay: Bool
    ) async -> (output: [UInt8], complaint: String)? {
        await withTaskGroup(of: (output: [UInt8], complaint: String)?.self) { group in
            group.addTask {
                guard let input = file(holding: script) else { return nil }
                // Without the user's own settings.
                let words = (givesWay ? ["nice", "-n", "19"] : []) + [program, "-d", "-"]
                let executable: Executable = words[0].contains("/") ? .path(FilePath(words[0])) : .name(words[0])
                let result = try? await Subprocess.run(
                    executable,
                    arguments: Arguments(Array(words.dropFirst())),
                    environment: .inherit.updating(["LC_ALL": "C.UTF-8"]),
                    input: .fileDescriptor(input, closeAfterSpawningProcess: true),
                    output: .bytes(limit: mostBytes),
                    error: .string(limit: 1 << 16, encoding: UTF8.self)
                )
                guard let result else { return nil }
                let complaint = result.standardError.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
                return (result.standardOutput, complaint)
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    /// Read from its start. Not a pipe: swift-subprocess 1.0.2 traps where the program ends before it has read all of one.
    private static func file(holding text: String) -> FileDescriptor? {
        let raw = clinux_memory_file()
        guard raw >= 0 else { return nil }
        let descriptor = FileDescriptor(rawValue: raw)
        do {
            try descriptor.writeAll(text.utf8)
            try descriptor.seek(offset: 0, from: .start)
            return descriptor
        } catch {
            try? descriptor.close()
            return nil
        }
    }
}
