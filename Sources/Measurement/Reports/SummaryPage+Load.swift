import ElectionCore

extension Summary {
    var distributionSection: Page.Section {
        let distribution = analysis.distribution
        func row(_ label: String, _ fairness: Fairness?) -> [String] {
            let figures = [
                fairness?.min, fairness?.mean, fairness?.max, fairness?.standardDeviation, fairness?.gini,
                fairness?.jain,
            ]
            return [label] + figures.map { Cell.number($0, digits: 3) }
        }
        var facts: [Page.Fact] = []
        if let chance = distribution.chance {
            let band = "\(Numbers.fixed(chance.low, digits: 3)) – \(Numbers.fixed(chance.high, digits: 3))"
            facts.append(
                Page.Fact(
                    label: "Jain by lot",
                    value: "\(band) in nine of ten draws; \(Self.judge(distribution.atEnd, chance)); "
                        + "best of whole roles \(Self.dash(Cell.number(distribution.best, digits: 3)))"
                )
            )
        }
        facts += balanceFacts
        return Page.Section(
            title: "Distribution",
            note: "roles led per instance",
            table: Page.Table(
                columns: [.word("measured")]
                    + ["min", "mean", "max", "stddev", "Gini", "Jain"].map(Page.Column.number),
                rows: [row("over time", distribution.overTime), row("at the end", distribution.atEnd)]
            ),
            facts: facts
        )
    }

    private var balanceFacts: [Page.Fact] {
        let overTime = statistic("balance_spread", scope: "over=time")
        let atEnd = statistic("balance_spread", scope: "over=end")?.value ?? ""
        var facts = [
            Page.Fact(
                label: "most − fewest",
                value: "\(Self.dash(overTime?.value ?? "")) over time, at most \(Self.dash(overTime?.max ?? "")), "
                    + "\(Self.dash(atEnd)) at the end"
            )
        ]
        // Where nothing strives for it, that it never came is no news.
        let isSought = analysis.run.settings.balance == true
        for time in statistics where isSought && time.measure == "balance_ms" {
            let never = statistic("balance_never", scope: time.scope)?.value ?? ""
            facts.append(
                Page.Fact(
                    label: "balanced after \(time.scope.split(separator: "=").last ?? "")",
                    value: "\(time.n ?? 0), p50 \(Self.dash(time.p50)) ms, p99 \(Self.dash(time.p99)) ms, "
                        + "max \(Self.dash(time.max)) ms; \(never) not before the next change"
                )
            )
        }
        return facts
    }

    private static func judge(_ fairness: Fairness?, _ chance: BandOfChance) -> String {
        guard let jain = fairness?.jain else { return "nobody led at the end" }
        if jain < chance.low { return "the end is less even than chance" }
        if jain > chance.high { return "the end is more even than chance" }
        return "the end is what chance gives"
    }

    var costSection: Page.Section {
        let use = analysis.resources
        let labels: [(ResourceUse.Figure, String)] = [
            (.tasks, "Swift tasks"), (.threads, "threads"), (.descriptors, "descriptors"),
            (.privateKb, "private memory, kB"),
        ]
        let rows = labels.map { figure, label in
            let growth = use.growth[figure]
            let change = growth.flatMap { growth in
                growth.early.flatMap { early in growth.late.map { $0 >= early ? "+\($0 - early)" : "\($0 - early)" } }
            }
            return [label, Cell.text(growth?.early), Cell.text(growth?.late), Cell.text(change)]
        }
        var facts = analysis.resources.kinds.map { kind in
            Page.Fact(label: "processor, \(kind.rawValue)", value: processor(kind))
        }
        if let link = analysis.linkCost {
            func us(_ span: Duration) -> String { Numbers.fixed(span / .microseconds(1), digits: 1) }
            let value =
                "adds \(us(link.added)) µs to a round trip of \(us(link.direct)) µs; medians of \(link.count) each"
            facts.append(Page.Fact(label: "link", value: value))
        }
        if let start = analysis.start {
            let span = "\(Numbers.milliseconds(start, digits: 0)) ms until all instances watched and all roles were led"
            facts.append(Page.Fact(label: "start", value: span))
        }
        return Page.Section(
            title: "Cost",
            note: "an instance's median, in the first and the last quarter of its life; lives measured: \(use.lasting)",
            table: Page.Table(
                columns: [.word("figure"), .number("early in life"), .number("late in life"), .number("change")],
                rows: rows
            ),
            facts: facts
        )
    }

    private func processor(_ kind: SourceKind) -> String {
        let processes = analysis.resources.processes[kind] ?? 0
        guard let percent = analysis.resources.processorPercent[kind] else { return "not sampled" }
        let all = "\(Numbers.fixed(percent, digits: 2)) % of one core"
        if processes < 2 { return all }
        return "\(all), \(Numbers.fixed(percent / Double(processes), digits: 2)) % each of \(processes)"
    }

    var operationSection: Page.Section {
        let rows = analysis.operationTotals.map { row -> [String] in
            let scope = "operation=\(row.operation)"
            let latency = statistic("operation_us", scope: scope)
            return [
                row.operation, String(row.count), statistic("operations_per_second", scope: scope)?.value ?? "",
                String(row.errors), String(row.lostRaces), latency?.p50 ?? "", latency?.p90 ?? "", latency?.p99 ?? "",
                latency?.max ?? "",
            ]
        }
        let total = statistic("operations_per_second")?.value ?? ""
        return Page.Section(
            title: "Store operations",
            note: "latency in µs, a renewal's from when it was due",
            table: Page.Table(
                columns: [.word("operation")]
                    + ["count", "per s", "errors", "lost races", "p50", "p90", "p99", "max"].map(Page.Column.number),
                rows: rows
            ),
            facts: [Page.Fact(label: "together", value: "\(Self.dash(total)) operations a second")]
        )
    }
}
