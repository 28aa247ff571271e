import ElectionCore

/// Roles that change hands in order, and how evenly they come to lie.
extension Summary {
    static func handovers(_ analysis: Analysis) -> [Statistic] {
        let byCause = Dictionary(grouping: analysis.handovers, by: \.cause)
        return byCause.keys.sorted().flatMap { cause -> [Statistic] in
            let rows = byCause[cause] ?? []
            let transfers = rows.filter { $0.successor != nil }
            let scope = "cause=\(cause)"
            return [
                Statistic("gap_ms", scope: scope, spans: rows.compactMap { $0.sampled($0.gap) }),
                Statistic("handovers_lost", scope: scope, unit: "roles", value: String(rows.count { $0.new == nil })),
                Statistic("transfers", scope: scope, unit: "roles", value: String(transfers.count)),
                Statistic(
                    "transfer_leaderless_ms",
                    scope: scope,
                    spans: transfers.compactMap { $0.sampled($0.leaderless) }
                ),
            ]
        }
    }

    static func balance(_ balance: Balance) -> [Statistic] {
        var overTime = Statistic(
            "balance_spread",
            scope: "over=time",
            unit: "roles",
            value: Cell.number(balance.meanSpread, digits: 3)
        )
        overTime.max = Cell.text(balance.mostSpread)
        let atEnd = Statistic("balance_spread", scope: "over=end", unit: "roles", value: Cell.text(balance.endSpread))
        let byKind = Dictionary(grouping: balance.changes, by: \.kind)
        let times = Balance.Change.Kind.allCases.flatMap { kind -> [Statistic] in
            guard let rows = byKind[kind] else { return [] }
            let scope = "after=\(kind.rawValue)"
            let never = rows.count { $0.outcome == .unbalanced }
            return [
                Statistic(
                    "balance_ms",
                    scope: scope,
                    spans: rows.compactMap { change in change.time.map { Sampled($0) } },
                    faults: Set(rows.compactMap(\.fault?.id)).count
                ),
                Statistic("balance_never", scope: scope, unit: "changes", value: String(never)),
            ]
        }
        return [overTime, atEnd] + times
    }

    static func lostRaces(_ rows: [Failover], scope: String = "") -> Statistic {
        let counts = rows.map { Sampled(Double($0.lostRaces), role: $0.old.role, event: "fault \($0.fault.id)") }
        let total = rows.reduce(0) { $0 + $1.lostRaces }
        let mean = rows.isEmpty ? nil : Double(total) / Double(rows.count)
        var statistic = Statistic(
            "lost_races_per_failover",
            scope: scope,
            unit: "count",
            values: counts,
            digits: 0,
            value: Cell.number(mean, digits: 3)
        )
        statistic.faults = Set(rows.map(\.fault.id)).count
        return statistic
    }
}
