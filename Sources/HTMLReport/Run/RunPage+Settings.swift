import ElectionCore
import Measurement

extension RunPage {
    /// What everybody asks for first: figures of `summary.csv`.
    var headline: [Page.Fact] {
        var facts: [Page.Fact] = []
        func value(_ measure: String, _ scope: String = "") -> String {
            summary.statistic(measure, scope: scope)?.value ?? ""
        }
        let taking = summary.failoverCurves.map(\.name)
        for kind in taking.prefix(4) {
            guard let row = summary.statistic("failover_ms", scope: "fault=\(kind)") else { continue }
            facts.append(
                Page.Fact(
                    label: "failover after \(kind), p50 / p99 / max ms",
                    value: [row.p50, row.p99, row.max].map(Summary.dash).joined(separator: " / ")
                )
            )
        }
        let overlap = value("overlap_ms")
        let violations = summary.analysis.violations.count
        // Where nothing was measured, that nothing was seen is no good news.
        let good: Page.Tone = summary.analysis.window.hasBegun ? .good : .plain
        facts += [
            Page.Fact(label: "violations", value: String(violations), tone: violations > 0 ? .bad : good),
            Page.Fact(
                label: "two leaders at once, ms",
                value: Summary.dash(overlap),
                tone: summary.analysis.safety.overlaps.isEmpty ? good : .bad
            ),
            Page.Fact(label: "availability", value: Summary.dash(value("availability", "roles"))),
            Page.Fact(
                label: "leaderless, all roles, ms",
                value: Summary.dash(value("leaderless_ms", "roles"))
            ),
            Page.Fact(
                label: "lost without a fault",
                value: Summary.dash(value("false_failovers")),
                tone: summary.analysis.falseFailovers.isEmpty ? good : .doubtful
            ),
            Page.Fact(
                label: "instances' processor, % of one core",
                value: Summary.dash(value("processor", SourceKind.instances.rawValue))
            ),
            Page.Fact(label: "store operations a second", value: Summary.dash(value("operations_per_second"))),
        ]
        return facts
    }

    var settings: HTMLSection {
        let run = summary.analysis.run
        let rows = RunPage.rows(run)
        return HTMLSection(
            id: "settings",
            title: "Settings",
            blocks: [
                .facts(rows.map { Page.Fact(label: $0.0, value: $0.1) }),
                .paragraph("This command repeats the run:"),
                .preformatted(run.repeatCommand),
                .note("run.json has the same for programs; results/README.md says what each figure means."),
            ]
        )
    }

    /// - Parameter machine: where its model was measured; nil: nowhere.
    private static func simulated(_ model: String, of machine: String?) -> String {
        "simulated, by the model \(model)" + (machine.map { " of \($0)" } ?? "")
    }

    private static func rows(_ run: RunDescription) -> [(String, String)] {
        let settings = run.settings
        func span(_ nanoseconds: Int64?) -> String { nanoseconds.map { Numbers.short(.nanoseconds($0)) } ?? "none" }
        func range(_ least: Int64?, _ most: Int64?) -> String {
            least == most ? span(least) : "\(span(least)) – \(span(most))"
        }
        let weights = settings.faults.map { kind in settings.faultWeights?[kind].map { "\(kind)=\($0)" } ?? kind }
        let machine =
            "\(run.kernel), \(Numbers.count(run.cores, "core")), \(Numbers.grouped(run.memoryKb)) kB of memory"
        let priorities = (settings.priorities ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return [
            ("run", run.runID), ("started", run.startedAt), ("seed", String(run.seed)),
            ("electbench", run.version), ("nats-server", run.serverVersions.joined(separator: ", ")),
            ("machine", settings.model.map { Self.simulated($0, of: run.memoryKb > 0 ? machine : nil) } ?? machine),
            ("clock drift", settings.driftPpm.map { "up to \($0) parts per million" } ?? "the machine's"),
            ("instances", String(settings.instances)), ("roles", String(settings.roles.count)),
            ("lease", settings.lease ?? "role"),
            ("ttl", span(settings.ttlNs)), ("heartbeat", span(settings.heartbeatNs)),
            ("spread", span(settings.spreadNs)),
            ("detector", settings.detector), ("campaign", settings.campaign),
            ("balance", settings.balance == true ? "yes" : "no"), ("takeover", settings.takeover ?? "none"),
            ("priorities", priorities.isEmpty ? "none" : priorities.joined(separator: ", ")),
            ("faults", weights.isEmpty ? "none" : weights.joined(separator: ", ")),
            ("fault interval", span(settings.faultIntervalNs)),
            ("downtime", range(settings.downtimeMinNs, settings.downtimeMaxNs)),
            ("fault duration", range(settings.faultDurationMinNs, settings.faultDurationMaxNs)),
            ("duration", span(settings.durationNs)), ("warm-up", span(settings.warmUpNs)),
            ("wanted faults of each kind", String(settings.minFaults)),
            ("server", settings.server), ("servers", String(settings.servers)), ("bucket", settings.bucket),
            ("storage", settings.storage), ("replicas", String(settings.replicas)), ("watch", settings.watch),
            ("validation", span(settings.validationNs)), ("ledger", span(settings.ledgerIntervalNs)),
            ("scenario", settings.scenario ?? "none"),
            ("phases", settings.phases?.map { "\($0.name) \(span($0.durationNs))" }.joined(separator: ", ") ?? "none"),
            ("sabotage", settings.sabotage ?? "none"),
        ]
    }
}
