/// Why a threshold can't be taken.
package enum ThresholdProblem: Error, Hashable, Sendable {
    /// There is no such thing by that name; `list` says what there is instead.
    case missing(String, String, among: [String], String)
    /// What is wrong and what to do.
    case other(String)
}

extension ThresholdProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let what, let word, among: _, let list): "there is no \(what) \"\(word)\"; \(list)"
        case .other(let line): line
        }
    }
}
