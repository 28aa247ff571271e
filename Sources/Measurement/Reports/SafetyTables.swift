import ElectionCore

extension Analysis {
    /// A row for each violation; a header alone in a safe run.
    var violationsCSV: [UInt8] {
        table(
            columns: [
                "account", "rule", "role", "at", "offset_ns", "length_ms", "first_instance", "first_incarnation",
                "first_term", "second_instance", "second_incarnation", "second_term", "end_offset_ns",
                "fault_ids", "faults",
            ],
            rows: Array(violations.enumerated())
        ) { index, row in
            let cells = [
                index < ViolationReport.mostAccounts ? String(index + 1) : "", row.rule.rawValue, row.role,
                at(row.span.start), offset(row.span.start), Cell.ms(row.span.length, digits: 6),
                row.first.holder.instance, String(row.first.holder.number), String(row.first.term),
                Cell.text(row.second?.holder.instance), Cell.text(row.second?.holder.number),
                Cell.text(row.second?.term), offset(row.span.end),
            ]
            return cells + Cell.faults(row.faults)
        }
    }

    /// A row for each stale write that the ledger took.
    var staleCSV: [UInt8] {
        table(
            columns: [
                "role", "at", "offset_ns", "sent_offset_ns", "revision", "instance", "incarnation", "term",
                "newer_revision", "newer_instance", "newer_incarnation", "newer_term", "newer_sent_offset_ns", "fence",
                "fault_ids", "faults",
            ],
            rows: ledger.stale
        ) { row in
            let (entry, newer) = (row.entry, row.newer)
            let cells = [
                entry.role, at(entry.at), offset(entry.at), entry.sent.map(offset) ?? "", String(entry.revision),
                entry.holder.instance, String(entry.holder.number), String(entry.term), String(newer.revision),
                newer.holder.instance, String(newer.holder.number), String(newer.term), newer.sent.map(offset) ?? "",
                row.passesFence ? "passes" : row.refusesLeader ? "refuses_leader" : "refuses",
            ]
            return cells + Cell.faults(row.faults)
        }
    }

    /// A row for each stretch in which an instance was without a connection.
    var connectionsCSV: [UInt8] {
        table(
            columns: [
                "instance", "incarnation", "lost_offset_ns", "back_offset_ns", "synced_offset_ns", "server",
            ],
            rows: connections
        ) { row in
            [
                row.process.instance, String(row.process.number), row.lost.map(offset) ?? "",
                row.back.map(offset) ?? "", row.synced.map(offset) ?? "", row.server ?? "",
            ]
        }
    }
}

extension Cell {
    /// Their ids, and their kinds in the same order.
    static func faults(_ faults: [FaultRecord]) -> [String] {
        [faults.map { String($0.id) }.joined(separator: ";"), faults.map(\.kind).joined(separator: ";")]
    }
}
