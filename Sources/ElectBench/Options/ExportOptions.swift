import ArgumentParser
import Measurement

/// Where a result goes besides the run's folder and standard output.
struct ExportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write summary.json there, too. A path that ends in .gz is compressed; - is standard output.",
            valueName: "file"
        )
    )
    var exportJson: String?

    @Option(help: ArgumentHelp("The same for summary.md.", valueName: "file"))
    var exportMarkdown: String?

    @Option(help: ArgumentHelp("The same for summary.csv.", valueName: "file"))
    var exportCsv: String?

    @Option(
        help: ArgumentHelp("Write JUnit XML: a case a threshold, a safety rule and a kind of fault.", valueName: "file")
    )
    var exportJunit: String?

    @Option(help: ArgumentHelp("Write OpenMetrics text.", valueName: "file"))
    var exportOpenmetrics: String?

    @Option(
        help: ArgumentHelp("Write what github-action-benchmark reads as customSmallerIsBetter.", valueName: "file")
    )
    var exportBenchmark: String?

    func validate() throws {
        guard targets.count(where: \.isStandardOutput) < 2 else {
            throw ValidationError("only one export can go to standard output: name a file for the others")
        }
        guard Set(targets.map(\.path)).count == targets.count else {
            throw ValidationError("two exports go to one file: the second would take the first one's place")
        }
        guard !targets.contains(where: \.path.isEmpty) else { throw ValidationError("an export needs a file's name") }
    }

    /// In the order of the options.
    var targets: [ExportTarget] {
        let given: [(Export.Format, String?)] = [
            (.json, exportJson), (.markdown, exportMarkdown), (.csv, exportCsv), (.junit, exportJunit),
            (.openmetrics, exportOpenmetrics), (.benchmark, exportBenchmark),
        ]
        return given.compactMap { format, path in path.map { ExportTarget(format: format, path: $0) } }
    }
}

/// One export.
struct ExportTarget: Hashable, Sendable {
    let format: Export.Format
    let path: String

    var isStandardOutput: Bool { path == "-" }
    var isCompressed: Bool { path.hasSuffix(".gz") }
    var option: String { "--export-\(format.rawValue)" }
}
