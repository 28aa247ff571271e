import ArgumentParser
import Glibc
import Measurement
import Testing

@testable import ElectBench

@Suite("Exports")
struct ExportOptionsTests {
    @Test("go where each option says, compressed by their name, and are no part of the command that repeats the run")
    func targets() throws {
        let words = [
            "--export-json", "a.json.gz", "--export-markdown", "b", "--export-csv", "c", "--export-junit", "d",
            "--export-openmetrics", "-", "--export-benchmark", "f",
        ]
        let run = try Typed.run(words)
        #expect(run.exports.targets.map(\.format) == Export.Format.allCases)
        #expect(run.exports.targets.filter(\.isCompressed).map(\.path) == ["a.json.gz"])
        #expect(run.exports.targets.filter(\.isStandardOutput).map(\.format) == [.openmetrics])
        let scenario = try Typed.withFile("roles: 3\n") { try Typed.plan(["--scenario", $0] + words) }
        #expect(!scenario.repeatCommand.contains { $0.hasPrefix("--export") })
    }

    @Test("to standard output are one")
    func standardOutput() throws {
        let line = try #require(try Typed.refusal(["run", "--export-json", "-", "--export-csv", "-"]))
        #expect(line.contains("only one export can go to standard output"))
    }

    @Test(
        "that can't be written are refused before the run begins, and leave nothing behind",
        arguments: ["/nonexistent/a.json", "/tmp", "/dev/null/a.json"]
    )
    func unwritable(_ path: String) throws {
        let error = #expect(throws: Failure.self) { try ExportOutcome(Typed.run("--export-json", path).exports) }
        #expect(error?.exitCode == .validationFailure)
        #expect(error?.line.hasPrefix("--export-json \(path) cannot be written: ") == true, "\(error?.line ?? "")")
        try Typed.withFile("") { file in
            let new = file + ".new"
            _ = try ExportOutcome(Typed.run("--export-json", new).exports)
            #expect(access(new, F_OK) != 0)
        }
    }

    @Test("fit into GitHub's summary by whole lines, with a word where something is left out")
    func stepSummary() {
        let text = (1...100).map { "line \($0)" }.joined(separator: "\n") + "\n"
        #expect(StepSummary.fitting(text, text.utf8.count) == text)
        let cut = StepSummary.fitting(text, 200)
        #expect(cut.utf8.count <= 200)
        #expect(cut.hasPrefix("line 1\nline 2\n"))
        #expect(cut.hasSuffix("\n\nThe rest does not fit here: summary.md has it.\n"))
        #expect(StepSummary.fitting(text, 10).isEmpty)
    }
}
