import Glibc
import Measurement
import TestSupport
import Testing

@Suite("A run that is ended early", .serialized, .timeLimit(.minutes(1)))
struct InterruptTests {
    /// Long enough that only the signal can end it.
    static let endless = [
        "--instances", "3", "--roles", "6", "--duration", "10m", "--fault-interval", "300ms", "--downtime",
        "200ms-400ms",
        "--ttl", "1s", "--heartbeat", "300ms", "--warm-up", "0s", "--seed", "7",
    ]

    @Test("by a signal is measured and leaves nothing running", arguments: [SIGINT, SIGTERM])
    func once(signal: Int32) async throws {
        try await Sandbox.with { sandbox in
            let driver = try await sandbox.start(["--no-progress", "--output", sandbox.output] + Self.endless)
            try await sandbox.latest.untilFaultsBegin()
            _ = try await sandbox.latest.wait(for: .faultApplied)
            driver.send(signal)
            let ended = await Finished(driver)
            #expect(ended.status == 105, "\(ended.errors)")
            #expect(ended.errors.contains("ending the run in order"))
            #expect(ended.output.contains("Verdict: "))
            #expect(sandbox.processes.isEmpty)
            #expect(ProcessScan.folderEntries(sandbox.temporary).isEmpty)
            let history = try sandbox.latest.history()
            #expect(history[kind: .interrupted].count == 1)
            #expect(history.entries.last?.kind == .runEnded)
            #expect(history[kind: .spawned].count == history[kind: .exited].count)
            #expect(try !sandbox.latest.table("faults.csv").rows.isEmpty)
            try await sandbox.latest.expectReadable(in: sandbox, exitCode: 105)
        }
    }

    @Test("before its faults began is kept as far as it got")
    func early() async throws {
        try await Sandbox.with { sandbox in
            let driver = try await sandbox.start(
                ["--quiet", "--output", sandbox.output, "--warm-up", "10m"]
                    + Self.endless.filter { $0 != "--warm-up" && $0 != "0s" }
            )
            _ = try await sandbox.latest.wait(for: .phase) { $0.name == "warm_up" }
            driver.send(SIGINT)
            let ended = await Finished(driver)
            #expect(ended.status == 105, "\(ended.errors)")
            #expect(ended.errors.isEmpty)
            try await sandbox.latest.expectReadable(in: sandbox, exitCode: 105)
        }
    }

    @Test("by a second signal ends at once, and its history can be read")
    func twice() async throws {
        try await Sandbox.with { sandbox in
            let driver = try await sandbox.start(
                ["--no-progress", "--output", sandbox.output] + Self.endless
                    + ["--faults", "none"]
            )
            try await sandbox.latest.untilFaultsBegin()
            // An instance that stands still keeps the orderly end from coming before the second signal.
            let held = try #require(sandbox.processes.first { $0.command.contains(" instance ") })
            kill(held.pid, SIGSTOP)
            driver.send(SIGINT)
            let first = await driver.errors.wait { $0.contains { $0.contains("once more kills it at once") } }
            #expect(first)
            driver.send(SIGINT)
            let ended = await Finished(driver)
            #expect(ended.status == 105, "\(ended.errors)")
            #expect(ended.errors.contains("electbench: killed; "))
            try await sandbox.untilAlone()
            let history = try sandbox.latest.history()
            #expect(history[kind: .runEnded].isEmpty)
            try await sandbox.latest.expectReadable(in: sandbox, exitCode: 105)
        }
    }

    @Test("by SIGKILL takes its children along, and its history can be read")
    func killed() async throws {
        try await Sandbox.with { sandbox in
            let driver = try await sandbox.start(["--quiet", "--output", sandbox.output] + Self.endless)
            _ = try await sandbox.latest.wait(for: .faultApplied)
            #expect(sandbox.processes.contains { $0.command.contains("nats-server") })
            driver.send(SIGKILL)
            #expect(await driver.exit() == 128 + Int(SIGKILL))
            try await sandbox.untilAlone()
            // It was never interrupted by its own account: it only breaks off.
            try await sandbox.latest.expectReadable(in: sandbox, exitCode: 2)
        }
    }
}
