/// How a follower learns that a leader is gone.
public enum Detector: String, Hashable, Sendable, CaseIterable {
    /// It waits until the leader's lease has run out.
    case lease
}

/// How followers decide who tries first for a vacant role.
public enum Campaign: Hashable, Sendable {
    /// Each tries after a delay of its own, drawn evenly from zero to `spread`; the first write wins. The spread keeps the
    /// herd small: most followers see the winner in the watch before their own turn comes.
    case race(spread: Duration)

    /// Short against a lease, and long against the time in which 20 instances hear of a winner on two cores.
    public static let defaultSpread = Duration.milliseconds(20)

    /// The delay between finding the role vacant and the first try.
    func delay(using random: inout SplitMix64) -> Duration {
        switch self {
        case .race(let spread):
            .nanoseconds(Int64.random(in: 0...max(0, spread.nanoseconds), using: &random))
        }
    }

    /// The delay between the end of a standby and the first try: long against the moments by which instances that are enlisted
    /// together miss each other, so that the roles fall to them by lot and not to the first.
    func enlistDelay(using random: inout SplitMix64) -> Duration {
        switch self {
        case .race(let spread): Campaign.race(spread: spread * 20).delay(using: &random)
        }
    }
}
