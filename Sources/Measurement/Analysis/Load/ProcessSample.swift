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

    init(_ entry: HistoryEntry) {
        at = entry.time
        source = Incarnation(sourceOf: entry)
        rolesLed = entry.rolesLed
        tasksByKind = entry.tasks
        activities = entry.activities
        threads = entry.threads
        residentKb = entry.residentKb
        privateKb = entry.privateKb
        cpuMs = entry.cpuMs
        descriptors = entry.descriptors
        messagesIn = entry.messagesIn
        messagesOut = entry.messagesOut
        bytesIn = entry.bytesIn
        bytesOut = entry.bytesOut
    }

    package var kind: SourceKind { SourceKind(source.instance) }
    package var tasks: Int? { tasksByKind.map { $0.values.reduce(0, +) } }
}
