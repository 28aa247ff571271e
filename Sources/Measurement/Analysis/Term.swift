package import ElectionCore

/// One uninterrupted leadership of one role, as its holder saw it.
package struct Term: Hashable, Sendable {
    package enum Ending: Hashable, Sendable {
        /// The holder said so.
        case demoted(reason: String)
        /// The holder died without a word.
        case died
        /// Neither: the history ends before the term does, or its lease ran out unsaid.
        case open
    }

    package var role: String
    package var holder: Incarnation
    /// The revision that acquired it: the fencing token.
    package var number: UInt64
    /// When `isLeader` turned true; nil where only later events tell of the term.
    package var acquired: Timestamp?
    package var promoted: Timestamp?
    package var steppedDown: Timestamp?
    package var ending: Ending
    /// The time in which `isLeader` answered true.
    package var belief: Span
}
