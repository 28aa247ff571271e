package import ElectionCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One line of a run's history. ``HistoryEvent`` says which fields an event fills; all others are absent.
package struct HistoryEntry: Codable, Hashable, Sendable {
    /// Nanoseconds of `CLOCK_BOOTTIME`: one clock for all processes of a host.
    package var t: Int64
    /// `driver`, `observer`, `server-<n>`, or an instance id.
    package var source: String
    package var incarnation: Int64?
    package var event: String

    package var role: String?
    package var term: UInt64?
    package var revision: UInt64?
    package var reason: String?
    package var operation: String?
    package var outcome: String?
    package var value: String?
    /// `transfer`, `claim`.
    package var mark: String?
    package var token: String?
    package var dueNs: Int64?
    package var sentNs: Int64?
    package var ttlNs: Int64?
    package var lateNs: Int64?
    package var terms: [String: UInt64]?

    package var instance: String?
    package var instanceIncarnation: Int64?
    package var pid: Int32?
    package var status: String?
    package var server: String?
    package var version: String?
    package var name: String?
    package var message: String?

    package var faultId: Int?
    package var fault: String?
    /// `instance`, `link`, `server`.
    package var target: String?
    package var detail: String?
    package var durationNs: Int64?
    package var directNs: Int64?
    package var linkedNs: Int64?
    package var count: Int?

    package var rolesLed: Int?
    /// Live Swift tasks by kind.
    package var tasks: [String: Int]?
    package var activities: Int?
    package var threads: Int?
    package var residentKb: Int?
    package var privateKb: Int?
    package var cpuMs: Int?
    package var descriptors: Int?
    /// What a server counted since its start.
    package var messagesIn: Int?
    package var messagesOut: Int?
    package var bytesIn: Int?
    package var bytesOut: Int?

    package init(_ event: HistoryEvent, at time: Timestamp, source: String, incarnation: Int64? = nil) {
        self.t = time.nanoseconds
        self.source = source
        self.incarnation = incarnation
        self.event = event.rawValue
    }

    private enum CodingKeys: String, CodingKey {
        case t, source, incarnation, event
        case role, term, revision, reason, operation, outcome, value, mark, token, terms
        case dueNs = "due_ns"
        case sentNs = "sent_ns"
        case ttlNs = "ttl_ns"
        case lateNs = "late_ns"
        case instance, pid, status, server, version, name, message, fault, target, detail, count
        case durationNs = "duration_ns"
        case directNs = "direct_ns"
        case linkedNs = "linked_ns"
        case instanceIncarnation = "instance_incarnation"
        case faultId = "fault_id"
        case rolesLed = "roles_led"
        case tasks, activities, threads, descriptors
        case residentKb = "resident_kb"
        case privateKb = "private_kb"
        case cpuMs = "cpu_ms"
        case messagesIn = "messages_in"
        case messagesOut = "messages_out"
        case bytesIn = "bytes_in"
        case bytesOut = "bytes_out"
    }

    /// Nil where a newer version wrote an event that this one doesn't know.
    package var kind: HistoryEvent? { HistoryEvent(rawValue: event) }
    package var time: Timestamp { Timestamp(nanoseconds: t) }

    /// Nil where the line is not one of a history.
    package init?(line: [UInt8]) {
        guard let entry = try? JSONDecoder().decode(HistoryEntry.self, from: Data(line)) else { return nil }
        self = entry
    }

    /// The entry as one line of JSON, with its newline.
    package var line: [UInt8] { plainLine ?? jsonLine }
}
