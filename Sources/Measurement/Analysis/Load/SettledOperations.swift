import ElectionCore

/// The operations of a run, each once: a write of unknown outcome is reported once more when it is settled, and then its last
/// report counts.
struct SettledOperations {
    /// Where the reports lie that a later one of the same write has replaced.
    private var replaced: Set<UInt32> = []

    private struct Writer: Hashable {
        var source: Symbol
        var incarnation: Int64?
        var role: Symbol?
        var operation: Symbol?

        init(_ row: HistoryRow) {
            source = row.source
            incarnation = row[integer: .incarnation]
            role = row.role
            operation = row[text: .operation]
        }
    }

    private struct Write: Hashable {
        var writer: Writer
        var sentNs: Int64?
    }

    init(_ history: History) {
        // Mostly a writer's next write was sent after all before. What was not may be one of them.
        var latest: [Writer: Int64?] = [:]
        var suspects: Set<Write> = []
        history.scan(.operation) { row in
            let write = Write(writer: Writer(row), sentNs: row.sentNs)
            guard let known = latest[write.writer] else {
                latest[write.writer] = write.sentNs
                return
            }
            if let sent = write.sentNs, let known, sent > known {
                latest[write.writer] = sent
            } else {
                suspects.insert(write)
            }
        }
        if suspects.isEmpty { return }
        var last: [Write: UInt32] = [:]
        history.scan(.operation) { row in
            let write = Write(writer: Writer(row), sentNs: row.sentNs)
            guard suspects.contains(write) else { return }
            if let earlier = last.updateValue(row.address, forKey: write) { replaced.insert(earlier) }
        }
    }

    /// Goes through the reports that count, by time.
    func scan(_ history: History, _ body: (HistoryRow) -> Void) {
        history.scan(.operation) { row in
            if !replaced.contains(row.address) { body(row) }
        }
    }
}

/// Which operations are writes that the store took.
struct AcceptedWrites {
    private let taken: [Symbol]
    private let validate: Symbol?

    init(_ history: History) {
        taken = [OperationOutcome.ok, .late].compactMap { history.symbol($0.rawValue) }
        validate = history.symbol(StoreOperation.validate.rawValue)
    }

    func contain(_ operation: HistoryRow) -> Bool {
        guard let outcome = operation[text: .outcome], taken.contains(outcome) else { return false }
        return validate == nil || operation[text: .operation] != validate
    }
}
