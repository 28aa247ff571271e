/// How long a record entitles its writer to lead, and how often the writer renews it.
///
/// A holder counts from the instant before it sent its last accepted write, less ``driftGuard``; a follower counts from the
/// instant at which it received that write. So the holder has always stopped before a follower may start, whatever the
/// network's delay, as long as the clocks of two hosts drift apart by less than the guard in one ttl.
public struct LeaseTiming: Hashable, Sendable {
    public let ttl: Duration
    public let heartbeat: Duration

    /// - Throws: ``ElectionError`` with code `invalidTiming` unless ttl ≥ 100 ms and ttl ≥ 3 × heartbeat > 0.
    public init(ttl: Duration, heartbeat: Duration) throws(ElectionError) {
        guard ttl >= .milliseconds(100) else {
            throw ElectionError(
                code: .invalidTiming,
                context: "the ttl is under 100 ms, the server's least bucket age"
            )
        }
        guard heartbeat > .zero, ttl >= heartbeat * 3 else {
            throw ElectionError(
                code: .invalidTiming,
                context: "the ttl must be at least three heartbeats above zero: raise the ttl or lower the heartbeat"
            )
        }
        self.ttl = ttl
        self.heartbeat = heartbeat
    }

    /// What the holder gives up for the drift of clocks: 1 % of the ttl, at least 5 ms.
    public var driftGuard: Duration { max(ttl / 100, .milliseconds(5)) }

    /// The instant to renew at instead of this one, so that renewals go out in bursts.
    ///
    /// Each renewal goes to every follower. One that comes alone wakes a thread or two of each of them and of the server; some
    /// that come together wake them once.
    ///
    /// - Parameters:
    ///   - limit: the latest that it may be.
    ///   - bursts: into how many an interval is divided.
    ///   - phase: when one of them is, from the beginning of the clock's intervals.
    /// - Returns: the last burst up to the renewal; where that would be over, the next one, and the renewal itself where that
    ///   would be later than the limit.
    func gathered(
        _ renewal: Timestamp,
        noLaterThan limit: Timestamp,
        after now: Timestamp,
        bursts: Int,
        phase: Duration
    ) -> Timestamp {
        let step = max(1, heartbeat.nanoseconds / Int64(bursts))
        let beyond = (renewal.nanoseconds - phase.nanoseconds) % step
        let burst = Timestamp(nanoseconds: renewal.nanoseconds - (beyond + step) % step)
        if burst > now { return burst }
        let next = burst + .nanoseconds(step)
        return next > now && next <= limit ? next : renewal
    }

    /// The first instant at which the holder no longer leads, after a write sent at `sent` was accepted.
    public func holderEnd(sent: Timestamp) -> Timestamp { sent + ttl - driftGuard }

    /// The first instant at which a follower may take over, after it received a record at `received`.
    ///
    /// - Parameter recordTTL: what the record's writer counts with; the larger of the two holds, so that a rolling
    ///   change of the ttl is safe.
    public func followerEnd(received: Timestamp, recordTTL: Duration?) -> Timestamp {
        received + max(ttl, recordTTL ?? ttl)
    }
}
