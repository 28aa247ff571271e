import ElectionCore

/// The run in figures: what `summary.csv`, `summary.md` and the terminal's table show.
package struct Summary: Sendable {
    package let analysis: Analysis
    package let judgement: Judgement
    /// In the order in which they were given.
    package let thresholds: [ThresholdResult]
    package let statistics: [Statistic]

    /// - Parameter texts: thresholds; those of the run's settings unless given.
    package init(_ analysis: Analysis, thresholds texts: [String]? = nil) {
        self.analysis = analysis
        let figures =
            analysis.faultKinds.flatMap { Self.failovers(analysis, kind: $0) }
            + [Self.lostRaces(analysis.failovers)] + Self.outages(analysis) + Self.handovers(analysis)
            + Self.availability(analysis) + Self.safety(analysis) + Self.ledger(analysis)
            + Self.distribution(analysis.distribution) + Self.balance(analysis.balance)
            + Self.resources(analysis.resources) + Self.traffic(analysis.resources.traffic)
            + Self.quiet(analysis.resources.quiet)
            + Self.link(analysis.linkCost) + Self.operations(analysis) + Self.extent(analysis)
        thresholds = ThresholdEvaluation(analysis, figures).results(of: texts ?? analysis.run.settings.thresholds ?? [])
        judgement = Judgement(analysis, thresholds: thresholds)
        statistics = figures + Self.thresholds(thresholds) + Self.outcome(judgement)
    }

    /// The row of a measure in a scope.
    package func statistic(_ measure: String, scope: String = "") -> Statistic? {
        statistics.first { $0.measure == measure && $0.scope == scope }
    }

    package var csv: [UInt8] {
        var table = RunTable(analysis.run, columns: Statistic.columns)
        for statistic in statistics { table.append(statistic.cells) }
        return table.bytes
    }

    private static func failovers(_ analysis: Analysis, kind: String) -> [Statistic] {
        let rows = analysis.failovers(of: kind)
        let scope = "fault=\(kind)"
        func row(_ measure: String, _ digits: Int = 3, _ value: (Failover) -> Duration?) -> Statistic {
            let spans = rows.compactMap { $0.sampled(value($0)) }
            return Statistic(
                measure,
                scope: scope,
                spans: spans,
                faults: Set(spans.map(\.origin.event)).count,
                digits: digits
            )
        }
        let carriedOut = analysis.faults.filter { $0.kind == kind }
        let toll = analysis.toll(of: kind)
        func roles(_ measure: String, _ count: Int) -> Statistic {
            Statistic(measure, scope: scope, unit: "roles", value: String(count))
        }
        return [
            row("failover_ms") { $0.stages?.total },
            row("excess_ms") { $0.excess },
            row("floor_ms") { $0.floor },
            row("lease_left_ms") { $0.leaseLeft },
            row("detect_ms") { $0.stages?.detect },
            row("acquire_ms") { $0.stages?.acquire },
            row("promote_ms") { $0.stages?.promote },
            row("failover_leaderless_ms") { $0.leaderless },
            row("failover_overlap_ms", 6) { $0.overlap },
            row("failover_store_out_ms") { $0.storeOut },
            lostRaces(rows, scope: scope),
            row("driver_late_ms") { $0.driverLate },
            roles("failovers_lost", rows.count { $0.outcome == .lost }),
            roles("fault_roles_led", toll.led),
            roles("fault_roles_taken", toll.taken),
            roles("fault_roles_kept", toll.kept),
            Statistic("faults_hit", scope: scope, unit: "faults", value: String(analysis.hits(of: kind))),
            Statistic(
                "faults_applied",
                scope: scope,
                unit: "faults",
                value: String(carriedOut.count { !$0.isSkipped })
            ),
            Statistic("faults_skipped", scope: scope, unit: "faults", value: String(carriedOut.count { $0.isSkipped })),
        ]
    }

    private static func availability(_ analysis: Analysis) -> [Statistic] {
        let roles = analysis.availability
        let total = roles.reduce(Duration.zero) { $0 + $1.leaderless }
        let measured = roles.reduce(Duration.zero) { $0 + $1.measured }
        let overall = measured > .zero ? Numbers.fixed(Self.roundedDown(1 - total / measured), digits: 6) : ""
        return [
            Statistic(
                "leaderless_ms",
                scope: "roles",
                spans: roles.map { Sampled($0.leaderless, role: $0.role) },
                value: Numbers.milliseconds(total)
            ),
            Statistic(
                "availability",
                scope: "roles",
                unit: "ratio",
                values: roles.compactMap { role in
                    role.availability.map { Sampled(Self.roundedDown($0), role: role.role) }
                },
                digits: 6,
                value: overall
            ),
        ]
    }

    /// Of an availability six decimals: a 1 means that nothing was lost.
    private static func roundedDown(_ part: Double) -> Double { (part * 1e6).rounded(.down) / 1e6 }

    private static func safety(_ analysis: Analysis) -> [Statistic] {
        let safety = analysis.safety
        let total = safety.overlaps.reduce(Duration.zero) { $0 + $1.span.length }
        func count(_ measure: String, _ unit: String, _ number: Int) -> Statistic {
            Statistic(measure, unit: unit, value: String(number))
        }
        return [
            Statistic(
                "overlap_ms",
                spans: safety.overlaps.map { Sampled($0.span.length, role: $0.role) },
                digits: 6,
                value: Numbers.milliseconds(total, digits: 6)
            ),
            count("terms", "terms", safety.terms),
            count("terms_fallen", "terms", safety.fallen.count),
            count("terms_contradicted", "terms", safety.contradicted.count),
            count("terms_superseded", "terms", safety.superseded.count),
            count("terms_unconfirmed", "terms", safety.unconfirmed.count),
            count("false_failovers", "roles", analysis.falseFailovers.count),
            count("violations", "count", analysis.violations.count),
        ]
    }
}
