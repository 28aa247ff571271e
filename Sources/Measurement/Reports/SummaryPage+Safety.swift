import ElectionCore

extension Summary {
    var safetySection: Page.Section {
        let safety = analysis.safety
        let leaderless = statistic("leaderless_ms", scope: "roles")
        let availability = statistic("availability", scope: "roles")
        let overlap = statistic("overlap_ms")?.value ?? ""
        let broken = safety.fallen.count + safety.contradicted.count + safety.superseded.count
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
                    + "\(safety.superseded.count) outlived by belief, \(safety.unconfirmed.count) unconfirmed",
                tone: broken > 0 ? .bad : safety.unconfirmed.isEmpty ? .good : .doubtful
            ),
            ledgerFact,
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
            let transfers = statistic("transfers", scope: gap.scope)?.value ?? "0"
            let leaderless = statistic("transfer_leaderless_ms", scope: gap.scope)?.p50 ?? ""
            let given = transfers == "0" ? "" : "; \(transfers) given, leaderless p50 \(Self.dash(leaderless)) ms"
            facts.append(
                Page.Fact(
                    label: "handovers, \(cause)",
                    value:
                        "\(gap.n ?? 0), gap p50 \(Self.dash(gap.p50)) ms, max \(Self.dash(gap.max)) ms; \(lost) lost\(given)"
                )
            )
        }
        return Page.Section(title: "Safety and availability", facts: facts)
    }

    private var ledgerFact: Page.Fact {
        let ledger = analysis.ledger
        let fenced = ledger.stale.count(where: \.passesFence)
        let refused = ledger.stale.count(where: \.refusesLeader)
        var value = "\(Numbers.grouped(ledger.entries)) \(ledger.entries == 1 ? "entry" : "entries"); "
        value += "stale writes \(ledger.stale.count) without fencing, \(fenced) with"
        if refused > 0 { value += "; \(refused) refused of the only leader" }
        if ledger.gaps > 0 { value += "; \(Numbers.count(ledger.gaps, "gap"))" }
        if ledger.entries == 0 {
            value = analysis.run.settings.ledgerIntervalNs == nil ? "none was kept" : "no entries"
        }
        let tone: Page.Tone = fenced + refused > 0 ? .bad : !ledger.stale.isEmpty ? .doubtful : .plain
        return Page.Fact(label: "ledger", value: value, tone: tone)
    }
}
