/// What a run says about the election under test.
package enum Verdict: String, Hashable, Sendable, CaseIterable {
    case pass
    /// A promise was broken that an election has to keep at all times: see ``Violation/Rule``.
    case unsafe
    /// A threshold was crossed.
    case crossed = "threshold crossed"
    /// Nothing was seen to be wrong, but too little was seen.
    case inconclusive

    /// Of what a signal ended before it was complete.
    package static let interruptedExitCode: Int32 = 105

    /// The process's exit code, without regard to an interruption.
    package var exitCode: Int32 {
        switch self {
        case .pass: 0
        case .unsafe: 1
        case .crossed: 99
        case .inconclusive: 2
        }
    }
}

/// A verdict with its reasons, one readable line each; the reasons of a weaker verdict follow those of the stronger one.
package struct Judgement: Hashable, Sendable {
    package var verdict: Verdict
    package var unsafe: [String]
    package var crossed: [String]
    package var inconclusive: [String]
    package var isInterrupted: Bool
    /// What ended the run before its time: a threshold's text, or `unsafe`.
    package var abort: String?

    package init(_ analysis: Analysis, thresholds: [ThresholdResult] = []) {
        unsafe = analysis.violations.map(\.headline)
        crossed = thresholds.filter { $0.state == .crossed }.map(\.headline)
        inconclusive = Self.doubts(analysis) + thresholds.filter { $0.state == .inconclusive }.map(\.headline)
        isInterrupted = analysis.isInterrupted
        abort = analysis.abort?.reason
        if abort == Self.unsafeReason, unsafe.isEmpty {
            inconclusive.append("the run was ended for a broken promise that its whole history does not show")
        }
        if let abort, abort != Self.unsafeReason, unsafe.isEmpty, crossed.isEmpty {
            inconclusive.append("the run was ended early by \(abort): only a part of it was seen")
        }
        verdict =
            !unsafe.isEmpty ? .unsafe : !crossed.isEmpty ? .crossed : !inconclusive.isEmpty ? .inconclusive : .pass
    }

    /// Why a run was aborted that no threshold ended.
    package static let unsafeReason = "unsafe"

    package var reasons: [String] { unsafe + crossed + inconclusive }

    /// Unsafe 1, a threshold crossed 99, interrupted 105, inconclusive 2, pass 0: the first that holds.
    package var exitCode: Int32 {
        switch verdict {
        case .unsafe, .crossed: verdict.exitCode
        case .pass, .inconclusive: isInterrupted ? Verdict.interruptedExitCode : verdict.exitCode
        }
    }

    private static func doubts(_ analysis: Analysis) -> [String] {
        var doubts = analysis.failures.map { "the run was not carried out to its end: \($0)" }
        if !analysis.window.hasBegun { doubts.append("the history ends before the measured part of the run began") }
        let settings = analysis.run.settings
        if settings.durationNs > 0 {
            for kind in settings.faults where analysis.hits(of: kind) < settings.minFaults {
                doubts.append(
                    "\(analysis.hits(of: kind)) of \(settings.minFaults) wanted \(kind) faults hit a leader: "
                        + "give a longer --duration, or fewer --min-faults"
                )
            }
        }
        let lost = analysis.failovers.count { $0.outcome == .lost }
        if lost > 0 { doubts.append("\(lost) roles that a fault took from their leader were never led again") }
        let led = analysis.distribution.loads.reduce(0) { $0 + $1.rolesLedEnd }
        if analysis.window.hasBegun, analysis.hasEnded, !analysis.isInterrupted, analysis.abort == nil,
            led < settings.roles.count
        {
            doubts.append("\(settings.roles.count - led) of \(settings.roles.count) roles had no leader at the end")
        }
        doubts += analysis.crashes.map { "\($0.instance ?? "an instance") ended with \($0.status ?? "?"): it crashed" }
        let unconfirmed = analysis.safety.unconfirmed
        if let first = unconfirmed.first {
            doubts.append(
                "\(Numbers.count(unconfirmed.count, "term")) began while the observer was blind, the first \(first.name) of \(first.role)"
            )
        }
        if analysis.history.unreadableLines > 0 {
            doubts.append("\(Numbers.count(analysis.history.unreadableLines, "line")) of the history cannot be read")
        }
        if !analysis.hasEnded { doubts.append("the history breaks off before the end of the run") }
        return doubts
    }
}

extension Term {
    /// For a reason's text: `i-03 #2 (term 41)`.
    package var name: String { "\(holder) (term \(number))" }
}
