/// To whom vacant roles fall: one by one, in the order of their names, to the member of the highest priority that leads the
/// fewest; where several lead as few, to that with the highest ``Rendezvous`` weight.
extension Roster {
    /// The own place in each vacant role's order of members, as long as nothing changes.
    struct Plan: Sendable {
        fileprivate var version: UInt64?
        /// Until then no member's silence makes it another one.
        fileprivate var validUntil: Timestamp?
        fileprivate var ranks: [Int: Int] = [:]
        /// Who is to try first for each role.
        fileprivate var firsts: [Int: String] = [:]
        /// How long all need to hear who leads all that is vacant.
        fileprivate var hearing = Duration.zero
        /// Until then what has changed makes no other plan: to make one for thousands of roles takes its time.
        var restsUntil = Timestamp(nanoseconds: 0)

        /// The member that it was to fall to leads a role: that makes no other plan.
        mutating func isFollowed(_ role: Int, by id: String, from version: UInt64) {
            if self.version == version, firsts[role] == id { self.version = version + 1 }
        }
    }

    /// What it takes a member to hear of a new leader, with what it takes the server to tell: measured on two cores that all shared.
    private static let hearingOfOne = Duration.microseconds(20)
    /// More than it takes to weigh a member for a role.
    private static let weighingOfOne = Duration.nanoseconds(200)

    private struct Contender {
        let priority: Int
        let hash: UInt64
        var load: Int

        func claim(to role: UInt64) -> Claim {
            Claim(priority: priority, load: load, weight: Rendezvous.weight(role, hash))
        }
    }

    /// How good a contender's claim to one role is.
    private struct Claim {
        let priority: Int
        let load: Int
        let weight: UInt64

        func precedes(_ other: Claim) -> Bool {
            if priority != other.priority { return priority > other.priority }
            return load == other.load ? weight > other.weight : load < other.load
        }
    }

    /// How long to wait before trying for a role that its machine finds vacant, as of the key's revision.
    package mutating func delay(of role: Int, vacantAsOf revision: UInt64, at now: Timestamp) -> Duration {
        expire(role, asOf: revision, at: now)
        if leaders[role] == nil, turns.take(role) { return .zero }
        // Somebody else's record came in the meantime: the machine is about to see it.
        return delay(of: role, at: now) ?? step * (seats.count + 1)
    }

    /// The same for a role that is vacant as far as the roster knows; nil where it isn't.
    package mutating func delay(of role: Int, at now: Timestamp) -> Duration? {
        guard leaders[role] == nil else { return nil }
        guard let settledAt, now < settledAt, !wereLed.contains(role) else {
            let rank = rank(of: role, at: now)
            // Where many roles are vacant at once, nobody is to take the first one for dead who is merely not heard yet.
            return rank == 0 ? .zero : step * rank + plan.hearing
        }
        // ``delays(at:)`` is asked for again then, which only shortens a delay: how many others there will be is not known yet.
        return (enlistedAt ?? settledAt) + settings.timing.ttl + settings.timing.heartbeat - now
    }

    /// Those of all roles that nobody leads, but for those whose machines are told so when their turn comes.
    package mutating func delays(at now: Timestamp) -> [(role: Int, delay: Duration)] {
        vacant.compactMap { role in turns.isAwaited(role) ? nil : delay(of: role, at: now).map { (role, $0) } }
    }

    private var step: Duration {
        switch settings.campaign {
        case .race(let spread): spread
        case .ranked(let step): step
        }
    }

    /// How many members are to try for the vacant role before the own instance.
    private mutating func rank(of role: Int, at now: Timestamp) -> Int {
        let isOld = plan.version != version || plan.validUntil.map({ $0 <= now }) ?? false
        if plan.ranks[role] == nil || (isOld && plan.restsUntil <= now) { makePlan(at: now) }
        return plan.ranks[role] ?? 0
    }

    /// The roles that fall to the own instance first, in the order of their names.
    package mutating func ownVacancies(at now: Timestamp) -> [Int] { vacant.filter { rank(of: $0, at: now) == 0 } }

    /// The member that the own instance gives a role to; nil where it is alone.
    package mutating func successor(of role: Int, at now: Timestamp) -> Member? {
        let willing = liveSeats(at: now).filter { seat in
            isPresent(seat, at: now) && !moves.isRefused(role, by: seat.member, at: now)
        }
        let hash = roleHashes[role]
        let claims = willing.map { seat in
            let load = led[seat.member.id] ?? 0
            let contender = Contender(priority: seat.member.priority, hash: seat.hash, load: load)
            return (member: seat.member, claim: contender.claim(to: hash))
        }
        let best = claims.min { $0.claim.precedes($1.claim) }
        guard let best else { return nil }
        promise(role, to: best.member, at: now)
        return best.member
    }

    private mutating func makePlan(at now: Timestamp) {
        var contenders: [Contender] = []
        var ids: [String] = []
        plan = Plan(version: version)
        let ttl = own.ttl
        seats.all.withUnsafeBufferPointer { all in
            for place in all.indices {
                let vitals = all[place].vitals
                guard vitals.isLive(at: now, own: ttl) else { continue }
                let id = all[place].member.id
                contenders.append(
                    Contender(priority: all[place].member.priority, hash: all[place].hash, load: led[id] ?? 0)
                )
                ids.append(id)
                plan.validUntil = ElectionMachine.earlier(plan.validUntil, vitals.silenceEnd(own: ttl))
            }
        }
        contenders.append(Contender(priority: own.priority, hash: ownHash, load: led[own.id] ?? 0))
        ids.append(own.id)
        let taken = overtakings.roles(at: now).filter { leaders[$0] != nil }
        for role in taken {
            if let place = ids.firstIndex(where: { $0 == leaders[role] }) { contenders[place].load -= 1 }
        }
        let vacant = taken.isEmpty ? vacant : (vacant + taken).sorted { [places] in places[$0] < places[$1] }
        plan.hearing = min(Self.hearingOfOne * vacant.count * contenders.count, settings.timing.heartbeat)
        plan.restsUntil = now + Self.weighingOfOne * vacant.count * contenders.count
        for role in vacant {
            let (rank, first) = contenders.withUnsafeBufferPointer { Self.rankOfLast($0, for: roleHashes[role]) }
            contenders[first].load += 1
            guard leaders[role] == nil else { continue }
            plan.ranks[role] = rank
            plan.firsts[role] = ids[first]
        }
    }

    /// - Returns: how many come before the last one, and which one is the first of all.
    private static func rankOfLast(_ contenders: UnsafeBufferPointer<Contender>, for role: UInt64) -> (Int, Int) {
        let last = contenders.count - 1
        let own = contenders[last].claim(to: role)
        var (best, first, rank) = (own, last, 0)
        for place in 0..<last {
            let claim = contenders[place].claim(to: role)
            if claim.precedes(own) { rank += 1 }
            if claim.precedes(best) { (best, first) = (claim, place) }
        }
        return (rank, first)
    }
}
