import Glibc
import TestSupport
import Testing

@Suite("Exports of a real run")
struct ExportRunTests {
    @Test("are the folder's bytes, and check writes the same later", .timeLimit(.minutes(2)))
    func exports() async throws {
        try await Sandbox.with { sandbox in
            let file = { (name: String) in "\(sandbox.folder)/\(name)" }
            func options(_ mark: String) -> [String] {
                ["json", "markdown", "csv", "junit", "openmetrics", "benchmark"].flatMap { name in
                    ["--export-\(name)", file("\(mark)-\(name)")]
                }
            }
            let ended = try await sandbox.electbench(
                ThresholdRunTests.small + ["--duration", "2s", "--faults", "none", "--seed", "1"] + options("run"),
                environment: ["GITHUB_STEP_SUMMARY": file("step.md")]
            )
            #expect(ended.status == 0, "\(ended.errors)\(ended.output)")
            let run = sandbox.latest
            for (export, name) in [("json", "summary.json"), ("markdown", "summary.md"), ("csv", "summary.csv")] {
                #expect(ProcessScan.bytes(of: file("run-\(export)")) == run.bytes(name), "\(name)")
            }
            let steps = String(decoding: ProcessScan.bytes(of: file("step.md")), as: UTF8.self)
            #expect(steps == String(decoding: run.bytes("summary.md"), as: UTF8.self) + "\n")
            let checked = try await sandbox.run(["check", run.path] + options("check"))
            #expect(checked.status == 0, "\(checked.errors)")
            for name in ["json", "markdown", "csv", "junit", "openmetrics", "benchmark"] {
                let bytes = ProcessScan.bytes(of: file("run-\(name)"))
                #expect(!bytes.isEmpty)
                #expect(ProcessScan.bytes(of: file("check-\(name)")) == bytes, "\(name)")
            }
            let piped = try await sandbox.run(["check", run.path, "--export-csv", "-"])
            #expect(piped.output == String(decoding: run.bytes("summary.csv"), as: UTF8.self))
            // A full device is found out only at the end.
            let full = try await sandbox.run(["check", run.path, "--export-csv", "/dev/full"])
            #expect(full.status == 3)
            #expect(full.errors.contains("--export-csv /dev/full cannot be written: No space left"))
            #expect(full.output.contains("Verdict: PASS"))
            let warned = try await sandbox.run(
                ["check", run.path],
                environment: ["GITHUB_STEP_SUMMARY": "/nonexistent/step.md"]
            )
            #expect(warned.status == 0)
            #expect(warned.errors.contains("warning: $GITHUB_STEP_SUMMARY /nonexistent/step.md cannot be written"))
        }
    }

    @Test("that can't be written are refused before anything is made")
    func refused() async throws {
        try await Sandbox.with { sandbox in
            let ended = try await sandbox.electbench(["--export-junit", "/nonexistent/a.xml"])
            ended.expectFailure(64, saying: ["--export-junit /nonexistent/a.xml", "No such file"])
            #expect(ProcessScan.folderEntries(sandbox.output).isEmpty)
        }
    }
}
