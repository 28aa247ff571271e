/// The states of one election.
///
/// Legal transitions:
/// - initial → candidate
/// - candidate, follower → follower (a record is seen), leader (the own record was accepted within its lease, or a transfer to
///   this instance is seen), demoted (either came when it was no longer wanted: it is released without having led)
/// - follower → candidate (the role became vacant)
/// - leader → demoted
/// - demoted → follower, candidate (the demote callback has finished and the role is given up)
/// - any → stopped
enum ElectionState: Hashable, Sendable {
    case initial
    /// No leader is known. `view` is nil until the store has told; `tryAt` is nil while this instance may not try.
    case candidate(view: KeyView?, tryAt: Timestamp?)
    case follower(view: KeyView)
    case leader(Term)
    case demoted(Demotion)
    case stopped

    var name: String {
        switch self {
        case .initial: "initial"
        case .candidate: "candidate"
        case .follower: "follower"
        case .leader: "leader"
        case .demoted: "demoted"
        case .stopped: "stopped"
        }
    }
}

/// A leadership that has ended while its demote callback, or its release, is still under way.
struct Demotion: Hashable, Sendable {
    let term: UInt64
    let reason: DemotionReason
    /// The record that is kept renewed until the callback has returned, then released; nil where it isn't ours any more.
    var keeping: Term?
    var callbackFinished = false
    /// To whom the role is given; nil: to whoever comes first.
    var successor: Member?
    /// Whether a release or a transfer may have landed of which nobody knows: a claim is then perhaps of the role of whoever led
    /// next.
    var mayBeHandedOver = false
    /// The claim that ended this leadership.
    var confirming: Confirmation?
    /// What the key holds once it isn't ours.
    var view: KeyView?

    /// The record that was kept isn't ours any more.
    ///
    /// - Parameter session: the own one that it names, if that may still stand.
    mutating func letGo(resting session: SessionRef? = nil) {
        guard let kept = keeping else { return }
        keeping = nil
        view = .expired(kept.revision, session: session)
    }
}

/// A claim that is confirmed to its writer once the demote callback has returned.
struct Confirmation: Hashable, Sendable {
    let revision: UInt64
    /// When it is written.
    var at: Timestamp
}
