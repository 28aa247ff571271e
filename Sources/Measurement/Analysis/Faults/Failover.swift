package import ElectionCore

/// A role that a fault took from its leader, until somebody leads it again.
package struct Failover: Hashable, Sendable {
    /// The way from the fault to the promotion. The parts are rounded to microseconds so that they still add up as text.
    package struct Stages: Hashable, Sendable {
        /// Fault → the winner's last `suspected` of the role before its `acquired`. Nil where the history has none in between.
        package var detect: Duration?
        /// → its write was acknowledged.
        package var acquire: Duration?
        /// → its callback starts.
        package var promote: Duration?
        /// Fault → the callback starts.
        package var total: Duration

        init(fault: Timestamp, suspected: Timestamp?, acquired: Timestamp?, promoted: Timestamp) {
            // Instants are rounded, not the parts: three parts rounded one by one could miss the total.
            func offset(_ instant: Timestamp) -> Duration { (instant - fault).roundedToMicroseconds }
            total = offset(promoted)
            promote = acquired.map { total - offset($0) }
            if let suspected, let acquired {
                detect = offset(suspected)
                acquire = offset(acquired) - offset(suspected)
            }
        }
    }

    package enum Outcome: String, Hashable, Sendable {
        case promoted
        /// Nobody led the role again before the measured part of the run ended.
        case lost
    }

    package var fault: FaultRecord
    /// The instant just before the fault hit this leader, or the first of the servers.
    package var at: Timestamp
    package var old: Term
    package var new: Term?
    /// Nil if ``outcome`` is `lost`.
    package var stages: Stages?
    /// How long the old leader's lease still ran at the fault, by the store's last record of it; nil where the observer
    /// had seen none.
    package var leaseLeft: Duration?
    /// What no election of this kind can save, from ``at`` on; nil where the observer saw no record that it could be told by, or
    /// the store did not come back.
    package var floor: Duration?
    /// ``Stages/total`` less ``floor``.
    package var excess: Duration? {
        guard let stages, let floor else { return nil }
        return stages.total - floor
    }
    /// How much of the time from ``at`` to the next promotion, or to the end of the measured part, the store was out.
    package var storeOut: Duration
    package var overlap: Duration
    /// From the end of the old belief to the start of the new one, less other beliefs in between; if lost, to the end of the
    /// measured part.
    package var leaderless: Duration
    /// Acquisitions of the role that came too late, by those that found it vacant between ``at`` and the next promotion, or the
    /// end of the measured part.
    package var lostRaces: Int
    /// The largest lateness of the driver that can have bent this row: the fault's own, and each `late` between fault and
    /// promotion.
    package var driverLate: Duration
    package var outcome: Outcome { new == nil ? .lost : .promoted }
}

extension Duration {
    /// Rounded half away from zero.
    var roundedToMicroseconds: Duration { .microseconds(Numbers.rounded(nanoseconds, to: 1000)) }
}
