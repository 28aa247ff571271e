package import ElectionCore

/// Who wrote a sample.
package enum SourceKind: String, Hashable, Sendable, CaseIterable {
    case instances, servers, driver, links

    package init(_ source: String) {
        if source == "driver" || source == "observer" {
            self = .driver
        } else if source.hasPrefix("server-"), source.dropFirst(7).allSatisfy(\.isNumber) {
            self = .servers
        } else if source == "links" {
            self = .links
        } else {
            self = .instances
        }
    }
}

/// What one process used at one instant.
package struct ProcessSample: Hashable, Sendable {
    package var at: Timestamp
    package var source: Incarnation
    package var rolesLed: Int?
    package var tasksByKind: [String: Int]?
    package var activities: Int?
    package var threads: Int?
    package var residentKb: Int?
    package var privateKb: Int?
    package var cpuMs: Int?
    package var descriptors: Int?
    package var messagesIn: Int?
    package var messagesOut: Int?
    package var bytesIn: Int?
    package var bytesOut: Int?

    init(_ row: HistoryRow, _ history: History) {
        func integer(_ field: HistoryField) -> Int? { row[integer: field].map { Int($0) } }
        at = row.time
        source = history.incarnation(row.author)
        rolesLed = integer(.rolesLed)
        tasksByKind = row[numbers: .tasks].map { tasks in
            Dictionary(uniqueKeysWithValues: tasks.map { (history.text($0.name), Int($0.value)) })
        }
        activities = integer(.activities)
        threads = integer(.threads)
        residentKb = integer(.residentKb)
        privateKb = integer(.privateKb)
        cpuMs = integer(.cpuMs)
        descriptors = integer(.descriptors)
        messagesIn = integer(.messagesIn)
        messagesOut = integer(.messagesOut)
        bytesIn = integer(.bytesIn)
        bytesOut = integer(.bytesOut)
    }

    package var kind: SourceKind { SourceKind(source.instance) }
    package var tasks: Int? { tasksByKind.map { $0.values.reduce(0, +) } }
}

/// Every sample of a history, by time; each is unpacked when it is asked for.
package struct ProcessSamples: RandomAccessCollection, Sendable {
    private let history: History
    private let addresses: [UInt32]

    init(_ history: History) {
        self.history = history
        addresses = history.addresses(.sample)
    }

    /// Every kind of task in them, sorted.
    var taskKinds: [String] {
        var kinds: Set<Symbol> = []
        history.scan(addresses[...]) { row in
            if let tasks = row[numbers: .tasks] { kinds.formUnion(tasks.lazy.map(\.name)) }
        }
        return kinds.map(history.text).sorted()
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { addresses.count }
    package subscript(index: Int) -> ProcessSample {
        var cursor = history.cursor()
        return ProcessSample(cursor.row(at: addresses[index]), history)
    }
}
