import TestSupport
import Testing

@Suite("Runs against a baseline", .serialized, .timeLimit(.minutes(3)))
struct BaselineTests {
    static let settings = [
        "--instances", "4", "--ttl", "600ms", "--heartbeat", "200ms", "--warm-up", "500ms", "--duration", "9s",
        "--seed", "7",
        "--faults", "kill", "--fault-interval", "350ms", "--downtime", "200ms-400ms", "--min-faults", "0", "--ledger",
        "none",
    ]

    @Test("are worse where leaders are found later, and better the other way round")
    func worseAndBetter() async throws {
        try await Sandbox.with { sandbox in
            let first = try await sandbox.electbench(Self.settings + ["--roles", "24", "--name", "base"])
            #expect(first.status == 0, "\(first.output)\(first.errors)")
            let base = try #require(ProcessScan.folderEntries(sandbox.output).first { $0.hasSuffix("-base") })
            let basePath = "\(sandbox.output)/\(base)"
            let slow = try await sandbox.electbench(
                Self.settings + [
                    "--roles", "24", "--sabotage", "slow", "--baseline", basePath,
                    "--export-junit", "\(sandbox.folder)/junit.xml",
                ]
            )
            #expect(slow.status == 99, "\(slow.output)\(slow.errors)")
            #expect(slow.output.contains("Verdict: PASS") && slow.output.contains("Verdict: WORSE"))
            let run = sandbox.latest
            #expect(Set(run.files).isSuperset(of: ["baseline.json", "baseline.md"]))
            let junit = String(decoding: ProcessScan.bytes(of: "\(sandbox.folder)/junit.xml"), as: UTF8.self)
            #expect(junit.contains(#"failures="1" errors="0""#))
            #expect(junit.contains("worse, exit code 99"))
            try await expectSameAgain(sandbox, base: basePath, new: run)

            let reverse = try await sandbox.run(["compare", run.path, "\(basePath)/summary.json"])
            #expect(reverse.status == 0, "\(reverse.output)\(reverse.errors)")
            #expect(reverse.output.contains("Verdict: BETTER"))
            let tolerant = try await sandbox.run(["compare", basePath, run.path, "--tolerance", "1000000%"])
            #expect(tolerant.status == 0, "\(tolerant.output)")
            #expect(tolerant.output.contains("Verdict: NO DIFFERENCE SEEN"))
            try await expectUnsafe(sandbox, base: basePath)
        }
    }

    /// The comparison by itself writes what the run has written.
    private func expectSameAgain(_ sandbox: Sandbox, base: String, new: RunResult) async throws {
        let (markdown, json) = ("\(sandbox.folder)/compared.md", "\(sandbox.folder)/compared.json")
        let again = try await sandbox.run([
            "compare", base, new.path, "--export-markdown", markdown, "--export-json", json,
        ])
        #expect(again.status == 99, "\(again.output)\(again.errors)")
        #expect(ProcessScan.bytes(of: markdown) == new.bytes("baseline.md"))
        #expect(ProcessScan.bytes(of: json) == new.bytes("baseline.json"))
        #expect(!new.bytes("baseline.json").isEmpty)
    }

    private func expectUnsafe(_ sandbox: Sandbox, base: String) async throws {
        let text = String(decoding: ProcessScan.bytes(of: "\(base)/summary.json"), as: UTF8.self)
        let file = try sandbox.write(
            text.replacing("\"verdict\":\"pass\"", with: "\"verdict\":\"unsafe\""),
            as: "unsafe.json"
        )
        let compared = try await sandbox.run(["compare", base, file])
        #expect(compared.status == 1, "\(compared.output)\(compared.errors)")
        #expect(compared.output.contains("Verdict: UNSAFE"))
    }

    @Test("are undecided after few faults, and refused where their settings are others")
    func fewAndOthers() async throws {
        try await Sandbox.with { sandbox in
            let short = Self.settings + ["--duration", "1s", "--roles"]
            for name in ["one", "two"] {
                let run = try await sandbox.electbench(short + ["6", "--name", name])
                #expect(run.status == 0, "\(run.output)\(run.errors)")
            }
            let folders = ProcessScan.folderEntries(sandbox.output).filter { $0 != "latest" }.sorted()
            let paths = folders.map { "\(sandbox.output)/\($0)" }
            let few = try await sandbox.run(["compare"] + paths)
            #expect(few.status == 2, "\(few.output)\(few.errors)")
            #expect(few.output.contains("of 8 faults"))

            let third = try await sandbox.electbench(short + ["6", "--baseline", paths[0], "--export-junit", "-"])
            #expect(third.status == 2, "\(third.output)\(third.errors)")
            #expect(third.output.contains(#"failures="0" errors="1""#))
            #expect(third.errors.contains("against the baseline: too few"))

            let other = try await sandbox.electbench(short + ["5", "--baseline", paths[0]])
            other.expectFailure(64, saying: ["not comparable", "roles: 6 and 5", "--force"])
            let left = ProcessScan.folderEntries(sandbox.output).count
            #expect(left == folders.count + 2, "no run was begun")

            let text = String(decoding: ProcessScan.bytes(of: "\(paths[1])/summary.json"), as: UTF8.self)
            let file = try sandbox.write(text.replacing("\"cores\":", with: "\"cores\":9"), as: "other.json")
            let machine = try await sandbox.run(["compare", paths[0], file])
            machine.expectFailure(64, saying: ["not comparable", "cores: "])
            let forced = try await sandbox.run(["compare", paths[0], file, "--force"])
            #expect(forced.status == 2, "\(forced.output)\(forced.errors)")
            #expect(forced.output.contains("in spite of cores"))
        }
    }

    @Test(
        "are refused with one line where they can't be read",
        arguments: [
            (["compare", "nowhere", "nowhere"], ["nowhere holds no run"]),
            (["compare", "nowhere"], ["new"]),
            (["compare", "a", "b", "--tolerance", "failovr_ms=10%"], ["did you mean failover_ms?"]),
            (["compare", "a", "b", "--tolerance", "10"], ["--tolerance", "failover_ms=10%"]),
            (["run", "--baseline", "nowhere"], ["nowhere holds no run"]),
            (["run", "--tolerance", "10%"], ["--baseline"]),
            (["run", "--baseline", "nowhere", "--campaign", "race,ranked"], ["--baseline"]),
        ]
    )
    func refused(words: [String], saying: [String]) async throws {
        try await Sandbox.with { sandbox in
            let refused = try await sandbox.run(words)
            refused.expectFailure(64, saying: saying)
        }
    }
}
