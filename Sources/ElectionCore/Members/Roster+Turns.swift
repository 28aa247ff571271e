/// Roles whose leader is gone, and that others are to try for first: their machines are told of it when the own turn has come. Mostly
/// somebody else leads by then. Where hundreds of members were busy with all roles of a dead one at once, who is to take them would
/// wait for the others.
extension Roster {
    struct Turns: Sendable {
        fileprivate struct Turn {
            var at: Timestamp
            /// What is to be told: the loss of this connection; nil: the end of the session that the machine rests on.
            let lost: ConnectionID?
        }

        fileprivate var awaited: [Int: Turn] = [:]
        /// The roles whose turn has come, until their machines ask for their rank.
        private var come: Set<Int> = []

        func isAwaited(_ role: Int) -> Bool { awaited[role] != nil }

        /// - Returns: whether the role's turn has come; it is no news twice.
        mutating func take(_ role: Int) -> Bool { come.remove(role) != nil }

        /// Somebody leads the role.
        mutating func end(_ role: Int) {
            awaited[role] = nil
            come.remove(role)
        }

        fileprivate mutating func takeDue(at now: Timestamp) -> [(role: Int, lost: ConnectionID?)] {
            let due = awaited.filter { $0.value.at <= now }
            for role in due.keys {
                awaited[role] = nil
                come.insert(role)
            }
            return due.map { ($0.key, $0.value.lost) }.sorted { $0.role < $1.role }
        }
    }

    /// - Parameters:
    ///   - roles: those that have lost their leader.
    ///   - lost: the connection that they have lost it by, if it is one.
    /// - Returns: the roles whose machines are to be told now, and of what.
    package mutating func takeTurns(_ roles: [Int] = [], lost: ConnectionID? = nil, at now: Timestamp)
        -> [(role: Int, lost: ConnectionID?)]
    {
        guard settings.isRanked else { return roles.map { ($0, lost) } }
        for role in roles where !turns.isAwaited(role) {
            turns.awaited[role] = Turns.Turn(at: Timestamp(nanoseconds: .max), lost: lost)
        }
        for (role, turn) in turns.awaited {
            let delay = delay(of: role, at: now) ?? .zero
            turns.awaited[role]?.at = min(turn.at, now + delay)
        }
        return turns.takeDue(at: now)
    }

    /// When ``takeTurns(_:lost:at:)`` is wanted next.
    package var nextTurn: Timestamp? { turns.awaited.values.map(\.at).min() }
}
