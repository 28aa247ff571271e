import Glibc
import Measurement
import TestSupport
import Testing

@Suite("Runs that are compared", .serialized, .timeLimit(.minutes(3)))
struct ComparisonTests {
    static let small = [
        "--instances", "3", "--roles", "4", "--ttl", "1s", "--heartbeat", "300ms", "--warm-up", "500ms", "--seed", "7",
        "--fault-interval", "700ms", "--downtime", "300ms-800ms", "--min-faults", "0",
    ]

    @Test("have a folder each on the same schedule and one table, which check repeats")
    func sideBySide() async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench(Self.small + ["--campaign", "race,ranked", "--duration", "8s"])
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(run.errors.isEmpty)
            let top = sandbox.latest
            let labels = ["lease-race", "lease-ranked"]
            #expect(top.files == ["comparison.csv", "comparison.html", "comparison.json", "comparison.md"] + labels)
            let folders = ProcessScan.folderEntries(sandbox.output).filter { $0 != "latest" }
            #expect(folders.count == 1, "latest points to the only folder: \(folders)")
            let runs = labels.map { RunResult(path: "\(top.path)/\($0)") }
            for (label, result) in zip(labels, runs) {
                let description = try result.description()
                #expect(description.runID == "\(folders[0])/\(label)")
                #expect("\(description.settings.detector)-\(description.settings.campaign)" == label)
                #expect(description.seed == 7)
                try await result.expectReadable(in: sandbox, exitCode: 0)
            }
            #expect(runs[0].bytes("schedule.txt") == runs[1].bytes("schedule.txt"))
            #expect(!runs[0].bytes("schedule.txt").isEmpty)
            let lines = run.output.split(separator: "\n").map(String.init)
            #expect(Array(lines.prefix(2)) == ["lease-race: PASS", "lease-ranked: PASS"])
            let columns = lines.map { $0.split(separator: " ").suffix(2) }
            #expect(columns.contains(["race", "ranked"]), "one column a run: \(run.output)")
            #expect(run.output.contains("--campaign race,ranked"))
            try await expectSameAgain(sandbox, top, run)
        }
    }

    private func expectSameAgain(_ sandbox: Sandbox, _ top: RunResult, _ run: Finished) async throws {
        let names = [
            "comparison.csv", "comparison.html", "comparison.md", "lease-ranked/report.html",
            "lease-ranked/summary.csv",
        ]
        let before = names.map(top.bytes)
        #expect(before.allSatisfy { !$0.isEmpty })
        _ = await runProgram(["sh", "-c", "rm \(top.path)/comparison.csv \(top.path)/*.md \(top.path)/*/*.csv"])
        let check = try await sandbox.run(["check", top.path])
        #expect(check.status == run.status)
        #expect(check.errors.isEmpty)
        #expect(names.map(top.bytes) == before)
        func withoutFolder(_ text: String) -> [Substring] {
            text.split(separator: "\n").filter { !$0.hasPrefix("Folder: ") && !$0.hasPrefix("Report: ") }
        }
        #expect(withoutFolder(check.output) == withoutFolder(run.output))
    }

    @Test("end in order at a signal, whichever of them goes on, and keep what there is", arguments: [0, 1])
    func interrupted(at index: Int) async throws {
        let labels = ["lease-race", "connection-race"]
        try await Sandbox.with { sandbox in
            // Each lasts as long as it takes to see that it is the one.
            let duration = index == 0 ? "10m" : "4s"
            let driver = try await sandbox.start(
                ["--no-progress", "--output", sandbox.output, "--detector", "lease,connection", "--duration", duration]
                    + Self.small
            )
            let present = RunResult(path: "\(sandbox.latest.path)/\(labels[index])")
            try await present.untilFaultsBegin()
            driver.send(SIGINT)
            let ended = await Finished(driver)
            #expect(ended.status == 105, "\(ended.output)\(ended.errors)")
            #expect(ended.errors.contains("electbench: \(labels[index]): "))
            #expect(ended.errors.contains("ending the run in order"))
            #expect(ended.output.contains("\(labels[index]): PASS (interrupted)"))
            #expect(ended.output.contains("connection-race: not begun\n") == (index == 0))
            #expect(ended.output.contains("\nFolder: "))
            try await present.expectReadable(in: sandbox, exitCode: 105)
            #expect(try await sandbox.run(["check", sandbox.latest.path]).status == 105)
            #expect(ProcessScan.folderEntries(sandbox.temporary).isEmpty)
        }
    }

    @Test("go on where one of them can't be carried out, and say so")
    func oneFails() async throws {
        try await Sandbox.with { sandbox in
            let driver = try await sandbox.start(
                ["--no-progress", "--output", sandbox.output, "--campaign", "race,ranked", "--duration", "3s"]
                    + ["--faults", "none"] + Self.small
            )
            try await RunResult(path: "\(sandbox.latest.path)/lease-race").untilFaultsBegin()
            let instance = try #require(sandbox.processes.first { $0.command.contains(" instance ") })
            kill(instance.pid, SIGKILL)
            let ended = await Finished(driver)
            #expect(ended.status == 3, "\(ended.output)\(ended.errors)")
            #expect(ended.errors.contains("electbench: lease-race: instance-"))
            #expect(ended.output.contains("lease-race: not carried out: instance-"))
            #expect(ended.output.contains("\nlease-ranked: PASS\n"))
        }
    }

    @Test("print the one schedule that all of them have")
    func schedule() async throws {
        try await Sandbox.with { sandbox in
            let one = try await sandbox.electbench(Self.small + ["--print-schedule"])
            let words = ["--print-schedule", "--detector", "lease,connection", "--campaign", "race,ranked"]
            let all = try await sandbox.electbench(Self.small + words)
            #expect(all.status == 0)
            #expect(!one.output.isEmpty)
            #expect(all.output == one.output)
            #expect(ProcessScan.folderEntries(sandbox.output).isEmpty)
        }
    }

    @Test("share a user's server and its bucket, one after the other")
    func userServer() async throws {
        try await TestServer.with(TestServer.binaries[0]) { server in
            try await Sandbox.with { sandbox in
                let run = try await sandbox.electbench(
                    Self.small + ["--server", server.url, "--campaign", "race,ranked", "--duration", "2s"]
                )
                #expect(run.status == 0, "\(run.output)\(run.errors)")
                #expect(run.output.hasPrefix("lease-race: PASS\nlease-ranked: PASS\n"))
            }
        }
    }
}
