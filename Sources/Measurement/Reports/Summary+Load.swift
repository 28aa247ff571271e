import ElectionCore

extension Summary {
    static func distribution(_ distribution: Distribution) -> [Statistic] {
        func rows(_ fairness: Fairness?, _ values: [Double], scope: String) -> [Statistic] {
            [
                Statistic(
                    "roles_led",
                    scope: scope,
                    unit: "roles",
                    values: values.map { Sampled($0) },
                    digits: 3,
                    value: Cell.number(fairness?.mean, digits: 3)
                ),
                Statistic(
                    "roles_led_stddev",
                    scope: scope,
                    unit: "roles",
                    value: Cell.number(fairness?.standardDeviation, digits: 3)
                ),
                Statistic("roles_led_gini", scope: scope, unit: "ratio", value: Cell.number(fairness?.gini, digits: 3)),
                Statistic("roles_led_jain", scope: scope, unit: "ratio", value: Cell.number(fairness?.jain, digits: 3)),
            ]
        }
        let chance = distribution.chance
        return rows(distribution.overTime, distribution.loads.map(\.rolesLedMean), scope: "over=time")
            + rows(distribution.atEnd, distribution.loads.map { Double($0.rolesLedEnd) }, scope: "over=end")
            + [
                Statistic(
                    "jain_by_lot",
                    scope: "percentile=5",
                    unit: "ratio",
                    value: Cell.number(chance?.low, digits: 3)
                ),
                Statistic(
                    "jain_by_lot",
                    scope: "percentile=95",
                    unit: "ratio",
                    value: Cell.number(chance?.high, digits: 3)
                ),
                Statistic("jain_best", unit: "ratio", value: Cell.number(distribution.best, digits: 3)),
            ]
    }

    static func resources(_ use: ResourceUse) -> [Statistic] {
        let growth = ResourceUse.Figure.allCases.flatMap { figure -> [Statistic] in
            let unit = figure == .privateKb ? "kb" : "count"
            let parts = [("early", use.growth[figure]?.early), ("late", use.growth[figure]?.late)]
            return parts.map { part, value in
                Statistic(
                    figure.rawValue,
                    scope: "life=\(part)",
                    unit: unit,
                    n: use.lasting,
                    value: Cell.text(value)
                )
            }
        }
        let processor = use.kinds.map { kind in
            Statistic(
                "processor",
                scope: kind.rawValue,
                unit: "percent",
                n: use.processes[kind] ?? 0,
                value: Cell.number(use.processorPercent[kind], digits: 2)
            )
        }
        return growth + processor
    }

    static func operations(_ analysis: Analysis) -> [Statistic] {
        let seconds = analysis.window.span.length / .seconds(1)
        func perSecond(_ count: Int) -> String { seconds > 0 ? Numbers.fixed(Double(count) / seconds, digits: 1) : "" }
        let total = analysis.operationTotals.reduce(0) { $0 + $1.count }
        return analysis.operationTotals.flatMap { row -> [Statistic] in
            let scope = "operation=\(row.operation)"
            func figure(_ value: Double?) -> String { Cell.number(value, digits: 1) }
            var latency = Statistic("operation_us", scope: scope, unit: "us", n: row.latency.count, value: "")
            latency.p50 = figure(row.latency.percentilesUs[.p50])
            latency.p90 = figure(row.latency.percentilesUs[.p90])
            latency.p99 = figure(row.latency.percentilesUs[.p99])
            latency.max = figure(row.latency.maxUs)
            latency.latencies = row.latency.histogram
            return [
                latency,
                Statistic("operations", scope: scope, unit: "count", value: String(row.count)),
                Statistic("operations_per_second", scope: scope, unit: "per_second", value: perSecond(row.count)),
                Statistic("operation_errors", scope: scope, unit: "count", value: String(row.errors)),
                Statistic("operation_lost_races", scope: scope, unit: "count", value: String(row.lostRaces)),
            ]
        } + [Statistic("operations_per_second", unit: "per_second", value: perSecond(total))]
    }

    static func extent(_ analysis: Analysis) -> [Statistic] {
        let history = analysis.history
        func count(_ measure: String, _ unit: String, _ number: Int) -> Statistic {
            Statistic(measure, unit: unit, value: String(number))
        }
        return [
            Statistic(
                "measured_s",
                unit: "s",
                value: Numbers.fixed(analysis.window.span.length / .seconds(1), digits: 3)
            ),
            Statistic("start_ms", unit: "ms", value: Cell.text(analysis.start.map { Numbers.milliseconds($0) })),
            count("history_entries", "lines", history.count),
            count("history_unreadable", "lines", history.unreadableLines),
            count("history_cut_off", "lines", history.isCutOff ? 1 : 0),
            count("history_unknown_events", "lines", history.unknownEvents),
            count("warnings", "count", analysis.warnings.count),
        ]
    }

    static func outcome(_ judgement: Judgement) -> [Statistic] {
        judgement.unsafe.map { Statistic("violation", scope: $0, unit: "", value: "unsafe") }
            + judgement.inconclusive.map { Statistic("doubt", scope: $0, unit: "", value: "inconclusive") }
            + [
                Statistic("interrupted", unit: "count", value: judgement.isInterrupted ? "1" : "0"),
                Statistic("aborted", unit: "count", value: judgement.abort == nil ? "0" : "1"),
                Statistic("verdict", unit: "", value: judgement.verdict.rawValue),
            ]
    }
}
