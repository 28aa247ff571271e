import ElectionCore

extension Summary {
    var faultSection: Page.Section {
        let rows = analysis.faultKinds.map { kind -> [String] in
            let measures = [
                "faults_applied", "faults_skipped", "faults_hit", "fault_roles_led", "fault_roles_taken",
                "fault_roles_kept", "failovers_lost",
            ]
            return [kind] + measures.map { statistic($0, scope: "fault=\(kind)")?.value ?? "" }
        }
        return Page.Section(
            title: "Faults",
            note: rows.isEmpty ? "" : "roles: led by a victim just before; of them taken, or kept in the same term",
            table: Page.Table(
                columns: [.word("fault")]
                    + ["faults", "skipped", "hit a leader", "roles led", "taken", "kept", "never led again"].map(
                        Page.Column.number
                    ),
                rows: rows
            ),
            remarks: rows.isEmpty ? ["No faults were asked for."] : []
        )
    }

    /// The kinds that took a role.
    private var takingKinds: [String] { analysis.faultKinds.filter { !analysis.failovers(of: $0).isEmpty } }

    var failoverSection: Page.Section {
        let rows = takingKinds.flatMap { kind -> [[String]] in
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
            note: "ms to the next leader's callback; excess: over what it has to wait for (stop: all of it)",
            table: Page.Table(
                columns: [.word("fault"), .word("figure")]
                    + ["n", "faults", "lost", "min", "p50", "p90", "p99", "max"].map(Page.Column.number),
                rows: rows
            ),
            facts: [
                Page.Fact(
                    label: "lost races",
                    value: takingKinds.map { kind in
                        let races = statistic("lost_races_per_failover", scope: "fault=\(kind)")
                        return "\(kind) \(Self.dash(races?.value ?? ""))"
                    }.joined(separator: ", ") + " a failover"
                )
            ]
        )
    }

    var stageSection: Page.Section {
        let measures = [
            "lease_left_ms", "detect_ms", "acquire_ms", "promote_ms", "failover_leaderless_ms",
            "failover_store_out_ms", "driver_late_ms",
        ]
        return Page.Section(
            title: "Stages",
            note: "p50, ms: detect + acquire + promote = failover, row by row",
            table: Page.Table(
                columns: [.word("fault")]
                    + ["lease left", "detect", "acquire", "promote", "leaderless", "store out", "driver late"].map(
                        Page.Column.number
                    ),
                rows: takingKinds.map { kind in
                    [kind] + measures.map { statistic($0, scope: "fault=\(kind)")?.p50 ?? "" }
                }
            )
        )
    }

    /// The store's own outages, apart from what the election makes of them.
    var outageSection: Page.Section {
        let kinds = Set(analysis.outages.map(\.kind)).sorted()
        let rows = kinds.flatMap { kind -> [[String]] in
            let scope = "fault=\(kind)"
            let counts = ["led", "kept", "back_to_same", "moved", "lost"].map {
                statistic("outage_roles_\($0)", scope: scope)?.value ?? ""
            }
            return [("store out", "store_out_ms"), ("recovery", "recovery_ms")].compactMap { label, measure in
                statistic(measure, scope: scope).map { row in
                    [kind, label, Cell.text(row.n), row.p50, row.max] + counts
                }
            }
        }
        return Page.Section(
            title: "Outages",
            note: "ms the store was out; recovery: from its return until every role is led",
            table: Page.Table(
                columns: [.word("fault"), .word("figure")]
                    + ["n", "p50", "max", "roles led", "kept", "back", "moved", "lost"].map(Page.Column.number),
                rows: rows
            )
        )
    }
}
