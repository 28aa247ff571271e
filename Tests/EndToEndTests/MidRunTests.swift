import Glibc
import Measurement
import TestSupport
import Testing

@Suite("A run whose ground gives way", .serialized, .timeLimit(.minutes(1)))
struct MidRunTests {
    @Test("because its server died says so and keeps what was measured")
    func serverDies() async throws {
        try await Sandbox.with { sandbox in
            let driver = try await sandbox.start(["--quiet", "--output", sandbox.output] + InterruptTests.endless)
            try await sandbox.latest.untilFaultsBegin()
            let pid = try #require(try sandbox.latest.history()[kind: .serverReady].first?.pid)
            #expect(sandbox.processes.contains { $0.pid == pid && $0.command.contains("nats-server") })
            kill(pid, SIGKILL)
            let ended = await Finished(driver)
            ended.expectFailure(3, saying: ["server-1 ended by itself with signal 9", sandbox.output])
            #expect(ProcessScan.folderEntries(sandbox.temporary).isEmpty)
            let history = try sandbox.latest.history()
            #expect(history.entries.last?.kind == .runEnded)
            #expect(history[kind: .serverExited].count == 1)
            #expect(history[kind: .spawned].count == history[kind: .exited].count)
            try await sandbox.latest.expectReadable(in: sandbox, exitCode: 2)
        }
    }

    @Test("because an instance died that nobody had hit names it")
    func instanceDies() async throws {
        try await Sandbox.with { sandbox in
            let arguments = InterruptTests.endless + ["--faults", "none"]
            let driver = try await sandbox.start(["--quiet", "--output", sandbox.output] + arguments)
            try await sandbox.latest.untilFaultsBegin()
            let spawned = try await sandbox.latest.wait(for: .spawned) { $0.instance == "instance-2" }
            kill(try #require(spawned.pid), SIGKILL)
            await Finished(driver).expectFailure(3, saying: ["instance-2 ended by itself with signal 9"])
            let summary = String(decoding: sandbox.latest.bytes("summary.md"), as: UTF8.self)
            #expect(summary.contains("instance-2 ended by itself with signal 9"))
            try await sandbox.latest.expectReadable(in: sandbox, exitCode: 2)
        }
    }

    @Test("because its history may not grow any more says so and keeps what is on disk")
    func fileLimit() async throws {
        // The limit is inherited, so the server has to be one outside of it.
        try await TestServer.with(TestServer.binaries[0]) { server in
            try await Sandbox.with { sandbox in
                let run = try await sandbox.run(
                    ["--quiet", "--output", sandbox.output, "--server", server.url] + InterruptTests.endless,
                    wrapper: ["prlimit", "--fsize=60000", "--"]
                )
                run.expectFailure(3, saying: ["history", "free some space", "--output"])
                #expect(sandbox.latest.bytes("history.jsonl").last == UInt8(ascii: "\n"))
                #expect(sandbox.latest.bytes("history.jsonl").count > 50000)
                try await sandbox.latest.expectReadable(in: sandbox, exitCode: 2)
            }
        }
    }

    @Test("because not even its description could be written says why")
    func noRoomAtAll() async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.run(
                ["--quiet", "--output", sandbox.output] + InterruptTests.endless,
                wrapper: ["prlimit", "--fsize=500", "--"]
            )
            run.expectFailure(3, saying: ["run.json", "File too large"])
        }
    }

    /// Runs on a file system of its own, seen by the commands of the test alone, so that it is gone with them.
    @Test("because the disk is full says so and keeps what is on it", .enabled(if: canMount), arguments: [64, 160])
    func diskFull(sizeKb: Int) async throws {
        try await Sandbox.with { sandbox in
            mkdir(sandbox.output, 0o755)
            mkdir(sandbox.folder + "/kept", 0o755)
            let script = """
                mount -t tmpfs -o size=\(sizeKb)k electbench-test "$1" || exit 99
                output=$1 kept=$2; shift 2
                "$@"; status=$?
                cp -R "$output/latest/." "$kept"; exit $status
                """
            let words = ["unshare", "--mount", "sh", "-c", script, "sh", sandbox.output, sandbox.folder + "/kept"]
            let run = try await sandbox.run(
                ["--quiet", "--output", sandbox.output] + InterruptTests.endless,
                wrapper: words
            )
            run.expectFailure(3, saying: ["No space left on device", "free some space"])
            let kept = RunResult(path: sandbox.folder + "/kept")
            #expect(kept.bytes("history.jsonl").last == UInt8(ascii: "\n"))
            #expect(try kept.history()[kind: .serverReady].count == 1)
            try await kept.expectReadable(in: sandbox, exitCode: 2)
        }
    }

    static let canMount = unshareWorks()
}

private func unshareWorks() -> Bool {
    system("unshare --mount sh -c 'mount -t tmpfs -o size=64k none /mnt' 2>/dev/null") == 0
}
