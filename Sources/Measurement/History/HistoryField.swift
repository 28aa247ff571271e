/// The fields of a history's line, by number: what ``HistoryEntry`` holds as optionals is packed by these.
enum HistoryField: UInt8, CaseIterable, Sendable {
    case t, source, incarnation, event
    case role, term, revision, reason, operation, outcome, value, mark, token, dueNs, sentNs, ttlNs, lateNs, terms
    case instance, instanceIncarnation, pid, status, server, version, name, message
    case faultId, fault, target, detail, durationNs, directNs, linkedNs, count
    case rolesLed, tasks, activities, threads, residentKb, privateKb, cpuMs, descriptors
    case messagesIn, messagesOut, bytesIn, bytesOut

    enum Content: Sendable {
        /// A signed number of 64 bits.
        case integer
        /// A number of 64 bits without a sign, kept as its bit pattern.
        case natural
        /// A signed number of 32 bits.
        case processID
        case text
        /// An object of numbers by name.
        case numbers
    }

    /// The key on the line.
    var name: StaticString {
        switch self {
        case .t: "t"
        case .source: "source"
        case .incarnation: "incarnation"
        case .event: "event"
        case .role: "role"
        case .term: "term"
        case .revision: "revision"
        case .reason: "reason"
        case .operation: "operation"
        case .outcome: "outcome"
        case .value: "value"
        case .mark: "mark"
        case .token: "token"
        case .dueNs: "due_ns"
        case .sentNs: "sent_ns"
        case .ttlNs: "ttl_ns"
        case .lateNs: "late_ns"
        case .terms: "terms"
        case .instance: "instance"
        case .instanceIncarnation: "instance_incarnation"
        case .pid: "pid"
        case .status: "status"
        case .server: "server"
        case .version: "version"
        case .name: "name"
        case .message: "message"
        case .faultId: "fault_id"
        case .fault: "fault"
        case .target: "target"
        case .detail: "detail"
        case .durationNs: "duration_ns"
        case .directNs: "direct_ns"
        case .linkedNs: "linked_ns"
        case .count: "count"
        case .rolesLed: "roles_led"
        case .tasks: "tasks"
        case .activities: "activities"
        case .threads: "threads"
        case .residentKb: "resident_kb"
        case .privateKb: "private_kb"
        case .cpuMs: "cpu_ms"
        case .descriptors: "descriptors"
        case .messagesIn: "messages_in"
        case .messagesOut: "messages_out"
        case .bytesIn: "bytes_in"
        case .bytesOut: "bytes_out"
        }
    }

    var content: Content {
        switch self {
        case .source, .event, .role, .reason, .operation, .outcome, .value, .mark, .token, .instance, .status, .server,
            .version, .name, .message, .fault, .target, .detail:
            .text
        case .term, .revision: .natural
        case .pid: .processID
        case .terms, .tasks: .numbers
        case .t, .incarnation, .dueNs, .sentNs, .ttlNs, .lateNs, .instanceIncarnation, .faultId, .durationNs, .directNs,
            .linkedNs, .count, .rolesLed, .activities, .threads, .residentKb, .privateKb, .cpuMs, .descriptors,
            .messagesIn, .messagesOut, .bytesIn, .bytesOut:
            .integer
        }
    }

    @inline(__always)
    var bit: UInt64 { 1 << UInt64(rawValue) }

    /// One bit a field.
    static func bits(where holds: (HistoryField) -> Bool) -> UInt64 {
        allCases.filter(holds).reduce(0) { $0 | $1.bit }
    }

    /// What no line may lack.
    static let required: UInt64 = HistoryField.t.bit | HistoryField.source.bit | HistoryField.event.bit
}
