import ElectionCore

/// The store's own outages, and what its ledger tells.
extension Summary {
    static func outages(_ analysis: Analysis) -> [Statistic] {
        let byKind = Dictionary(grouping: analysis.outages, by: \.kind)
        return byKind.keys.sorted().flatMap { kind -> [Statistic] in
            let rows = byKind[kind] ?? []
            let scope = "fault=\(kind)"
            func roles(_ measure: String, _ count: (Outage) -> Int) -> Statistic {
                Statistic(measure, scope: scope, unit: "roles", value: String(rows.map(count).reduce(0, +)))
            }
            return [
                Statistic("store_out_ms", scope: scope, spans: rows.map { Sampled($0.store.span.length) }),
                Statistic(
                    "recovery_ms",
                    scope: scope,
                    spans: rows.compactMap { row in row.recovery.map { Sampled($0) } }
                ),
                roles("outage_roles_led", \.ledBefore),
                roles("outage_roles_kept", \.kept),
                roles("outage_roles_back_to_same", \.backToSame),
                roles("outage_roles_moved", \.moved),
                roles("outage_roles_lost", \.lost),
            ]
        }
    }

    static func ledger(_ analysis: Analysis) -> [Statistic] {
        let ledger = analysis.ledger
        func count(_ measure: String, _ unit: String, _ number: Int, scope: String = "") -> Statistic {
            Statistic(measure, scope: scope, unit: unit, value: String(number))
        }
        let totals = [
            count("ledger_entries", "entries", ledger.entries),
            count("ledger_gaps", "count", ledger.gaps),
            count("stale_writes", "entries", ledger.stale.count),
            count("stale_writes_fenced", "entries", ledger.stale.count(where: \.passesFence)),
            count("fencing_refused_current", "entries", ledger.stale.count(where: \.refusesLeader)),
        ]
        let kinds = Set(ledger.stale.flatMap(\.faults).map(\.kind)).sorted()
        let byKind = kinds.map { kind in
            let number = ledger.stale.count { write in write.faults.contains { $0.kind == kind } }
            return count("stale_writes", "entries", number, scope: "fault=\(kind)")
        }
        return totals + byKind
    }

    static func link(_ cost: LinkCost?) -> [Statistic] {
        guard let cost else { return [] }
        let figures = [
            ("link_added_us", cost.added), ("link_direct_us", cost.direct), ("link_linked_us", cost.linked),
        ]
        return figures.map { measure, span in
            Statistic(measure, unit: "us", n: cost.count, value: Numbers.fixed(span / .microseconds(1), digits: 3))
        }
    }
}
