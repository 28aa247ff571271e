/// All that one instance knows of sessions: its own, those of others, and which of its roles rest on its own. A value, as
/// ``SessionMachine`` and ``SessionTable`` are.
package struct Sessions: Sendable {
    /// What the shell is to do, in this order.
    package enum Action: Hashable, Sendable {
        /// On the key of the instance's session.
        case write(String, StoreWrite)
        case read(String)
        /// The machines of these roles are to know of the own session; nil: those of all.
        case stands(OwnSession, roles: [Int]?)
        /// The machines of all roles are to know that the own session is over; then ``Sessions/told(at:)``.
        case ended(SessionRef, SessionEnd)
        /// The machines of the roles are to know that the session that they rest on is over.
        case over(SessionRef, roles: [Int])
        /// An operation on the own session's key.
        case report(ElectionEvent)
    }

    package let settings: ElectionSettings
    /// Nil where each role has a lease of its own.
    private(set) var own: SessionMachine?
    private(set) var table: SessionTable
    /// The roles that rest on the own session.
    private var led: Set<Int> = []

    package init(settings: ElectionSettings, seed: UInt64) {
        self.settings = settings
        own = settings.lease == .instance ? SessionMachine(settings: settings, seed: seed) : nil
        table = SessionTable(settings: settings, seed: seed ^ 0x5E55_1045)
    }

    // MARK: What it answers

    package var nextDeadline: Timestamp? { ElectionMachine.earlier(own?.nextDeadline, table.nextDeadline) }

    /// The own session as long as it lives.
    package func session(at now: Timestamp) -> OwnSession? { own?.session(at: now) }

    package func session(of id: String, incarnation: Int64, at now: Timestamp) -> SessionRef? {
        table.session(of: id, incarnation: incarnation, at: now)
    }

    // MARK: Inputs

    /// The instance takes part from now on.
    package mutating func start(at now: Timestamp) -> [Action] {
        tellOwn { machine in machine.start(at: now) }
    }

    package mutating func connected(_ connection: ConnectionID, at now: Timestamp) -> [Action] {
        tellOwn { machine in machine.connected(connection, at: now) }
    }

    package mutating func disconnected(at now: Timestamp) -> [Action] {
        table.disconnected()
        return tellOwn { machine in machine.disconnected(at: now) }
    }

    package mutating func synced(at now: Timestamp) -> [Action] {
        let actions = tellOwn { machine in machine.synced(at: now) }
        return actions + Self.translated(table.synced(at: now))
    }

    package mutating func observed(_ id: String, _ entry: StoredEntry, at now: Timestamp) -> [Action] {
        var actions: [Action] = []
        if id == settings.instance.name {
            let isLost = table.isLost(entry)
            actions = tellOwn { machine in machine.observed(entry, isLost: isLost, at: now) }
        }
        return actions + Self.translated(table.observed(id, entry, isRead: false, at: now))
    }

    /// Takes a renewal of somebody else's session.
    ///
    /// - Returns: false where the entry is anything else: it is for ``observed(_:_:at:)``.
    package mutating func followed(_ id: String, _ entry: StoredEntry, at now: Timestamp) -> Bool {
        id != settings.instance.name && table.followed(id, entry, at: now)
    }

    /// - Parameter entry: nil where it could not be read.
    package mutating func read(_ id: String, _ entry: StoredEntry?, at now: Timestamp) -> [Action] {
        var actions: [Action] = []
        if id == settings.instance.name {
            let isLost = entry.map { table.isLost($0) } ?? false
            actions = tellOwn { machine in machine.read(entry, isLost: isLost, at: now) }
        }
        guard let entry else { return actions }
        return actions + Self.translated(table.observed(id, entry, isRead: true, at: now))
    }

    package mutating func written(_ id: String, write: UInt64, _ outcome: WriteOutcome, at now: Timestamp) -> [Action] {
        if id == settings.instance.name, own != nil {
            return tellOwn { machine in machine.written(id: write, outcome, at: now) }
        }
        return Self.translated(table.written(id, write: write, outcome, at: now))
    }

    package mutating func lost(_ connection: ConnectionID, at now: Timestamp) -> [Action] {
        guard settings.detector == .connection, connection.client != 0 else { return [] }
        let over = table.lost(connection, at: now)
        return Self.translated(over) + tellOwn { machine in machine.lost(connection, at: now) }
    }

    package mutating func tick(at now: Timestamp) -> [Action] {
        let actions = tellOwn { machine in machine.tick(at: now) }
        return actions + Self.translated(table.tick(at: now))
    }

    /// The answer to ``Action/ended(_:_:)``.
    package mutating func told(at now: Timestamp) -> [Action] {
        tellOwn { machine in machine.told(at: now) }
    }

    /// No role rests on the own session any more.
    package mutating func withdraw(at now: Timestamp) -> [Action] {
        tellOwn { machine in machine.withdraw(at: now) }
    }

    /// Takes down what a role's machine rests on.
    ///
    /// - Returns: whether that is a session of somebody else's which is over.
    package mutating func note(_ footing: SessionFooting, of role: Int, at now: Timestamp) -> Bool {
        switch footing {
        case .none, .other:
            led.remove(role)
        case .own:
            led.insert(role)
        }
        guard case .other(let ref, let ttl) = footing else {
            return table.rest(role, on: nil, ttl: .zero, at: now)
        }
        return table.rest(role, on: ref, ttl: ttl, at: now)
    }

    private mutating func tellOwn(_ input: (inout SessionMachine) -> [SessionMachine.Directive]) -> [Action] {
        guard var machine = own else { return [] }
        own = nil
        let directives = input(&machine)
        own = machine
        return directives.map { directive in
            switch directive {
            case .write(let write): .write(settings.instance.name, write)
            case .read: .read(settings.instance.name)
            case .began(let session): .stands(session, roles: nil)
            case .renewed(let session): .stands(session, roles: led.sorted())
            case .ended(let ref, let reason): .ended(ref, reason)
            case .report(let event): .report(event)
            }
        }
    }

    /// Not a method of the value: it would be copied, with what all roles rest on, before what it is called with has changed it.
    private static func translated(_ directives: [SessionTable.Directive]) -> [Action] {
        directives.map { directive in
            switch directive {
            case .fence(let id, let write): .write(id, write)
            case .read(let id): .read(id)
            case .over(let ref, let roles): .over(ref, roles: roles)
            }
        }
    }
}

/// What a role's machine rests on.
package enum SessionFooting: Hashable, Sendable {
    /// On no session: a lease of the role's own, or nobody's.
    case none
    /// It leads, or is still giving up, by the own session.
    case own
    /// It follows as long as this session lives. `ttl`: what its holder counts with, as far as the role's record tells.
    case other(SessionRef, ttl: Duration)
}
