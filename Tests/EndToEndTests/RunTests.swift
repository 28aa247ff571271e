import Measurement
import TestSupport
import Testing

@Suite("A run", .serialized, .timeLimit(.minutes(2)))
struct RunTests {
    /// Small, and with a seed whose first kill and first stop hit two instances that nothing has hit before: with so many
    /// roles each of them leads some.
    static let arguments = [
        "--instances", "4", "--roles", "40", "--duration", "6s", "--fault-interval", "700ms", "--downtime",
        "300ms-800ms",
        "--ttl", "1s", "--heartbeat", "300ms", "--warm-up", "500ms", "--seed", "7",
    ]

    @Test("passes, writes a whole folder, and check computes the same bytes from the history")
    func wholeRun() async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench(Self.arguments)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(run.errors.isEmpty)
            #expect(run.output.contains("Verdict: PASS"))
            let result = sandbox.latest
            #expect(
                Set(result.files) == Set(RunResult.reports + ["history.jsonl", "run.json", "logs", "schedule.txt"])
            )
            #expect(
                ProcessScan.folderEntries("\(result.path)/logs").sorted() == [
                    "instance-1.log", "instance-2.log", "instance-3.log", "instance-4.log", "server-1.log",
                ]
            )
            #expect(ProcessScan.folderEntries(sandbox.temporary).isEmpty, "the server's store is left")

            let folders = ProcessScan.folderEntries(sandbox.output).filter { $0 != "latest" }
            let description = try result.description()
            #expect(folders == [description.runID])
            #expect(description.seed == 7)
            #expect(description.repeatCommand.hasSuffix(" --seed 7"))

            try expectTables(result, description)
            try expectPlausibleHistory(try result.history())
            let folder = RunResult(path: "\(sandbox.output)/\(description.runID)")
            #expect(run.output.contains("\nFolder: \(folder.path)\n"))
            #expect(run.output.contains("\nRepeat: \(description.repeatCommand)\n"))
            try await expectSameAgain(sandbox, folder, run)
        }
    }

    @Test("draws the same faults from the same seed")
    func sameSeed() async throws {
        try await Sandbox.with { sandbox in
            var schedules: [[String]] = []
            // What is scheduled doesn't depend on what the machine does meanwhile.
            let arguments = Array(Self.arguments.dropLast(2)) + ["--min-faults", "0", "--no-progress"]
            try await withThrowingTaskGroup(of: [String].self) { group in
                for (name, seed) in [("a", "12"), ("b", "12"), ("c", "11")] {
                    group.addTask {
                        let output = "\(sandbox.folder)/\(name)"
                        let run = try await sandbox.run(["--output", output, "--seed", seed] + arguments)
                        #expect(run.status == 0, "\(run.errors)")
                        let faults = try RunResult(path: output + "/latest").table("faults.csv")
                        return [name]
                            + faults.rows.map { row in
                                ["fault_id", "fault", "instance", "due_offset_ns"].map { row[$0] ?? "?" }.joined(
                                    separator: " "
                                )
                            }
                    }
                }
                for try await schedule in group { schedules.append(schedule) }
            }
            schedules.sort { $0[0] < $1[0] }
            let faults = schedules.map { $0.dropFirst() }
            #expect(!faults[0].isEmpty)
            #expect(faults[0] == faults[1])
            #expect(faults[0] != faults[2])
        }
    }

    @Test("is inconclusive where fewer faults than wanted hit a leader")
    func inconclusive() async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench([
                "--instances", "2", "--roles", "2", "--duration", "300ms", "--warm-up", "0s", "--ttl", "1s",
                "--heartbeat",
                "300ms", "--seed", "1", "--min-faults", "50",
            ])
            #expect(run.status == 2, "\(run.errors)")
            #expect(run.output.contains("Verdict: INCONCLUSIVE"))
            #expect(run.output.contains("of 50 wanted kill faults hit a leader"))
            #expect(run.errors.isEmpty)
        }
    }

    @Test("without faults, by one instance, under another name, has a folder of that name")
    func withoutFaults() async throws {
        try await Sandbox.with { sandbox in
            let run = try await sandbox.electbench([
                "--instances", "1", "--roles", "3", "--duration", "300ms", "--warm-up", "0s", "--faults", "none",
                "--name", "calm", "--storage", "memory", "--ttl", "1s", "--heartbeat", "300ms",
            ])
            #expect(run.status == 0, "\(run.errors)")
            let description = try sandbox.latest.description()
            #expect(description.runID.hasSuffix("-calm"))
            #expect(description.settings.faults.isEmpty)
            #expect(try sandbox.latest.table("failovers.csv").rows.isEmpty)
            #expect(try sandbox.latest.table("distribution.csv").rows.map { $0["roles_led_end"] } == ["3"])
        }
    }
}

// MARK: What must hold of a run's folder

private func expectTables(_ result: RunResult, _ description: RunDescription) throws {
    let failovers = try result.table("failovers.csv")
    #expect(
        failovers.header
            == words(
                """
                run_id seed fault_id fault role old_instance old_incarnation old_term new_instance new_incarnation new_term at \
                offset_ns lease_left_ms detect_ms acquire_ms promote_ms failover_ms floor_ms excess_ms store_out_ms overlap_ms \
                leaderless_ms lost_races driver_late_ms outcome
                """
            )
    )
    let handovers = try result.table("handovers.csv")
    #expect(
        handovers.header
            == words(
                """
                run_id seed cause role old_instance old_term given_to new_instance new_term at offset_ns gap_ms \
                leaderless_ms outcome
                """
            )
    )
    let balance = try result.table("balance.csv")
    #expect(
        balance.header
            == words("run_id seed change fault_id fault instance at offset_ns live spread balance_ms outcome")
    )
    let distribution = try result.table("distribution.csv")
    #expect(
        distribution.header
            == words(
                "run_id seed instance incarnations uptime_s roles_led_mean roles_led_max roles_led_end share"
            )
    )
    let operations = try result.table("operations.csv")
    #expect(
        operations.header
            == words(
                "run_id seed instance operation count errors lost_races p50_us p90_us p99_us p999_us max_us"
            )
    )
    let tasks = try result.table("tasks.csv")
    let kinds = tasks.header.filter { $0.hasPrefix("tasks_") }
    #expect(!kinds.isEmpty)
    #expect(
        tasks.header == words("run_id seed at offset_ns instance incarnation roles_led tasks") + kinds
            + words("activities threads resident_kb private_kb cpu_ms descriptors")
    )
    for name in RunResult.reports where name.hasSuffix(".csv") {
        let table = try result.table(name)
        #expect(Array(table.header.prefix(2)) == ["run_id", "seed"], "\(name)")
        #expect(table.rows.allSatisfy { $0["run_id"] == description.runID && $0["seed"] == "7" }, "\(name)")
        // Nothing was unsafe, nobody wrote late, the server was left alone, and no threshold was given.
        let hasRows = !["outages.csv", "stale.csv", "thresholds.csv", "violations.csv"].contains(name)
        #expect(table.rows.isEmpty != hasRows, "\(name)")
    }
    #expect(distribution.rows.map { $0["instance"] } == ["instance-1", "instance-2", "instance-3", "instance-4"])
    #expect(distribution.rows.compactMap { Int($0["roles_led_end"] ?? "") }.reduce(0, +) == 40)
    expectFailovers(failovers)
    let summary = String(decoding: result.bytes("summary.md"), as: UTF8.self)
    #expect(summary.contains(description.runID) || summary.contains("seed 7"))
}

private func expectFailovers(_ table: Table) {
    #expect(Set(table.rows.map { $0["fault"] }) == ["kill", "stop"])
    for row in table.rows {
        func number(_ column: String) -> Double? { row[column].flatMap { Double($0) } }
        #expect(row["outcome"] == "promoted")
        #expect(number("overlap_ms") == 0)
        guard let detect = number("detect_ms"), let acquire = number("acquire_ms"), let promote = number("promote_ms"),
            let total = number("failover_ms"), let old = number("old_term"), let new = number("new_term")
        else {
            Issue.record("a failover without its figures: \(row)")
            continue
        }
        // Three decimals, each rounded by itself.
        #expect(abs(detect + acquire + promote - total) < 0.0021, "\(row)")
        #expect(new > old, "\(row)")
        #expect([detect, acquire, promote].allSatisfy { $0 >= 0 }, "\(row)")
    }
}

private func expectPlausibleHistory(_ history: History) throws {
    #expect(history.unreadableLines == 0)
    #expect(!history.isCutOff)
    #expect(history.unknownEvents == 0)
    #expect(
        history[kind: .phase].map(\.name) == [
            "servers", "instances", "roles", "warm_up", "faults", "settle", "stop",
        ]
    )
    #expect(history[kind: .runStarted].count == 1)
    #expect(history.entries.last?.kind == .runEnded)
    #expect(history[kind: .serverReady].count == 1)
    #expect(history[kind: .serverExited].map(\.message) == [nil])
    #expect(history[kind: .failed].isEmpty)
    // Every life that began has ended, and each begins with its process id and becomes ready.
    #expect(history[kind: .spawned].count == history[kind: .exited].count)
    let faults = history[kind: .fault]
    #expect(!faults.isEmpty)
    #expect(history[kind: .spawned].count == 4 + faults.count)
    #expect(history[kind: .faultApplied].count == faults.count)
    #expect(history[kind: .faultEnded].count == faults.count)
    for exit in history[kind: .exited] {
        let hit = faults.first { $0.instance == exit.instance && $0.instanceIncarnation == exit.instanceIncarnation }
        // A life that is stopped before it is ready has nothing to release.
        let wasReady = history[kind: .ready].contains {
            $0.source == exit.instance && $0.incarnation == exit.instanceIncarnation
        }
        let orderly = wasReady ? ["exit 0"] : ["exit 0", "signal 15"]
        let expected = hit?.fault == "kill" ? ["signal 9"] : orderly
        #expect(expected.contains(exit.status ?? ""), "\(exit)")
    }
    // A promotion is acquired first, and its term is a revision that the observer saw that instance write.
    let written = Set(history[kind: .revision].map { "\($0.role ?? "") \($0.revision ?? 0) \($0.instance ?? "")" })
    let promotions = history[kind: .promoted]
    #expect(promotions.count >= 40)
    for promotion in promotions {
        let key = "\(promotion.role ?? "") \(promotion.term ?? 0) \(promotion.source)"
        #expect(written.contains(key), "the store has no record of \(key)")
    }
    // Who lives finishes each demotion.
    let killed = Set(faults.filter { $0.fault == "kill" }.map { "\($0.instance ?? "") \($0.instanceIncarnation ?? 0)" })
    func ofLiving(_ kind: HistoryEvent) -> [String: Int] {
        let lives = history[kind: kind].map { "\($0.source) \($0.incarnation ?? 0)" }.filter { !killed.contains($0) }
        return Dictionary(lives.map { ($0, 1) }, uniquingKeysWith: +)
    }
    #expect(ofLiving(.acquired) == ofLiving(.demoted))
    // A leadership that ends before its callback begins is never told to the user: as when all instances stop at once.
    let acquired = Set(history[kind: .acquired].map { "\($0.role ?? "") \($0.term ?? 0) \($0.source)" })
    for promotion in promotions {
        #expect(acquired.contains("\(promotion.role ?? "") \(promotion.term ?? 0) \(promotion.source)"))
    }
    #expect(ofLiving(.demoted) == ofLiving(.steppedDown))
}

private func expectSameAgain(_ sandbox: Sandbox, _ result: RunResult, _ run: Finished) async throws {
    let before = RunResult.reports.map(result.bytes)
    let inputs = ["run.json", "history.jsonl"].map(result.bytes)
    _ = await runProgram(["sh", "-c", "rm \(result.path)/*.csv \(result.path)/summary.md"])
    let check = try await sandbox.run(["check", result.path])
    #expect(check.status == run.status)
    #expect(check.output == run.output)
    #expect(check.errors.isEmpty)
    for (name, bytes) in zip(RunResult.reports, before) { #expect(result.bytes(name) == bytes, "\(name)") }
    #expect(["run.json", "history.jsonl"].map(result.bytes) == inputs)
}

private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
