import ElectionCore

extension Analysis {
    /// A row for each role that a fault took from its leader.
    var failoversCSV: [UInt8] {
        var table = RunTable(
            run,
            columns: [
                "fault_id", "fault", "role", "old_instance", "old_incarnation", "old_term", "new_instance",
                "new_incarnation", "new_term", "at", "offset_ns", "lease_left_ms", "detect_ms", "acquire_ms",
                "promote_ms", "failover_ms", "excess_ms", "overlap_ms", "leaderless_ms", "driver_late_ms", "outcome",
            ]
        )
        for row in failovers {
            table.append([
                String(row.fault.id), row.fault.kind, row.old.role, row.old.holder.instance,
                String(row.old.holder.number),
                String(row.old.number), Cell.text(row.new?.holder.instance), Cell.text(row.new?.holder.number),
                Cell.text(row.new?.number), at(row.fault.at), offset(row.fault.at), Cell.ms(row.leaseLeft),
                Cell.ms(row.stages?.detect), Cell.ms(row.stages?.acquire), Cell.ms(row.stages?.promote),
                Cell.ms(row.stages?.total), Cell.ms(row.excess), Cell.ms(row.overlap, digits: 6),
                Cell.ms(row.leaderless),
                Cell.ms(row.driverLate), row.outcome.rawValue,
            ])
        }
        return table.bytes
    }

    /// A row for each role that its leader gave up in order.
    var handoversCSV: [UInt8] {
        var table = RunTable(
            run,
            columns: [
                "cause", "role", "old_instance", "old_term", "new_instance", "new_term", "at", "offset_ns", "gap_ms",
                "outcome",
            ]
        )
        for row in handovers {
            let outcome: Failover.Outcome = row.new == nil ? .lost : .promoted
            table.append([
                row.cause, row.old.role, row.old.holder.instance, String(row.old.number),
                Cell.text(row.new?.holder.instance), Cell.text(row.new?.number), at(row.at), offset(row.at),
                Cell.ms(row.gap), outcome.rawValue,
            ])
        }
        return table.bytes
    }

    /// A row for each fault of the schedule. `roles_led`: the roles it took from their leader, its rows in failovers.csv.
    var faultsCSV: [UInt8] {
        var table = RunTable(
            run,
            columns: [
                "fault_id", "fault", "instance", "incarnation", "at", "due_offset_ns", "offset_ns", "late_ms",
                "roles_led",
                "ended_offset_ns", "outcome",
            ]
        )
        let taken = Dictionary(grouping: failovers, by: \.fault.id).mapValues(\.count)
        for fault in faults {
            table.append([
                String(fault.id), fault.kind, fault.victim, Cell.text(fault.incarnation), at(fault.at),
                fault.due.map(offset) ?? "", offset(fault.at), Cell.ms(fault.late), String(taken[fault.id] ?? 0),
                fault.ended.map(offset) ?? "", fault.isSkipped ? "skipped" : "applied",
            ])
        }
        return table.bytes
    }
}
