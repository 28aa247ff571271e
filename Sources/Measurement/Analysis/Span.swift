package import ElectionCore

/// A stretch of time that holds its start but not its end: two that touch do not intersect.
package struct Span: Hashable, Sendable {
    package var start: Timestamp
    package var end: Timestamp

    package init(_ start: Timestamp, _ end: Timestamp) {
        self.start = start
        self.end = end
    }

    package var length: Duration { max(end - start, .zero) }

    /// Nil where not even a nanosecond is in both.
    package func intersection(_ other: Span) -> Span? {
        let common = Span(max(start, other.start), min(end, other.end))
        return common.start < common.end ? common : nil
    }

    /// The time within this span that none of `others` covers.
    package func uncovered(by others: some Sequence<Span>) -> Duration {
        var covered = Duration.zero
        var reached = start
        for piece in others.compactMap(intersection).sorted(by: { $0.start < $1.start }) where piece.end > reached {
            covered += piece.end - max(piece.start, reached)
            reached = piece.end
        }
        return length - covered
    }
}
