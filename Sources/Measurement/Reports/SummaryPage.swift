import ElectionCore

extension Summary {
    var page: Page {
        let settings = analysis.run.settings
        let seconds = Numbers.fixed(analysis.window.span.length / .seconds(1), digits: 1)
        let servers = Set(analysis.run.serverVersions).sorted().joined(separator: ", ")
        var sections = [failoverSection]
        if !analysis.faultKinds.isEmpty { sections.append(stageSection) }
        sections += [safetySection, distributionSection, costSection, operationSection]
        if !analysis.warnings.isEmpty { sections.append(Page.Section(title: "Warnings", remarks: analysis.warnings)) }
        return Page(
            title: "electbench \(analysis.run.version) · \(analysis.run.name)",
            subtitle: [
                Numbers.count(settings.instances, "instance"), Numbers.count(settings.roles.count, "role"),
                "ttl \(Numbers.short(.nanoseconds(settings.ttlNs)))",
                "heartbeat \(Numbers.short(.nanoseconds(settings.heartbeatNs)))",
                "faults \(settings.faults.isEmpty ? "none" : settings.faults.joined(separator: ", "))",
                "\(seconds) s measured",
                "\(settings.servers) × nats-server\(servers.isEmpty ? "" : " " + servers)",
                "\(settings.storage), \(Numbers.count(settings.replicas, "replica"))",
                Numbers.count(analysis.run.cores, "core"), "seed \(analysis.run.seed)",
            ],
            sections: sections,
            verdict: verdictLine,
            tone: verdictTone,
            reasons: judgement.reasons
        )
    }

    private var verdictLine: String {
        let suffix = judgement.isInterrupted ? " (interrupted: measured as far as it got)" : ""
        return judgement.verdict.rawValue.uppercased() + suffix
    }

    private var verdictTone: Page.Tone {
        switch judgement.verdict {
        case .pass: judgement.isInterrupted ? .doubtful : .good
        case .inconclusive: .doubtful
        case .unsafe: .bad
        }
    }

    private var failoverSection: Page.Section {
        let rows = analysis.faultKinds.flatMap { kind -> [[String]] in
            let scope = "fault=\(kind)"
            let lost = statistic("failovers_lost", scope: scope)?.value ?? ""
            return [("failover", "failover_ms"), ("excess", "excess_ms")].compactMap { label, measure in
                statistic(measure, scope: scope).map { row in
                    [
                        kind, label, Cell.text(row.n), Cell.text(row.faults), lost, row.min, row.p50, row.p90, row.p99,
                        row.max,
                    ]
                }
            }
        }
        return Page.Section(
            title: "Failover",
            note: "ms to the next leader's callback; excess: over the rest of the lease (stop: all of it)",
            table: Page.Table(
                columns: [.word("fault"), .word("figure")]
                    + ["n", "faults", "lost", "min", "p50", "p90", "p99", "max"].map(Page.Column.number),
                rows: rows
            ),
            remarks: analysis.faultKinds.isEmpty ? ["No faults were asked for."] : []
        )
    }

    private var stageSection: Page.Section {
        let measures = [
            "lease_left_ms", "detect_ms", "acquire_ms", "promote_ms", "failover_leaderless_ms", "driver_late_ms",
        ]
        return Page.Section(
            title: "Stages",
            note: "p50, ms: detect + acquire + promote = failover, row by row",
            table: Page.Table(
                columns: [.word("fault")]
                    + ["lease left", "detect", "acquire", "promote", "leaderless", "driver late"].map(
                        Page.Column.number
                    ),
                rows: analysis.faultKinds.map { kind in
                    [kind] + measures.map { statistic($0, scope: "fault=\(kind)")?.p50 ?? "" }
                }
            )
        )
    }

    private var safetySection: Page.Section {
        let safety = analysis.safety
        let leaderless = statistic("leaderless_ms", scope: "roles")
        let availability = statistic("availability", scope: "roles")
        let overlap = statistic("overlap_ms")?.value ?? ""
        let broken = safety.fallen.count + safety.contradicted.count
        func percent(_ ratio: String?) -> String {
            Self.dash(Cell.number(ratio.flatMap(Double.init).map { 100 * $0 }, digits: 3))
        }
        var facts = [
            Page.Fact(
                label: "overlap",
                value: "\(overlap) ms in \(Numbers.count(safety.overlaps.count, "pair")) of leaders",
                tone: safety.overlaps.isEmpty ? .good : .bad
            ),
            Page.Fact(
                label: "terms",
                value:
                    "\(safety.terms): \(safety.fallen.count) fell, \(safety.contradicted.count) contradicted by the store, "
                    + "\(safety.unconfirmed.count) unconfirmed",
                tone: broken > 0 ? .bad : safety.unconfirmed.isEmpty ? .good : .doubtful
            ),
            Page.Fact(
                label: "false failovers",
                value: Numbers.count(analysis.falseFailovers.count, "leader") + " lost without a fault",
                tone: analysis.falseFailovers.isEmpty ? .good : .doubtful
            ),
            Page.Fact(
                label: "leaderless",
                value: "\(leaderless?.value ?? "") ms over \(Numbers.count(analysis.availability.count, "role")), "
                    + "longest role \(Self.dash(leaderless?.max ?? "")) ms"
            ),
            Page.Fact(
                label: "availability",
                value: "\(percent(availability?.value)) %, worst role \(percent(availability?.min)) %"
            ),
        ]
        for gap in statistics where gap.measure == "gap_ms" {
            let cause = gap.scope.split(separator: "=").last.map(String.init) ?? ""
            let lost = statistic("handovers_lost", scope: gap.scope)?.value ?? "0"
            facts.append(
                Page.Fact(
                    label: "handovers, \(cause)",
                    value: "\(gap.n ?? 0), gap p50 \(Self.dash(gap.p50)) ms, max \(Self.dash(gap.max)) ms; \(lost) lost"
                )
            )
        }
        return Page.Section(title: "Safety and availability", facts: facts)
    }

    static func dash(_ text: String) -> String { text.isEmpty ? "–" : text }
}
