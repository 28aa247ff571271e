import ElectionCore

extension Analysis {
    /// A row an instance. `roles_led_mean` is weighted by time over the measured part, downtime included.
    var distributionCSV: [UInt8] {
        table(
            columns: [
                "instance", "incarnations", "uptime_s", "roles_led_mean", "roles_led_max", "roles_led_end", "share",
            ],
            rows: distribution.loads,
            cells: \.cells
        )
    }

    /// A row a change of the live instances, and how soon the roles were balanced.
    var balanceCSV: [UInt8] {
        table(
            columns: [
                "change", "fault_id", "fault", "instance", "at", "offset_ns", "live", "spread", "balance_ms", "outcome",
            ],
            rows: balance.changes
        ) { change in
            [
                change.kind.rawValue, Cell.text(change.fault?.id), Cell.text(change.fault?.kind),
                Cell.list(change.instances), at(change.at), offset(change.at), String(change.live),
                Cell.text(change.spread), Cell.ms(change.time), change.outcome.rawValue,
            ]
        }
    }

    /// A row a sample of a process: instances, servers and the driver. `tasks` is the sum of the `tasks_<kind>` after it.
    ///
    /// - Parameter body: takes it in pieces: a long run has a million rows.
    func tasksCSV(_ body: ([UInt8]) -> Void) {
        let kinds = resources.samples.taskKinds
        var table = RunTable(
            run,
            columns: ["at", "offset_ns", "instance", "incarnation", "roles_led", "tasks"]
                + kinds.map { "tasks_\($0)" }
                + ["activities", "threads", "resident_kb", "private_kb", "cpu_ms", "descriptors"]
        )
        for (index, sample) in resources.samples.enumerated() {
            var row = [
                at(sample.at), offset(sample.at), sample.source.instance, String(sample.source.number),
                Cell.text(sample.rolesLed), Cell.text(sample.tasks),
            ]
            row += kinds.map { kind in sample.tasksByKind.map { String($0[kind] ?? 0) } ?? "" }
            row += [
                sample.activities, sample.threads, sample.residentKb, sample.privateKb, sample.cpuMs,
                sample.descriptors,
            ].map(Cell.text)
            table.append(row)
            if index % 4096 == 0 { table.drain(body) }
        }
        table.drain(body)
    }

    /// A row an instance and operation, of the measured part.
    var operationsCSV: [UInt8] {
        table(
            columns: [
                "instance", "operation", "count", "errors", "lost_races", "p50_us", "p90_us", "p99_us", "p999_us",
                "max_us",
            ],
            rows: operations
        ) { row in
            [Cell.text(row.instance), row.operation, String(row.count), String(row.errors), String(row.lostRaces)]
                + Percentile.allCases.map { Cell.number(row.latency.percentilesUs[$0], digits: 1) }
                + [Cell.number(row.latency.maxUs, digits: 1)]
        }
    }
}

extension Distribution.Load {
    /// From `instance` to `share`.
    package var cells: [String] {
        [
            instance, String(incarnations), Numbers.fixed(uptime / .seconds(1), digits: 3),
            Numbers.fixed(rolesLedMean, digits: 6), String(rolesLedMax), String(rolesLedEnd),
            Numbers.fixed(share, digits: 6),
        ]
    }
}
