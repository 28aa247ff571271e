import ElectionCore

extension Analysis {
    /// A row for each role that a fault took from its leader.
    var failoversCSV: [UInt8] {
        table(
            columns: [
                "fault_id", "fault", "role", "old_instance", "old_incarnation", "old_term", "new_instance",
                "new_incarnation", "new_term", "at", "offset_ns", "lease_left_ms", "detect_ms", "acquire_ms",
                "promote_ms", "failover_ms", "floor_ms", "excess_ms", "store_out_ms", "overlap_ms", "leaderless_ms",
                "lost_races", "driver_late_ms", "outcome",
            ],
            rows: failovers
        ) { row in
            [
                String(row.fault.id), row.fault.kind, row.old.role, row.old.holder.instance,
                String(row.old.holder.number),
                String(row.old.number), Cell.text(row.new?.holder.instance), Cell.text(row.new?.holder.number),
                Cell.text(row.new?.number), at(row.at), offset(row.at), Cell.ms(row.leaseLeft),
                Cell.ms(row.stages?.detect), Cell.ms(row.stages?.acquire), Cell.ms(row.stages?.promote),
                Cell.ms(row.stages?.total), Cell.ms(row.floor), Cell.ms(row.excess), Cell.ms(row.storeOut),
                Cell.ms(row.overlap, digits: 6), Cell.ms(row.leaderless), String(row.lostRaces),
                Cell.ms(row.driverLate), row.outcome.rawValue,
            ]
        }
    }

    /// A row for each role that its leader gave up in order.
    var handoversCSV: [UInt8] {
        table(
            columns: [
                "cause", "role", "old_instance", "old_term", "given_to", "new_instance", "new_term", "at", "offset_ns",
                "gap_ms", "leaderless_ms", "outcome",
            ],
            rows: handovers
        ) { row in
            let outcome: Failover.Outcome = row.new == nil ? .lost : .promoted
            return [
                row.cause, row.old.role, row.old.holder.instance, String(row.old.number),
                Cell.text(row.successor), Cell.text(row.new?.holder.instance), Cell.text(row.new?.number), at(row.at),
                offset(row.at), Cell.ms(row.gap), Cell.ms(row.leaderless), outcome.rawValue,
            ]
        }
    }

    /// A row for each fault of the schedule; several victims stand with `;` between them.
    var faultsCSV: [UInt8] {
        table(
            columns: [
                "fault_id", "fault", "target", "instance", "incarnation", "detail", "at", "due_offset_ns", "offset_ns",
                "late_ms", "duration_ms", "roles_led", "roles_taken", "roles_kept", "ended_offset_ns", "outcome",
            ],
            rows: faults
        ) { fault in
            let toll = tolls[fault.id]
            return [
                String(fault.id), fault.kind, fault.target.rawValue, Cell.list(fault.victims.map(\.name)),
                Cell.list(fault.victims.map { Cell.text($0.incarnation) }), Cell.text(fault.detail), at(fault.at),
                fault.due.map(offset) ?? "", offset(fault.at), Cell.ms(fault.late), Cell.ms(fault.planned),
                Cell.text(toll?.led), Cell.text(toll?.taken), Cell.text(toll?.kept),
                fault.ended.map(offset) ?? "", fault.isSkipped ? "skipped" : "applied",
            ]
        }
    }

    /// A row for each outage of the store in the measured part.
    var outagesCSV: [UInt8] {
        table(
            columns: [
                "fault_id", "fault", "server", "at", "offset_ns", "store_out_ms", "recovery_ms", "roles_led_before",
                "roles_kept", "roles_back_to_same", "roles_moved", "roles_lost", "stream_leader", "outcome",
            ],
            rows: outages
        ) { row in
            let servers = row.faults.flatMap(\.victims).filter { !$0.isSkipped }.map(\.name)
            return Cell.faults(row.faults) + [
                servers.joined(separator: ";"), at(row.store.span.start), offset(row.store.span.start),
                Cell.ms(row.store.span.length), Cell.ms(row.recovery),
            ] + [row.ledBefore, row.kept, row.backToSame, row.moved, row.lost].map { String($0) } + [
                Cell.text(row.store.leader), row.store.isOver ? "over" : "lasting",
            ]
        }
    }
}

extension Cell {
    /// Empty where all are.
    static func list(_ values: [String]) -> String {
        values.allSatisfy(\.isEmpty) ? "" : values.joined(separator: ";")
    }
}
