extension Measure {
    /// Rows of the summary that are no figures of the run: its verdict and the reasons for it.
    package static let words: Set = [
        "violation", "doubt", "threshold", "threshold_measured", "interrupted", "aborted", "verdict",
    ]

    /// Every measure of the summary, in its order.
    package static let all: [Measure] =
        failovers + outages + handovers + safety + ledger + distribution + resources + operations + extent

    private static func make(
        _ names: [String],
        _ unit: String,
        _ kind: Kind,
        digits: Int = 0,
        by scope: Tag? = nil,
        _ change: (inout Measure) -> Void = { _ in }
    ) -> [Measure] {
        names.map { name in
            var measure = Measure(name, unit, kind, digits: digits, by: scope)
            change(&measure)
            return measure
        }
    }

    /// A sample of spans.
    private static func spans(
        _ names: [String],
        of source: String,
        by scope: Tag,
        hasRoles: Bool,
        digits: Int = 3
    ) -> [Measure] {
        make(names, "ms", .sample, digits: digits, by: scope) {
            $0.source = .events(source)
            $0.hasRoles = hasRoles
        }
    }

    private static let failovers: [Measure] =
        spans(
            [
                "failover_ms", "excess_ms", "floor_ms", "lease_left_ms", "detect_ms", "acquire_ms", "promote_ms",
                "failover_leaderless_ms",
            ],
            of: "failovers",
            by: .fault,
            hasRoles: true
        ) + spans(["failover_overlap_ms"], of: "failovers", by: .fault, hasRoles: true, digits: 6)
        + spans(["failover_store_out_ms", "driver_late_ms"], of: "failovers", by: .fault, hasRoles: true)
        + make(["lost_races_per_failover"], "count", .sample, digits: 3, by: .fault) {
            $0.sampleDigits = 0
            $0.source = .events("failovers")
            $0.hasRoles = true
            $0.hasValue = true
            $0.hasTotal = true
        }
        + make(["failovers_lost"], "roles", .count, by: .fault) { $0.settlesAtEnd = true }
        + make(["fault_roles_led", "fault_roles_taken"], "roles", .count, by: .fault)
        + make(["fault_roles_kept"], "roles", .count, by: .fault) { $0.settlesAtEnd = true }
        + make(["faults_hit", "faults_applied", "faults_skipped"], "faults", .count, by: .fault)

    private static let outages: [Measure] =
        (spans(["store_out_ms", "recovery_ms"], of: "outages", by: .fault, hasRoles: false)
        + make(["outage_roles_led"], "roles", .count, by: .fault)
        + make(
            ["outage_roles_kept", "outage_roles_back_to_same", "outage_roles_moved", "outage_roles_lost"],
            "roles",
            .count,
            by: .fault
        ) { $0.settlesAtEnd = true })
        .map { measure in
            var measure = measure
            measure.moreScopes = Outage.otherKinds
            return measure
        }

    private static let handovers: [Measure] =
        spans(["gap_ms", "transfer_leaderless_ms"], of: "handovers", by: .cause, hasRoles: true)
        + make(["handovers_lost"], "roles", .count, by: .cause) { $0.settlesAtEnd = true }
        + make(["transfers"], "roles", .count, by: .cause)

    private static let safety: [Measure] =
        make(["leaderless_ms"], "ms", .sample, digits: 3) {
            $0.hasRoles = true
            $0.source = .fixed("roles")
            $0.hasValue = true
            $0.valuesRise = true
        }
        + make(["availability"], "ratio", .sample, digits: 6) {
            $0.hasRoles = true
            $0.source = .fixed("roles")
            $0.hasValue = true
            $0.isRate = true
        }
        + make(["overlap_ms"], "ms", .occurrences, digits: 6) { $0.hasRoles = true }
        + make(["terms"], "terms", .count)
        + make(
            ["terms_fallen", "terms_contradicted", "terms_superseded", "terms_unconfirmed"],
            "terms",
            .count
        )
        + make(["false_failovers"], "roles", .count) + make(["violations"], "count", .count)

    private static let ledger: [Measure] =
        make(["ledger_entries"], "entries", .count) + make(["ledger_gaps"], "count", .count)
        + make(["stale_writes"], "entries", .count, by: .fault) {
            $0.hasTotal = true
            $0.absentIsZero = true
            $0.needsLedger = true
        } + make(["stale_writes_fenced", "fencing_refused_current"], "entries", .count) { $0.needsLedger = true }

    private static let distribution: [Measure] =
        make(["roles_led"], "roles", .sample, digits: 3, by: .over) {
            $0.source = .fixed("instances")
            $0.hasValue = true
            $0.pools = false
            $0.settlesAtEnd = true
        } + figures(["roles_led_stddev"], "roles", digits: 3, by: .over, settlesAtEnd: true)
        + figures(["roles_led_gini", "roles_led_jain"], "ratio", digits: 3, by: .over, settlesAtEnd: true)
        + figures(["jain_by_lot"], "ratio", digits: 3, by: .percentile)
        + make(["jain_best"], "ratio", .gauge, digits: 3)
        + make(["balance_spread"], "roles", .gauge, digits: 3, by: .over) {
            $0.pools = false
            $0.hasMax = true
            $0.settlesAtEnd = true
        } + spans(["balance_ms"], of: "changes of the live instances", by: .after, hasRoles: false)
        + make(["balance_never"], "changes", .count, by: .after) { $0.settlesAtEnd = true }

    private static let resources: [Measure] =
        figures(["tasks", "threads", "descriptors"], "count", digits: 0, by: .life)
        + figures(["private_kb"], "kb", digits: 0, by: .life)
        + figures(["processor"], "percent", digits: 2, by: .process)
        + figures(["messages_per_second", "bytes_per_second"], "per_second", digits: 1, by: .direction)
        + make(["quiet_s"], "s", .gauge, digits: 3)
        + figures(["quiet_processor"], "percent", digits: 3, by: .process)
        + figures(["quiet_resident_kb", "quiet_private_kb"], "kb", digits: 0, by: .process)
        + make(["quiet_tasks", "quiet_threads"], "count", .gauge)
        + make(["quiet_operations_per_second"], "per_second", .gauge, digits: 1)
        + figures(["quiet_messages_per_second", "quiet_bytes_per_second"], "per_second", digits: 1, by: .direction)
        + make(["link_added_us", "link_direct_us", "link_linked_us"], "us", .gauge, digits: 3)

    private static let operations: [Measure] =
        make(["operation_us"], "us", .latencies, digits: 1, by: .operation) { $0.source = .events("answered writes") }
        + make(["operations"], "count", .count, by: .operation)
        + make(["operations_per_second"], "per_second", .gauge, digits: 1, by: .operation) {
            $0.pools = false
            $0.hasTotal = true
        } + make(["operation_errors", "operation_lost_races"], "count", .count, by: .operation)

    private static let extent: [Measure] =
        make(["measured_s"], "s", .gauge, digits: 3) { $0.settlesAtEnd = true }
        + make(["start_ms"], "ms", .gauge, digits: 3)
        + make(["history_entries", "history_unreadable", "history_cut_off", "history_unknown_events"], "lines", .count)
        + make(["warnings"], "count", .count)

    /// Single figures whose rows can't be put together.
    private static func figures(
        _ names: [String],
        _ unit: String,
        digits: Int,
        by scope: Tag,
        settlesAtEnd: Bool = false
    ) -> [Measure] {
        make(names, unit, .gauge, digits: digits, by: scope) {
            $0.pools = false
            $0.settlesAtEnd = settlesAtEnd
        }
    }
}
