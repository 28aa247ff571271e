/// To whom vacant roles fall: one by one, in the order of their names, to the member of the highest priority that leads the
/// fewest; where several lead as few, to that with the highest ``Rendezvous`` weight.
extension Roster {
    /// The own place in each vacant role's order of members, as long as nothing changes.
    struct Plan: Sendable {
        fileprivate var version: UInt64?
        /// Until then no member's silence makes it another one.
        fileprivate var validUntil: Timestamp?
        fileprivate var ranks: [Int: Int] = [:]
    }

    private struct Contender {
        let member: Member
        let hash: UInt64
        var load: Int

        func precedes(_ other: Contender, for role: UInt64) -> Bool {
            if member.priority != other.member.priority { return member.priority > other.member.priority }
            if load != other.load { return load < other.load }
            let (mine, others) = (Rendezvous.weight(role, hash), Rendezvous.weight(role, other.hash))
            return mine == others ? member.id < other.member.id : mine > others
        }
    }

    /// How long to wait before trying for a role that its machine finds vacant, as of the key's revision.
    package mutating func delay(of role: Int, vacantAsOf revision: UInt64, at now: Timestamp) -> Duration {
        expire(role, asOf: revision, at: now)
        // Somebody else's record came in the meantime: the machine is about to see it.
        return delay(of: role, at: now) ?? step * (seats.count + 1)
    }

    /// The same for a role that is vacant as far as the roster knows; nil where it isn't.
    package mutating func delay(of role: Int, at now: Timestamp) -> Duration? {
        guard leaders[role] == nil else { return nil }
        guard let settledAt, now < settledAt, !wereLed.contains(role) else { return step * rank(of: role, at: now) }
        // ``vacant`` is gone through again then, which only shortens a delay: how many others there will be is not known yet.
        return settledAt - now + settings.timing.heartbeat
    }

    private var step: Duration {
        switch settings.campaign {
        case .race(let spread): spread
        case .ranked(let step): step
        }
    }

    /// How many members are to try for the vacant role before the own instance.
    private mutating func rank(of role: Int, at now: Timestamp) -> Int {
        if plan.version != version || plan.validUntil.map({ $0 <= now }) ?? false { makePlan(at: now) }
        return plan.ranks[role] ?? 0
    }

    /// The roles that nobody leads, as far as this instance knows.
    package var vacant: [Int] { order.filter { leaders[$0] == nil } }

    /// The member that the own instance gives a role to; nil where it is alone.
    package mutating func successor(of role: Int, at now: Timestamp) -> Member? {
        let willing = liveSeats(at: now).filter { seat in
            isPresent(seat, at: now) && !moves.isRefused(role, by: seat.member, at: now)
        }
        let best = contenders(willing).min { $0.precedes($1, for: roleHashes[role]) }
        guard let best else { return nil }
        promise(role, to: best.member, at: now)
        return best.member
    }

    private func contenders(_ seats: [Seat]) -> [Contender] {
        seats.map { Contender(member: $0.member, hash: $0.hash, load: led[$0.member.id] ?? 0) }
    }

    private mutating func makePlan(at now: Timestamp) {
        let live = liveSeats(at: now)
        var contenders = contenders(live)
        contenders.append(Contender(member: own, hash: ownHash, load: led[own.id] ?? 0))
        let mine = contenders.count - 1
        plan = Plan(version: version, validUntil: live.map { $0.heard + max($0.member.ttl, own.ttl) }.min())
        for role in vacant {
            let hash = roleHashes[role]
            var best = mine
            var rank = 0
            for other in contenders.indices.dropLast() {
                if contenders[other].precedes(contenders[mine], for: hash) { rank += 1 }
                if contenders[other].precedes(contenders[best], for: hash) { best = other }
            }
            plan.ranks[role] = rank
            contenders[best].load += 1
        }
    }
}
