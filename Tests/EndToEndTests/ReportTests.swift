import TestSupport
import Testing

@Suite("A report", .serialized, .timeLimit(.minutes(2)))
struct ReportTests {
    private static let small = [
        "--instances", "3", "--roles", "4", "--ttl", "900ms", "--heartbeat", "250ms", "--warm-up", "300ms",
        "--duration",
        "2s", "--fault-interval", "700ms", "--downtime", "300ms-500ms", "--min-faults", "0", "--seed", "7",
    ]

    @Test("is the page that the run wrote, in its place or in another, byte for byte")
    func again() async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench(Self.small)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(run.errors.isEmpty)
            #expect(run.output.contains("/report.html\n"))
            let folder = sandbox.latest
            let page = folder.bytes("report.html")
            #expect(!page.isEmpty)
            let other = "\(sandbox.output)/page.html"
            let elsewhere = try await sandbox.run(["report", folder.path, "--output", other])
            #expect(elsewhere.status == 0, "\(elsewhere.errors)")
            #expect(ProcessScan.bytes(of: other) == page)
            _ = await runProgram(["rm", "\(folder.path)/report.html"])
            let here = try await sandbox.run(["report", folder.path])
            #expect(here.status == 0, "\(here.errors)")
            #expect(here.errors.isEmpty)
            #expect(folder.bytes("report.html") == page)
            let nowhere = try await sandbox.run(["report", folder.path, "--output", "\(sandbox.output)/no/page.html"])
            #expect(nowhere.status == 64)
            #expect(nowhere.errors.contains("give another --output"))
        }
    }

    @Test("of no run is a bad argument")
    func badArguments() async throws {
        try await Sandbox.with { sandbox in
            let none = try await sandbox.run(["report", "/nonexistent"])
            #expect(none.status == 64)
            #expect(none.errors.contains("/nonexistent holds no run"))
            #expect(none.errors.split(separator: "\n").count == 1)
        }
    }
}
