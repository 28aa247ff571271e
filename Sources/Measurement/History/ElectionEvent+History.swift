package import ElectionCore

extension ElectionEvent {
    /// The event as a line of the history.
    ///
    /// - Parameter role: nil: it is of the instance's session.
    package func entry(role: Role?, source: String, incarnation: Int64, ttl: Duration) -> HistoryEntry {
        func entry(_ event: HistoryEvent, at time: Timestamp, term: UInt64? = nil) -> HistoryEntry {
            var entry = HistoryEntry(event, at: time, source: source, incarnation: incarnation)
            entry.role = role?.name
            entry.term = term
            return entry
        }
        var result: HistoryEntry
        switch self {
        case .suspected(let revision, let reason, let at):
            result = entry(.suspected, at: at)
            result.revision = revision
            result.reason = reason.rawValue
        case .operation(let operation, let outcome, let due, let sent, let revision, let at):
            result = entry(.operation, at: at)
            result.operation = operation.rawValue
            result.outcome = outcome.rawValue
            result.dueNs = due?.nanoseconds
            result.sentNs = sent.nanoseconds
            result.revision = revision
        case .acquired(let term, let sent, let at):
            result = entry(.acquired, at: at, term: term)
            result.sentNs = sent.nanoseconds
            result.ttlNs = ttl.nanoseconds
        case .promoted(let term, let at):
            result = entry(.promoted, at: at, term: term)
        case .demoted(let term, let reason, let at):
            result = entry(.demoted, at: at, term: term)
            result.reason = reason.rawValue
        case .steppedDown(let term, let reason, let at):
            result = entry(.steppedDown, at: at, term: term)
            result.reason = reason.rawValue
        case .released(let term, let revision, let successor, let at):
            result = entry(.released, at: at, term: term)
            result.revision = revision
            result.instance = successor
        }
        return result
    }
}

extension HistoryEntry {
    /// What an observer's watch shows of a role, as a line of the history.
    package static func revision(_ role: Role, _ entry: StoredEntry, at time: Timestamp) -> HistoryEntry {
        var line = HistoryEntry(.revision, at: time, source: "observer")
        line.role = role.name
        line.revision = entry.revision
        switch entry {
        case .missing: line.value = "missing"
        case .marker: line.value = "marker"
        case .unreadable: line.value = "unreadable"
        case .record(let record, _):
            line.value = "record"
            line.instance = record.id
            line.token = record.token
            line.instanceIncarnation = record.meta?.incarnation
            line.sentNs = record.meta?.sent.nanoseconds
            line.ttlNs = record.meta?.ttl.nanoseconds
            line.mark = record.meta?.mark?.name
        }
        return line
    }

    /// What an observer's watch shows of an instance's session, as a line of the history.
    package static func session(_ id: String, _ entry: StoredEntry, at time: Timestamp) -> HistoryEntry {
        var line = HistoryEntry(.session, at: time, source: "observer")
        line.revision = entry.revision
        line.instance = id
        line.value = "tombstone"
        if case .record(let record, _) = entry {
            line.value = "record"
            line.token = record.token
            line.instanceIncarnation = record.meta?.incarnation
            line.sentNs = record.meta?.sent.nanoseconds
            line.ttlNs = record.meta?.ttl.nanoseconds
        }
        return line
    }
}
