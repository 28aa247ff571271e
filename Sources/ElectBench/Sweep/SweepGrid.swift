import ArgumentParser
import Chaos
import ElectionCore
import Measurement

/// The grid of a sweep, read from its command's words and checked: a run's plan for each cell.
struct SweepGrid: Sendable {
    let description: SweepDescription
    /// A plan a cell, in the description's order.
    let plans: [RunPlan]

    /// What a cell has that says nothing else: long enough for some kills to hit a leader, and for a quiet part before.
    static let defaults = [
        "--name=sweep", "--duration=20s", "--warm-up=20s", "--faults=kill", "--fault-interval=2s",
        "--downtime=500ms-1500ms",
        "--min-faults=0",
    ]

    /// Options of `run` that a sweep has not, with why.
    private static let refused: [String: String] = {
        let exports = Export.Format.allCases.map {
            ("--export-\($0.rawValue)", "electbench check exports a cell's run")
        }
        return [
            "--scenario": "a sweep's cells have one phase each",
            "--print-schedule": "each cell has a schedule of its own",
            "--web": "the page follows one run",
            "--baseline": "it is of one run: use electbench compare on a cell's folder",
            "--tolerance": "it is of a baseline", "--force": "it is of a baseline",
        ].merging(exports) { $1 }
    }()

    /// Options that a resumed sweep may be given anew, for its description has them not; to each whether it has a value.
    private static let free = ["--password": true, "--token": true, "--quiet": false, "--no-progress": false]

    /// - Parameters:
    ///   - instances: the sizes, at least one of each.
    ///   - others: options of `run` as they were typed.
    /// - Throws: ``Failure`` with exit code 64, or what ArgumentParser throws.
    init(instances: [Int], roles: [Int], ttls: [Duration], heartbeat: Duration?, others: [String]) throws {
        for (option, reason) in Self.refused.sorted(by: { $0.key < $1.key })
        where others.contains(where: { $0 == option || $0.hasPrefix(option + "=") }) {
            throw Failure.badArgument("\(option): \(reason); leave it out")
        }
        for size in instances { try RunCommand.checkProcesses(size) }
        let first = try Self.command(others, instances: instances[0], roles: roles[0], ttls[0], heartbeat)
        // What else the faults bring would be taken for what the size brings.
        let strange = try first.plans()[0].kinds.filter { $0 != .kill && $0 != .stop }
        guard strange.isEmpty else {
            throw Failure.badArgument(
                "--faults \(strange[0].rawValue): a sweep looks for what is too much by itself; give kill, stop or none"
            )
        }
        guard first.comparison.combinations.count == 1 else {
            throw Failure.badArgument("a sweep has one --detector and one --campaign: sweep once for each")
        }
        guard first.store.urls?.allSatisfy({ RunPlan.withoutSecret($0) == $0 }) ?? true else {
            throw Failure.badArgument(
                "a sweep keeps its server's URL to be resumed with: leave the password out of it, and give --user and NATS_PASSWORD"
            )
        }
        // Drawn once: all cells have the same.
        let seed = try first.plans()[0].seed
        var others = others
        if let urls = first.store.urls, !others.contains(where: { $0 == "--server" || $0.hasPrefix("--server=") }) {
            // Whoever resumes it elsewhere has another NATS_URL, or none.
            others += ["--server", urls.joined(separator: ",")]
        }
        if first.seed == nil { others += ["--seed", "\(seed)"] }
        description = SweepDescription(
            name: first.name,
            seed: seed,
            instances: instances,
            roles: roles,
            ttls: ttls,
            heartbeat: heartbeat,
            lease: first.election.lease == .role ? nil : first.election.lease.rawValue,
            words: Self.words(instances, roles, ttls, heartbeat) + Self.kept(others),
            version: ElectBench.version,
            kernel: Host.kernel(),
            cores: Host.cores(),
            memoryKb: Host.memoryKb()
        )
        plans = try description.cells.map { cell in
            let load = cell.load
            var words = others
            if ttls.count > 1, first.store.urls != nil {
                // A bucket that stays has one age limit, and so serves one ttl.
                words += ["--bucket", "\(first.election.bucket)-ttl\(Durations.text(load.ttl))"]
            }
            var plan = try Self.command(
                words,
                instances: load.instances,
                roles: load.roles,
                load.ttl,
                load.heartbeat
            ).plans()[0]
            plan.cell = cell.label
            return plan
        }
    }

    /// The `run` that a cell is.
    private static func command(
        _ others: [String],
        instances: Int,
        roles: Int,
        _ ttl: Duration,
        _ heartbeat: Duration?
    ) throws -> RunCommand {
        try RunCommand.parse(
            defaults + [
                "--instances=\(instances)", "--roles=\(roles)", "--ttl=\(Durations.text(ttl))",
                "--heartbeat=\(Durations.text(heartbeat ?? Load.heartbeat(of: ttl)))",
            ] + others
        )
    }

    private static func words(
        _ instances: [Int],
        _ roles: [Int],
        _ ttls: [Duration],
        _ heartbeat: Duration?
    ) -> [String] {
        func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
        return [
            "--instances", list(instances), "--roles", list(roles), "--ttl",
            ttls.map(Durations.text).joined(separator: ","),
        ] + (heartbeat.map { ["--heartbeat", Durations.text($0)] } ?? [])
    }

    /// What belongs to the sweep: no secret, nothing of how it is shown or where it is kept.
    private static func kept(_ words: [String]) -> [String] {
        RunPlan.withoutSecrets(without(free.merging(["--output": true]) { $1 }, words))
    }

    /// What a resumed sweep can't be told, for it has settings of its own.
    static func fixed(_ words: [String]) -> [String] { without(free.merging(["--resume": true]) { $1 }, words) }

    private static func without(_ options: [String: Bool], _ words: [String]) -> [String] {
        var rest: [String] = []
        var isValue = false
        for word in words {
            let name = String(word.prefix { $0 != "=" })
            if isValue {
                isValue = false
            } else if let hasValue = options[name] {
                isValue = hasValue && name == word
            } else {
                rest.append(word)
            }
        }
        return rest
    }
}
