/// Giving roles away while all is well: to members of higher priority that ask, and to those that lead fewer.
extension Roster {
    struct Moves: Sendable {
        /// When the next one is looked for.
        fileprivate(set) var at: Timestamp?
        /// The role that is on its way to another member.
        fileprivate var giving: (role: Int, until: Timestamp)?
        /// To whom a role was given, until it writes a word of its own.
        private var recipients: [Int: Life] = [:]
        /// Until when a role is given no more to a member that gave it back at once: its health check may have failed there.
        private var refusals: [Int: [Life: Timestamp]] = [:]

        private struct Life: Hashable {
            let id: String
            let incarnation: Int64

            init(_ member: Member) { (id, incarnation) = (member.id, member.incarnation) }
        }

        mutating func given(_ role: Int, to member: Member) {
            if giving?.role == role { giving = nil }
            recipients[role] = Life(member)
        }

        mutating func led(_ role: Int) { recipients[role] = nil }

        mutating func released(_ role: Int, for span: Duration, at now: Timestamp) {
            guard let life = recipients.removeValue(forKey: role) else { return }
            refusals[role] = refusals[role]?.filter { now < $0.value }
            refusals[role, default: [:]][life] = now + span
        }

        func isRefused(_ role: Int, by member: Member, at now: Timestamp) -> Bool {
            refusals[role]?[Life(member)].map { now < $0 } ?? false
        }

        fileprivate func firstRefusalEnd(after now: Timestamp) -> Timestamp? {
            refusals.values.flatMap(\.values).filter { now < $0 }.min()
        }
    }

    /// After members or vacancies changed: failovers come first, and who restarts at once after another shall be counted, too.
    static let moveSettling = Duration.milliseconds(200)
    /// From one role to the next.
    static let movePace = Duration.milliseconds(25)

    private var movesAtAll: Bool { settings.isRanked && (settings.balances || !seats.asking.isEmpty) }

    /// Something changed: a move may be due.
    mutating func planMoves(at now: Timestamp) {
        guard led[own.id] ?? 0 > 0, movesAtAll else { return }
        let due = (changed ?? now) + Self.moveSettling
        moves.at = max(due, moves.at ?? now)
    }

    mutating func nextMove(at now: Timestamp) -> Action? {
        moves.at = nil
        if let changed, now < changed + Self.moveSettling {
            moves.at = changed + Self.moveSettling
            return nil
        }
        if let giving = moves.giving, now < giving.until {
            moves.at = now + Self.movePace
            return nil
        }
        let mine = leaders.indices.filter { leaders[$0] == own.id }
        guard let (member, reason) = receiver(of: mine, at: now) else {
            moves.at = moves.firstRefusalEnd(after: now)
            return nil
        }
        guard isReady(member, at: now) else {
            moves.at = now + settings.timing.heartbeat / 4
            return nil
        }
        let weight = Rendezvous.hash(member.id)
        let free = mine.filter { !moves.isRefused($0, by: member, at: now) }
        let best = free.max { Rendezvous.weight(roleHashes[$0], weight) < Rendezvous.weight(roleHashes[$1], weight) }
        guard let role = best else { return nil }
        promise(role, to: member, at: now)
        moves.giving = (role, now + settings.timing.heartbeat)
        moves.at = now + Self.movePace
        return .give(role: role, member, reason)
    }

    private func receiver(of roles: [Int], at now: Timestamp) -> (Member, DemotionReason)? {
        let live = liveSeats(at: now).filter { seat in
            roles.contains { !moves.isRefused($0, by: seat.member, at: now) }
        }
        let asking = live.filter { $0.member.asks && $0.member.priority > own.priority }
        let first = asking.min { left, right in
            let (leftLoad, rightLoad) = (led[left.member.id] ?? 0, led[right.member.id] ?? 0)
            return (-left.member.priority, leftLoad, left.member.id) < (
                -right.member.priority, rightLoad, right.member.id
            )
        }
        if let first { return (first.member, .outranked) }
        guard settings.balances else { return nil }
        return balancing(live.map(\.member).filter { $0.priority == own.priority }).map { ($0, .balanced) }
    }

    /// Whether it may be given a role now. Who has just given one away may be stopping: its withdrawal is about to come.
    private func isReady(_ member: Member, at now: Timestamp) -> Bool {
        guard let seat = seats[member.id], isPresent(seat, at: now) else { return false }
        return seat.gave.map { $0 + Self.moveSettling <= now } ?? true
    }

    /// All members compute the same moves, each from one that leads most to one that leads fewest, until these differ by one at
    /// most; each makes its own.
    private func balancing(_ others: [Member]) -> Member? {
        var loads = (others + [own]).map { (member: $0, load: led[$0.id] ?? 0) }
        while true {
            loads.sort { ($0.load, $0.member.id) < ($1.load, $1.member.id) }
            let last = loads.count - 1
            guard last > 0, loads[last].load - loads[0].load > 1 else { return nil }
            if loads[last].member.id == own.id { return loads[0].member }
            loads[last].load -= 1
            loads[0].load += 1
        }
    }
}
