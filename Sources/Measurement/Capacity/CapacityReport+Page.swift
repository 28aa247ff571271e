import ElectionCore

extension CapacityReport {
    package var page: Page {
        let states = cells.map(\.health.state)
        let fine = states.count { $0 == .fine }
        let reasons = cells.compactMap { cell -> String? in
            let health = cell.health
            if health.state == .fine || health.state == .notBegun { return nil }
            return "\(cell.label): \(health.state.rawValue)" + (health.reason.isEmpty ? "" : ": \(health.reason)")
        }
        return Page(
            title: "electbench \(description.version) · capacity",
            subtitle: subtitle,
            sections: [kneeSection, cellSection, latencySection, modelSection, checkSection],
            verdict: "\(fine) of \(cells.count) cells fine" + (isUnfinished ? " (not all are measured)" : ""),
            tone: states.contains(.unsafe) ? .bad : isUnfinished ? .doubtful : .good,
            reasons: reasons
        )
    }

    private var subtitle: [String] {
        func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }
        let versions = Set(cells.flatMap { $0.figures?.serverVersions ?? [] }).sorted().joined(separator: ", ")
        return [
            "instances \(list(description.instances))", "roles \(list(description.roles))",
            "ttl \(description.ttls.map { Numbers.short($0) }.joined(separator: ", "))",
            "heartbeat \(description.ttls.map { Numbers.short(description.heartbeat(of: $0)) }.joined(separator: ", "))",
            "nats-server \(versions.isEmpty ? "?" : versions)", Numbers.count(description.cores, "core"),
            "seed \(description.seed)",
        ] + (description.lease.map { ["lease \($0)"] } ?? [])
    }

    private var kneeSection: Page.Section {
        Page.Section(
            title: "Knee",
            note: "instances × roles; late: a renewal after its lease, or their p99 over half of it",
            remarks: knees.map(\.text)
        )
    }

    private var cellSection: Page.Section {
        func each(_ cell: CapacityCell, _ column: String) -> String {
            cell.number(column).map { Numbers.fixed($0 / Double(cell.load.instances) / 1024, digits: 2) } ?? ""
        }
        func megabytes(_ cell: CapacityCell, _ column: String) -> String {
            cell.number(column).map { Numbers.fixed($0 / 1024, digits: 1) } ?? ""
        }
        return Page.Section(
            title: "Cost",
            note: "while nothing happens; processor in % of one core, all together; memory in MB, private",
            table: Page.Table(
                columns: [.word("ttl")]
                    + [
                        "instances", "roles", "processor\ninstances", "processor\nservers", "memory\nan instance",
                        "memory\nservers", "tasks", "threads", "operations\na second", "messages\nin /s",
                        "messages\nout /s",
                    ].map(Page.Column.number),
                rows: cells.map { cell in
                    [
                        Numbers.short(cell.load.ttl), String(cell.load.instances), String(cell.load.roles),
                        cell.figure("processor_instances_percent"), cell.figure("processor_servers_percent"),
                        each(cell, "private_instances_kb"), megabytes(cell, "private_servers_kb"),
                        cell.figure("tasks"), cell.figure("threads"), cell.figure("operations_per_second"),
                        cell.figure("messages_in_per_second"), cell.figure("messages_out_per_second"),
                    ]
                }
            )
        )
    }

    private var latencySection: Page.Section {
        func ofFault(_ cell: CapacityCell, _ column: String) -> String {
            let kinds = cell.figures?.faultKinds ?? []
            guard let kind = kinds.contains(FaultName.kill) ? FaultName.kill : kinds.first else { return "" }
            return cell.figure(CapacityColumn.prefix(of: kind) + column)
        }
        return Page.Section(
            title: "Latency",
            note: "renewals in µs from when they were due; failover of kills (else of the first kind) in ms",
            table: Page.Table(
                columns: [.word("ttl")]
                    + [
                        "instances", "roles", "renew\np50", "renew\np99", "renew\nmax", "failover\np50",
                        "failover\np99", "excess\np50", "false\nfailovers", "overlap\nms",
                    ].map(Page.Column.number) + [.word("state")],
                rows: cells.map { cell in
                    [
                        Numbers.short(cell.load.ttl), String(cell.load.instances), String(cell.load.roles),
                        cell.figure("renew_p50_us"), cell.figure("renew_p99_us"), cell.figure("renew_max_us"),
                        ofFault(cell, "failover_p50_ms"), ofFault(cell, "failover_p99_ms"),
                        ofFault(cell, "excess_p50_ms"),
                        cell.figure("false_failovers"), cell.figure("overlap_ms"), cell.health.state.rawValue,
                    ]
                }
            )
        )
    }

    private var fits: [CostFit] { CostQuantity.allCases.compactMap { costs.fits[$0] } }

    private var modelSection: Page.Section {
        let rows = fits.flatMap { fit in
            let quantity = fit.model.quantity
            let costs = zip(fit.model.unitCosts(at: fit.largest), fit.standardErrors)
            let terms = zip(quantity.terms, costs).map { term, cost in
                [
                    quantity.title, term.unit, Numbers.threeDigits(quantity.shown(cost.0)),
                    Numbers.threeDigits(quantity.shown(cost.1)), quantity.unit,
                ]
            }
            guard quantity.isProcessor else { return terms }
            let exponent = [Numbers.threeDigits(fit.model.exponent), Numbers.threeDigits(fit.exponentError)]
            return terms + [[quantity.title, "exponent of the sum"] + exponent + [""]]
        }
        var remarks = [
            "fitted by non-negative least squares of relative errors over the fine cells; exponent e: k times the load costs "
                + "k^e times as much"
        ]
        let missing = CostQuantity.allCases.filter { costs.fits[$0] == nil }.map(\.title)
        if !missing.isEmpty {
            remarks.append(
                "no model of \(missing.joined(separator: ", ")): it takes at least 3 fine cells that measured it, "
                    + "each in a quiet part of 3 s (--warm-up \(Numbers.plain(QuietUse.leastWarmUp)); 8s for the memory of instances)"
            )
        }
        return Page.Section(
            title: "Cost model",
            note: "what one of each costs in the largest fine cell; ±: standard error by the jackknife",
            table: Page.Table(
                columns: [.word("cost"), .word("of"), .number("value"), .number("±"), .word("unit")],
                rows: rows
            ),
            remarks: remarks
        )
    }

    private var checkSection: Page.Section {
        func percent(_ value: Double?) -> String { value.map { Numbers.fixed($0 * 100, digits: 1) } ?? "" }
        return Page.Section(
            title: "Check of the model",
            note: "relative error in % on cells that the fit had not seen",
            table: Page.Table(
                columns: [.word("cost")]
                    + [
                        "cells", "R²", "each left out\nmedian", "each left out\nmax", "largest corner\nmax",
                    ].map(Page.Column.number) + [.word("worst cell")],
                rows: fits.map { fit in
                    [
                        fit.model.quantity.title, String(fit.points.count), Cell.number(fit.r2, digits: 4),
                        percent(fit.leftOutMedian), percent(fit.leftOutMax), percent(fit.heldOutMax),
                        fit.leftOut.max { $0.error < $1.error }?.label ?? "",
                    ]
                }
            )
        )
    }
}
