import ElectionCore
import Glibc
import Measurement

/// Writes an instance's events to standard output as history lines, from a thread of its own: a full pipe must not stall an
/// election.
///
/// What says who leads is written at once. What all followers say at the same moment, that a role is vacant and that they lost
/// the race for it, waits a little, or for a line that doesn't wait: else writing it down would take the processor from the very
/// failover that is measured.
final class EventRecorder: Sendable {
    let source: String
    let incarnation: Int64
    private let entries = Mailbox<HistoryEntry>(patience: .milliseconds(20))

    init(source: String, incarnation: Int64) {
        self.source = source
        self.incarnation = incarnation
    }

    /// Starts the thread; the returned function writes what is left and ends it.
    func start() -> @Sendable () -> Void {
        entries.start { batch in Descriptor.write(batch.flatMap(\.line), to: STDOUT_FILENO) }
    }

    func record(_ event: HistoryEvent, at time: Timestamp = .now(), _ fill: (inout HistoryEntry) -> Void = { _ in }) {
        var entry = HistoryEntry(event, at: time, source: source, incarnation: incarnation)
        fill(&entry)
        record(entry)
    }

    func record(_ entry: HistoryEntry) { entries.post(entry, isUrgent: entry.kind?.mayWait != true) }
}

extension HistoryEvent {
    fileprivate var mayWait: Bool {
        switch self {
        case .suspected, .operation, .sample: true
        default: false
        }
    }
}
