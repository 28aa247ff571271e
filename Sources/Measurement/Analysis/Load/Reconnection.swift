package import ElectionCore

/// A stretch in which an instance had no connection to the store, or did not yet know what it holds: the one that its life
/// begins with, and each after a loss.
package struct Reconnection: Hashable, Sendable {
    package var process: Incarnation
    /// Nil where the life begins with it.
    package var lost: Timestamp?
    /// The connection stood; nil where it never came to that.
    package var back: Timestamp?
    /// Every role was settled; nil where the connection was lost before, or the history ends.
    package var synced: Timestamp?
    /// What it was connected to: a server's name where it is one of ours, else its id.
    package var server: String?

    /// By time of their first event, and by instance.
    static func all(_ history: History) -> [Reconnection] {
        var names: [String: String] = [:]
        for entry in history[kind: .serverReady] {
            if let id = entry.server, let name = entry.instance { names[id] = name }
        }
        var open: [Incarnation: Reconnection] = [:]
        var all: [Reconnection] = []
        let changes =
            Array(history[kind: .connected]) + Array(history[kind: .synced]) + Array(history[kind: .disconnected])
        let order = changes.indices.sorted { (changes[$0].t, $0) < (changes[$1].t, $1) }
        for entry in order.lazy.map({ changes[$0] }) {
            let process = Incarnation(sourceOf: entry)
            switch entry.kind {
            case .disconnected:
                if let unfinished = open[process] { all.append(unfinished) }
                open[process] = Reconnection(process: process, lost: entry.time)
            case .connected:
                var current = open[process] ?? Reconnection(process: process)
                current.back = entry.time
                current.synced = nil
                current.server = entry.server.map { names[$0] ?? $0 }
                open[process] = current
            default:
                guard var current = open.removeValue(forKey: process) else { break }
                current.synced = entry.time
                all.append(current)
            }
        }
        return (all + open.values).sorted {
            ($0.first.nanoseconds, $0.process) < ($1.first.nanoseconds, $1.process)
        }
    }

    private var first: Timestamp { lost ?? back ?? synced ?? Timestamp(nanoseconds: 0) }
}
