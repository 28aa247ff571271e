import Glibc
import Measurement
import TestSupport
import Testing

@Suite("Simulations")
struct SimulateTests {
    /// A run of 30 s unless `options` have another duration.
    private func simulate(_ options: [String] = [], in sandbox: Sandbox) async throws -> Finished {
        let duration = options.contains("--duration") ? [] : ["--duration", "30s"]
        return try await sandbox.run(
            ["simulate", "--instances", "5", "--roles", "10", "--seed", "7", "--quiet", "--output", sandbox.output]
                + duration + options
        )
    }

    @Test func `write one history a seed, byte for byte, and check finds in it what they found`() async throws {
        try await Sandbox.with { sandbox in
            let first = try await simulate(in: sandbox)
            #expect(first.status == 0, "\(first.output)\(first.errors)")
            let history = sandbox.latest.bytes("history.jsonl")
            let summary = sandbox.latest.bytes("summary.json")
            #expect(try sandbox.latest.history()[kind: .promoted].count > 10)
            #expect(try sandbox.latest.description().settings.server == "simulated")
            let checked = try await sandbox.run(["check", sandbox.output + "/latest"])
            #expect(checked.status == 0)
            #expect(sandbox.latest.bytes("summary.json") == summary)
            let again = try await simulate(in: sandbox)
            #expect(again.status == 0)
            #expect(sandbox.latest.bytes("history.jsonl") == history)
        }
    }

    @Test func `of every fault end in no second leader with leases, and say what came of each`() async throws {
        try await Sandbox.with { sandbox in
            let options = ["--faults", "all", "--servers", "3", "--replicas", "3", "--duration", "10m"]
            let run = try await simulate(options + ["--min-faults", "0"], in: sandbox)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            let kinds = try sandbox.latest.table("faults.csv").rows.compactMap { $0["fault"] }
            #expect(Set(kinds).count == 16)
            #expect(try sandbox.latest.table("violations.csv").rows.isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: [(SIGINT, Int32(105)), (SIGKILL, Int32(2))])
    func `that a signal ends are measured as far as they got`(signal: Int32, status: Int32) async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.start(
                ["simulate", "--instances", "5", "--roles", "10", "--duration", "3h", "--output", sandbox.output]
            )
            _ = try await sandbox.latest.wait(for: .faultApplied)
            run.send(signal)
            let ended = await Finished(run)
            if signal == SIGINT {
                #expect(ended.status == status, "\(ended.errors)")
                #expect(ended.output.contains("(interrupted: measured as far as it got)"))
                #expect(try sandbox.latest.history().entries.last?.kind == .runEnded)
            }
            let checked = try await sandbox.run(["check", sandbox.output + "/latest"])
            #expect(checked.status == status, "\(checked.output)\(checked.errors)")
        }
    }

    @Test func `of a ranked campaign lead many roles without a race, and stop in order`() async throws {
        try await Sandbox.with { sandbox in
            let size = ["--instances", "20", "--roles", "200", "--faults", "none"]
            let run = try await simulate(size + ["--campaign", "ranked", "--lease", "instance"], in: sandbox)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            let tries = try sandbox.latest.history()[kind: .operation].filter { $0.operation == "acquire" }
            #expect(tries.count { $0.role != nil && $0.outcome == "ok" } == 200)
            #expect(tries.count { $0.outcome == "lost" } < 20)
            let loads = try sandbox.latest.table("distribution.csv").rows.compactMap { $0["roles_led_end"] }
            #expect(Set(loads) == ["10"])
        }
    }

    @Test func `show two leaders where the servers alone see a connection close`() async throws {
        try await Sandbox.with { sandbox in
            let run = try await simulate(
                ["--detector", "connection", "--faults", "drop-server-side"],
                in: sandbox
            )
            #expect(run.status == 1, "\(run.output)\(run.errors)")
            #expect(try !sandbox.latest.table("violations.csv").rows.isEmpty)
        }
    }

    @Test func `are searched by the hundred, and one is repeated alone`() async throws {
        try await Sandbox.with { sandbox in
            let search = try await sandbox.run(["simulate", "--seeds", "1..200", "--faults", "all", "--quiet"])
            #expect(search.status == 0, "\(search.output)\(search.errors)")
            #expect(search.output.hasPrefix("200 worlds, "))
            let one = try await sandbox.run(["simulate", "--seeds", "7", "--trace"])
            #expect(one.status == 0)
            #expect(one.output.contains("seed 7: every promise held"))
            let again = try await sandbox.run(["simulate", "--seeds", "7", "--trace"])
            #expect(again.output == one.output)
        }
    }

    @Test(arguments: [
        (["--seeds", "5..1"], "the first and the last with .. between"),
        (["--seeds", "1..9", "--reduced", "roles=1"], "give one seed"),
        (["--seeds", "1..9", "--ttl", "1s"], "--ttl is not for a search"),
        (["--reduced", "roles=1"], "add --seeds"),
        (["--seeds", "1", "--reduced", "nonsense"], "copy it with its quotes"),
        (["--seeds", "1..9", "--drift", "50"], "not for a search"),
        (["--seeds", "1..9", "--export-json", "x.json"], "a search has no report"),
        (["--server", "nats://x"], "--server is for real servers"),
        (["--model", "/nope"], "electbench calibrate"),
        (["--print-schedule"], "electbench run prints it"),
        (["--drift", "10000"], "--drift 10000"),
        (["--instances", "0"], "--instances 0"),
        (["--detector", "lease,connection"], "a simulation is of one run"),
    ])
    func `that can't be are refused with a line`(arguments: [String], line: String) async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.run(["simulate"] + arguments)
            run.expectFailure(64, saying: [line])
        }
    }
}
