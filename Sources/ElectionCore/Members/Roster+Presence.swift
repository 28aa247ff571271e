/// Who is there at first, and who is there still.
extension Roster {
    /// From the own presence to the plan for roles that nobody ever led: so that those who are enlisted together know of each
    /// other.
    static let enlistmentSettling = Duration.milliseconds(100)

    /// From ``stop()`` to the withdrawal: the roles go first.
    package static let withdrawalDelay = Duration.milliseconds(5)
    /// From ``stop()`` until nobody gives a role to this instance any more: they have heard of its withdrawal by then.
    package static let departureDelay = Duration.milliseconds(100)

    /// Whether those who are enlisted together know of each other by now, as nobody new was heard for a while: longer than it takes
    /// to tell the others, as the answer to the own announcement, or to the own session, shows. If not, it is to be asked again a
    /// little later.
    package mutating func settles(at now: Timestamp) -> Bool {
        let ttl = settings.timing.ttl
        let pause = max(Self.enlistmentSettling / 2, answerTime.map { $0 * 2 } ?? ttl)
        if let enlistedAt, now < enlistedAt + ttl, now < (metAt ?? enlistedAt) + pause {
            settledAt = now + Self.enlistmentSettling / 2
            return false
        }
        settledAt = now
        return true
    }

    /// Asks about each member whose heartbeat is late, if the own instance is one of the few that are to ask.
    mutating func probes(at now: Timestamp) -> [Action] {
        var next = now + settings.timing.heartbeat / 4
        let live = liveSeats(at: now)
        let patience = settings.timing.heartbeat * 5 / 4
        if !live.contains(where: { $0.vitals.heard + patience <= now }) {
            next = live.map { $0.vitals.heard + patience }.min() ?? now + settings.timing.heartbeat
        }
        probeAt = next
        let late = live.filter { $0.vitals.heard + patience <= now }.sorted { $0.member.id < $1.member.id }
        return late.compactMap { late in
            let mine = Rendezvous.weight(late.hash, ownHash)
            let before = live.count { $0.hash != late.hash && Rendezvous.weight(late.hash, $0.hash) > mine }
            return before < Self.probersOfOne ? .probe(late.member) : nil
        }
    }

    /// So that one that is lost itself doesn't leave a loss unseen, and not all ask at once.
    private static let probersOfOne = 3

    /// Whether it was heard within a heartbeat: who stands still or is dead, though its leases still run, is given nothing.
    func isPresent(_ seat: Seats.Seat, at now: Timestamp) -> Bool {
        // Another's heartbeat is not known, but at most a third of its ttl.
        now < seat.vitals.heard + max(settings.timing.heartbeat, seat.vitals.ttl / 3) * 5 / 4
    }

    /// The others that take part in the campaigns.
    func liveSeats(at now: Timestamp) -> [Seats.Seat] {
        seats.all.filter { $0.vitals.isLive(at: now, own: own.ttl) }
    }
}
