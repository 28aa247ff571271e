import ElectionCore

/// What the servers carried, and what the election cost while nothing happened to it.
extension Summary {
    static func traffic(_ rates: ServerRates, prefix: String = "") -> [Statistic] {
        ServerRates.Direction.allCases.flatMap { direction -> [Statistic] in
            let figures = [("messages_per_second", rates.messages), ("bytes_per_second", rates.bytes)]
            return figures.compactMap { measure, values in
                values[direction].map { value in
                    Statistic(
                        prefix + measure,
                        scope: "direction=\(direction.rawValue)",
                        unit: "per_second",
                        value: Numbers.fixed(value, digits: 1)
                    )
                }
            }
        }
    }

    static func quiet(_ use: QuietUse?) -> [Statistic] {
        guard let use else { return [] }
        let kinds = SourceKind.allCases.filter { use.processes[$0] != nil }
        let processes = kinds.flatMap { kind -> [Statistic] in
            let n = use.processes[kind]
            func row(_ measure: String, _ unit: String, _ value: String) -> Statistic {
                Statistic(measure, scope: kind.rawValue, unit: unit, n: n, value: value)
            }
            return [
                row("quiet_processor", "percent", Cell.number(use.processorPercent[kind], digits: 3)),
                row("quiet_resident_kb", "kb", Cell.text(use.residentKb[kind])),
                row("quiet_private_kb", "kb", Cell.text(use.privateKb[kind])),
            ]
        }
        return [Statistic("quiet_s", unit: "s", value: Numbers.fixed(use.span.length / .seconds(1), digits: 3))]
            + processes + [
                Statistic("quiet_tasks", unit: "count", value: Cell.text(use.tasks)),
                Statistic("quiet_threads", unit: "count", value: Cell.text(use.threads)),
                Statistic(
                    "quiet_operations_per_second",
                    unit: "per_second",
                    value: Numbers.fixed(use.operationsPerSecond, digits: 1)
                ),
            ] + traffic(use.traffic, prefix: "quiet_")
    }
}
