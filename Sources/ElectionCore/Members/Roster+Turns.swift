/// Roles whose leader is gone, and that others are to try for first: their machines are told of it when the own turn has come. Mostly
/// somebody else leads by then. Where hundreds of members were busy with all roles of a dead one at once, who is to take them would
/// wait for the others.
extension Roster {
    package struct Turns: Sendable {
        fileprivate struct Turn {
            var at = Timestamp(nanoseconds: .max)
            var loss = Loss()

            mutating func comes(at instant: Timestamp) { at = min(at, instant) }
        }

        /// What a machine is to be told.
        package struct Loss: Hashable, Sendable {
            /// Its leader's connection is closed.
            package var connection: ConnectionID?
            /// The session is over that its leader leads by.
            package var session: SessionRef?

            package init(connection: ConnectionID? = nil, session: SessionRef? = nil) {
                self.connection = connection
                self.session = session
            }
        }

        fileprivate var awaited: [Int: Turn] = [:]
        /// The vacant roles whose turn has come, until their machines ask for their rank.
        private var come: Set<Int> = []
        /// The earliest instant for which the shell was asked to take turns.
        fileprivate var armed: Timestamp?

        func isAwaited(_ role: Int) -> Bool { awaited[role] != nil }

        /// - Returns: whether the role's turn has come; only the first answer says so.
        mutating func take(_ role: Int) -> Bool { come.remove(role) != nil }

        /// Another vacancy of the role begins, or somebody leads it.
        mutating func end(_ role: Int) {
            awaited[role] = nil
            come.remove(role)
        }

        fileprivate mutating func awaits(_ role: Int, _ loss: Loss) {
            var turn = awaited[role] ?? Turn()
            turn.loss.connection = turn.loss.connection ?? loss.connection
            turn.loss.session = turn.loss.session ?? loss.session
            awaited[role] = turn
        }

        fileprivate mutating func takeDue(at now: Timestamp, _ isVacant: (Int) -> Bool) -> [(role: Int, Loss)] {
            let due = awaited.filter { $0.value.at <= now }
            for role in due.keys {
                awaited[role] = nil
                if isVacant(role) { come.insert(role) }
            }
            return due.map { ($0.key, $0.value.loss) }.sorted { $0.role < $1.role }
        }

        /// - Returns: when the next turn comes, if it was not asked for yet.
        fileprivate mutating func arm() -> Timestamp? {
            guard let next = awaited.values.map(\.at).min(), armed.map({ next < $0 }) ?? true else { return nil }
            armed = next
            return next
        }
    }

    /// - Parameters:
    ///   - roles: those that have lost their leader.
    ///   - loss: by what.
    /// - Returns: the roles whose machines are to be told now, and of what; and when this is to be called again, if that was not said
    ///   before.
    package mutating func takeTurns(_ roles: [Int] = [], _ loss: Turns.Loss = .init(), at now: Timestamp)
        -> (due: [(role: Int, Turns.Loss)], next: Timestamp?)
    {
        guard settings.isRanked else { return (roles.map { ($0, loss) }, nil) }
        for role in roles { turns.awaits(role, loss) }
        for role in turns.awaited.keys.sorted() {
            let turn = now + (delay(of: role, at: now) ?? .zero)
            turns.awaited[role]?.comes(at: turn)
        }
        return (turns.takeDue(at: now) { leaders[$0] == nil }, turns.arm())
    }

    /// The instant that ``takeTurns(_:_:at:)`` said has come.
    package mutating func turnCame() { turns.armed = nil }
}
