package import ElectionCore

/// The measured part of a run: from `run_started` to the beginning of phase `stop`, or to the end of a shorter history.
package struct Window: Hashable, Sendable {
    package let span: Span
    /// False where the history has no `run_started`: nothing was measured, and the span is empty.
    package let hasBegun: Bool
    /// The last instant of which the history tells.
    package let historyEnd: Timestamp

    package init(_ history: History, started: Timestamp) {
        historyEnd = history.end ?? started
        guard let begin = history[kind: .runStarted].first?.time else {
            hasBegun = false
            span = Span(historyEnd, historyEnd)
            return
        }
        hasBegun = true
        let stop = history[kind: .phase].first { $0.name == "stop" && $0.time >= begin }
        span = Span(begin, stop?.time ?? historyEnd)
    }

    package var start: Timestamp { span.start }
    package var end: Timestamp { span.end }

    package func contains(_ instant: Timestamp) -> Bool { start <= instant && instant <= end }
}
