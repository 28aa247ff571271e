import ElectionCore

/// Reads the observer's records off a history.
struct RecordReader {
    private let history: History
    private let ttl: Duration
    private let observer: Symbol?
    private let record: Symbol?
    private let marks: [Symbol: StoreRecord.Mark]

    /// - Parameter ttl: of records that don't say.
    init(_ history: History, ttl: Duration) {
        self.history = history
        self.ttl = ttl
        observer = history.symbol("observer")
        record = history.symbol("record")
        var marks: [Symbol: StoreRecord.Mark] = [:]
        for mark in [StoreRecord.Mark.transfer, .claim] {
            if let word = history.symbol(mark.rawValue) { marks[word] = mark }
        }
        self.marks = marks
    }

    /// What the observer was told, by time.
    func scan(_ body: (HistoryRow) -> Void) {
        history.scan(.revision) { row in
            if row.source == observer { body(row) }
        }
    }

    /// What is made of each role's records, by revision; what was told more than once counts as it was told first.
    func records<Made>(_ holders: inout HolderTable, _ make: ([PackedRecord]) -> Made) -> [Symbol: Made] {
        var byRole: [Symbol: [PackedRecord]] = [:]
        scan { row in
            guard let value = row[text: .value], value == record, let role = row.role, let revision = row.revision,
                let holder = row.subject
            else { return }
            let packed = PackedRecord(
                revision: revision,
                sent: row.sent ?? row.time,
                ttlNs: row[integer: .ttlNs] ?? ttl.nanoseconds,
                holder: holders.number(of: holder),
                mark: row[text: .mark].flatMap { marks[$0] },
                isStamped: row.sentNs != nil
            )
            byRole[role, default: []].append(packed)
        }
        var made: [Symbol: Made] = [:]
        for role in Array(byRole.keys) {
            // One at a time: all of them twice would be the most that an analysis needs.
            guard var records = byRole.removeValue(forKey: role) else { continue }
            records.sortStably { $0.revision < $1.revision }
            records.removeRepeats(group: { $0.revision == $1.revision }, where: { $0.holder == $1.holder })
            made[role] = make(records)
        }
        return made
    }
}

extension Array {
    /// Leaves an order alone that is right already, and equal elements in theirs.
    mutating func sortStably(by isBefore: (Element, Element) -> Bool) {
        let isSorted = indices.dropFirst().allSatisfy { !isBefore(self[$0], self[$0 - 1]) }
        if isSorted { return }
        self = indices.sorted { left, right in
            if isBefore(self[left], self[right]) { return true }
            return !isBefore(self[right], self[left]) && left < right
        }.map { self[$0] }
    }

    /// Of elements of one group, which stand together, it keeps the first of equal ones.
    mutating func removeRepeats(
        group isOfOneGroup: (Element, Element) -> Bool,
        where isEqual: (Element, Element) -> Bool
    ) {
        var kept = 0
        for index in indices {
            let element = self[index]
            var earlier = kept - 1
            while earlier >= 0, isOfOneGroup(self[earlier], element), !isEqual(self[earlier], element) { earlier -= 1 }
            if earlier >= 0, isOfOneGroup(self[earlier], element) { continue }
            self[kept] = element
            kept += 1
        }
        removeLast(count - kept)
    }
}
