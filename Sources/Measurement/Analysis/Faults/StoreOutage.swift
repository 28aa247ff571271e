package import ElectionCore

/// A stretch in which the store did not answer the driver's probe: no server, or no leader of the bucket's stream.
package struct StoreOutage: Hashable, Sendable {
    /// From `store_lost` until the store was back, or to the end of the history.
    ///
    /// The probe asks now and then, so `store_ready` comes late. The store was back at the latest when it acknowledged a write that
    /// was sent within the outage, after the last hit on a server.
    package var span: Span
    /// Whether the store came back before the history ended.
    package var isOver: Bool
    /// The name of the server that led the bucket's stream when it was back.
    package var leader: String?

    /// By time; they don't intersect.
    package static func all(_ history: History, faults: [FaultRecord], historyEnd: Timestamp) -> [StoreOutage] {
        var outages: [StoreOutage] = []
        var lost: Timestamp?
        let changes = Array(history[kind: .storeLost]) + Array(history[kind: .storeReady])
        for entry in changes.sorted(by: { $0.t < $1.t }) {
            if entry.kind == .storeLost {
                lost = lost ?? entry.time
            } else if let start = lost {
                outages.append(StoreOutage(span: Span(start, entry.time), isOver: true, leader: entry.server))
                lost = nil
            }
        }
        if !outages.isEmpty { shorten(&outages, history, faults) }
        if let lost {
            outages.append(StoreOutage(span: Span(lost, max(lost, historyEnd)), isOver: false, leader: nil))
        }
        return outages
    }

    private static func shorten(_ outages: inout [StoreOutage], _ history: History, _ faults: [FaultRecord]) {
        let writes = AcceptedWrites(history)
        var cursor = history.cursor()
        let hits = faults.filter { $0.target == .server }.flatMap(\.hit).map { $0.applied ?? $0.at }
        for index in outages.indices {
            let span = outages[index].span
            let hit = hits.filter { $0 <= span.end }.max() ?? span.start
            let begin = max(hit, span.start)
            for address in history.addresses(.operation, in: Span(begin, span.end)) {
                let row = cursor.row(at: address)
                guard begin < row.time, row.time < span.end, writes.contain(row), row.sent.map({ $0 > begin }) ?? false
                else { continue }
                outages[index].span.end = row.time
                break
            }
        }
    }
}

extension [StoreOutage] {
    /// The outage in which the instant lies.
    func at(_ instant: Timestamp) -> StoreOutage? {
        first { $0.span.start <= instant && instant < $0.span.end }
    }

    /// How much of the span the store was out.
    func within(_ span: Span) -> Duration {
        compactMap { $0.span.intersection(span)?.length }.reduce(.zero, +)
    }
}
