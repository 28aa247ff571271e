package import ElectionCore

/// One uninterrupted leadership of one role, as its holder saw it.
package struct Term: Hashable, Sendable {
    package enum Ending: Hashable, Sendable {
        /// The holder said so.
        case demoted(reason: String)
        /// The holder died without a word.
        case died
        /// Its lease ran out, and its holder did not say so: it hung until then, or stood still.
        case expired
        /// The history ends before the term does, or the holder led the role by another term without having given this one up.
        case open
    }

    package var role: String
    package var holder: Incarnation
    /// The revision that acquired it: the fencing token.
    package var number: UInt64
    /// What its lease counted from at first: the sending of the write that acquired it or, where the role was transferred to
    /// the holder, of an earlier write of its own; nil as ``acquired``.
    package var sent: Timestamp?
    /// When `isLeader` turned true; nil where only later events tell of the term.
    package var acquired: Timestamp?
    package var promoted: Timestamp?
    package var steppedDown: Timestamp?
    package var ending: Ending
    /// When it ended by ``ending``. Only where its holder went on to answer true does the belief last longer.
    package var end: Timestamp
    /// When the last of its writes that the holder knew to be accepted was sent: what its lease stood on in the end.
    package var leaseSent: Timestamp?
    /// The time in which `isLeader` answered true.
    package var belief: Span

    /// Whether something else than the end of its lease ended it.
    var gaveUpEarly: Bool {
        switch ending {
        case .demoted(let reason): reason != DemotionReason.leaseExpired.rawValue
        case .died: true
        case .expired, .open: false
        }
    }
}
