import Glibc
import Measurement
import TestSupport
import Testing

@Suite("A sweep", .serialized, .timeLimit(.minutes(4)))
struct SweepTests {
    private static let small = [
        "sweep", "--no-progress", "--instances", "2,3", "--roles", "3,6", "--ttl", "1s", "--duration", "2s",
        "--warm-up",
        "4500ms", "--fault-interval", "700ms", "--downtime", "300ms-500ms", "--seed", "7",
    ]
    private static let labels = ["i2-r3-ttl1s", "i2-r6-ttl1s", "i3-r3-ttl1s", "i3-r6-ttl1s"]

    private func column(_ name: String, _ result: RunResult) throws -> [String] {
        try result.table("capacity.csv").rows.map { $0[name] ?? "" }
    }

    @Test("that is killed goes on where it was, and marks what failed")
    func killedAndResumed() async throws {
        try await Sandbox.with { sandbox in
            let words = Self.small + ["--output", sandbox.output]
            let driver = try await sandbox.start(words)
            try await RunResult(path: "\(sandbox.latest.path)/\(Self.labels[1])").untilFaultsBegin()
            driver.send(SIGKILL)
            _ = await Finished(driver)
            try await sandbox.untilAlone()
            let top = RunResult(path: sandbox.latest.path)
            let kept = top.bytes("\(Self.labels[0])/history.jsonl")
            #expect(!kept.isEmpty)

            let resumed = try await sandbox.start(["sweep", "--no-progress", "--resume", top.path])
            try await RunResult(path: "\(top.path)/\(Self.labels[2])").untilFaultsBegin()
            let busy = try await sandbox.run(["sweep", "--quiet", "--resume", top.path])
            busy.expectFailure(64, saying: ["a sweep is at work there"])
            let instance = try #require(sandbox.processes.first { $0.command.contains(" instance ") })
            kill(instance.pid, SIGKILL)
            let ended = await Finished(resumed)
            #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
            #expect(ended.output.hasPrefix("\(Self.labels[0]): kept: "))
            #expect(top.bytes("\(Self.labels[0])/history.jsonl") == kept)
            #expect(top.files.contains("\(Self.labels[1])-unfinished-1"))
            let states = try column("state", top)
            #expect(try column("cell", top) == Self.labels)
            #expect(states[2] == "failed")
            #expect(try column("reason", top)[2].contains("ended by itself"))
            #expect(!states.contains("unfinished") && !states.contains("not begun"), "\(states)")
            #expect(!ended.output.contains("Resume: "))
            try await expectFigures(sandbox, top, ended)
        }
    }

    /// What the table has is what the cells' own summaries have, and `check` makes it again.
    private func expectFigures(_ sandbox: Sandbox, _ top: RunResult, _ ended: Finished) async throws {
        let rows = try top.table("capacity.csv").rows
        for (label, row) in zip(Self.labels, rows) where row["state"] != "failed" {
            let summary = try RunResult(path: "\(top.path)/\(label)").table("summary.csv").rows
            func value(_ measure: String, _ scope: String) -> String? {
                summary.first { $0["measure"] == measure && $0["scope"] == scope }?["value"]
            }
            #expect(row["processor_instances_percent"] == value("quiet_processor", "instances"))
            #expect(row["messages_in_per_second"] == value("quiet_messages_per_second", "direction=in"))
            let messages = try #require(row["messages_out_per_second"].flatMap { Double($0) }, "\(row)")
            let operations = try #require(row["operations_per_second"].flatMap { Double($0) }, "\(row)")
            // Each renewal comes to each instance, and to the driver.
            #expect(messages > operations && operations > 0)
        }
        let names = ["capacity.csv", "capacity.md", "capacity.json"]
        let before = names.map(top.bytes)
        _ = await runProgram(["sh", "-c", "rm \(top.path)/capacity.*"])
        let check = try await sandbox.run(["check", top.path])
        #expect(check.status == ended.status)
        #expect(check.errors.isEmpty)
        #expect(names.map(top.bytes) == before)
    }

    @Test("ends in order at a signal, keeps what it measured, and says how to go on; its plan tells how far it reaches")
    func interruptedThenPlanned() async throws {
        try await Sandbox.with { sandbox in
            let driver = try await sandbox.start(Self.small + ["--output", sandbox.output])
            let last = RunResult(path: "\(sandbox.latest.path)/\(Self.labels[3])")
            try await last.untilFaultsBegin()
            driver.send(SIGINT)
            let ended = await Finished(driver)
            #expect(ended.status == 105, "\(ended.output)\(ended.errors)")
            #expect(ended.output.contains("\(Self.labels[3]): unfinished"))
            #expect(ended.output.contains("Resume: electbench sweep --resume \(sandbox.output)/"))
            #expect(try await sandbox.run(["check", last.path]).status == 105)
            #expect(try column("state", sandbox.latest).last == "unfinished")

            let resumed = try await sandbox.run(["sweep", "--quiet", "--resume", sandbox.latest.path])
            #expect(resumed.errors.isEmpty)
            #expect(try column("state", sandbox.latest).last != "unfinished")
            let fine = try column("state", sandbox.latest).count { $0 == "fine" }
            let plan = try await sandbox.run(
                ["plan", "--instances", "30", "--roles", "60", "--ttl", "5s", "--output", sandbox.output]
            )
            if fine < 3 {
                plan.expectFailure(64, saying: ["no cost model"])
            } else {
                #expect(plan.status == 0, "\(plan.errors)")
                #expect(plan.output.contains("An extrapolation: 10.0 × the instances, 10.0 × the roles"))
                #expect(plan.output.contains("a ttl outside of the measured 1 s"))
                #expect(plan.output.contains("What breaks first"))
            }
        }
    }

    @Test(
        "and a plan are refused with one line where they can't be",
        arguments: [
            BadInput("sweep", "--instances", "2,two", saying: "--instances", "5,10,20"),
            BadInput("sweep", "--roles", "0", saying: "--roles"),
            BadInput("sweep", "--ttl", "3", saying: "--ttl", "needs a unit"),
            BadInput("sweep", "--wat", saying: "--wat"),
            BadInput("sweep", "--scenario", "zone-outage", saying: "--scenario"),
            BadInput("sweep", "--resume", "/nonexistent", saying: "/nonexistent holds no sweep"),
            BadInput("sweep", "--resume", "/tmp", "--ttl", "3s", saying: "--ttl", "leave it out"),
            BadInput("plan", saying: "--instances"),
            BadInput("plan", "--instances", "0", "--roles", "1", saying: "--instances 0"),
            BadInput("plan", "--instances", "2", "--roles", "1", "--ttl", "9", saying: "needs a unit"),
            BadInput("plan", "--instances", "2", "--roles", "1", "--heartbeat", "2s", saying: "three heartbeats"),
            BadInput("plan", "--instances", "2", "--roles", "1", "--from", "/tmp", saying: "/tmp holds no sweep"),
            BadInput("plan", "--instances", "2", "--roles", "1", "--output", "/nonexistent", saying: "no sweep in"),
        ]
    )
    func badInput(input: BadInput) async throws {
        try await Sandbox.with { sandbox in
            let isNew = input.arguments[0] == "sweep" && !input.arguments.contains("--resume")
            let run = try await sandbox.run(input.arguments + (isNew ? ["--output", sandbox.output] : []))
            run.expectFailure(64, saying: input.words)
            #expect(run.output.isEmpty)
            #expect(ProcessScan.folderEntries(sandbox.output).isEmpty)
        }
    }
}
