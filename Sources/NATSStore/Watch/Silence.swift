import ElectionCore

/// How long everything that was asked of the server has been without a useful answer.
///
/// A server that is cut off from its cluster keeps its clients, and may even go on with the heartbeats of a watch, but it
/// answers nothing about a stream, or only that JetStream is not available. Then another server is worth a try.
struct Silence {
    /// How long the first silence may last; each further one in a row twice as long, up to eight times: while a cluster
    /// elects, no server answers.
    private let limit: Duration
    private var since: Timestamp?
    private var switches = 0

    init(limit: Duration) {
        self.limit = limit
    }

    var deadline: Timestamp? { since.map { $0 + limit * (1 << min(switches, 3)) } }

    mutating func asked(now: Timestamp) {
        if since == nil { since = now }
    }

    mutating func answered() {
        since = nil
        switches = 0
    }

    /// Nothing is asked any more, as without a connection.
    mutating func end() {
        since = nil
    }

    /// - Returns: whether it has lasted too long; then the next one begins.
    mutating func isOver(now: Timestamp) -> Bool {
        guard let deadline, deadline <= now else { return false }
        since = nil
        switches += 1
        return true
    }
}
