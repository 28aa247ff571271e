import ArgumentParser
import Measurement
import SystemPackage

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Says whether a build's runs are better or worse than a baseline's.",
        usage: "electbench compare <base> <new> [<options>]",
        discussion: """
            A side is a run's folder or its summary.json, or several of one build with commas between them. Compares runs of \
            the same settings on the same machine; the seeds may differ.

            Exit codes: 0 no difference seen, or better; 1 NEW is unsafe; 2 too few to decide; 64 not comparable; 99 worse.

            Examples:

              electbench compare results/before results/after
              electbench compare main-1,main-2,main-3 new-1,new-2,new-3
              electbench compare main new --tolerance failover_ms=15%
            """
    )

    @Argument(help: "The baseline's run or runs.", completion: .directory)
    var base: String

    @Argument(help: "The new build's run or runs.", completion: .directory)
    var new: String

    @OptionGroup
    var tolerances: ToleranceOptions

    @Option(help: "Write the comparison as Markdown.", completion: .file())
    var exportMarkdown: String?

    @Option(help: "Write the comparison as JSON, with every shift and its interval.", completion: .file())
    var exportJson: String?

    @Option(help: "Write the comparison as a page for a browser.", completion: .file())
    var exportHtml: String?

    func run() async throws {
        for (option, path) in [("markdown", exportMarkdown), ("json", exportJson), ("html", exportHtml)] {
            if let path { try ExportOutcome.requireWritable(path, for: "--export-\(option)") }
        }
        let outcome = try Baseline(base, tolerances).compare(with: Baseline.read(new))
        outcome.print()
        try await outcome.export(markdown: exportMarkdown, json: exportJson, page: exportHtml)
        StepSummary.append(String(decoding: outcome.report.markdown, as: UTF8.self))
        throw outcome.exitCode
    }
}
