/// What runs the machines and the roster of one instance: threads and locks under a ``RoleManager``, virtual time in a
/// simulation. What the store's events mean for them, and what an instance does in which order, is the same for every shell.
///
/// Roles are meant by their place among the instance's roles.
package protocol InstanceShell {
    var settings: ElectionSettings { get }
    var roles: Range<Int> { get }
    /// Whether there is a roster.
    var knowsMembers: Bool { get }

    /// Feeds a role's machine, and does what it says.
    func apply(_ role: Int, _ input: (inout ElectionMachine, Timestamp) -> [Directive])
    /// Lets a role's machine take a renewal by ``ElectionMachine/followed(_:_:at:)``.
    func follow(_ role: Int, _ entry: StoredEntry, _ standing: Standing) -> Bool
    /// Looks at a role's machine.
    func ask<Answer: Sendable>(_ role: Int, _ question: (borrowing ElectionMachine, Timestamp) -> Answer) -> Answer
    /// Feeds the roster, and does what it says.
    ///
    /// - Returns: nil where there is none.
    func applyToRoster<Result: Sendable>(_ input: (inout Roster, Timestamp) -> (Result, [Roster.Action])) -> Result?
    /// Feeds what is known of sessions; writes and reads the store as it says, and hands all else to ``follow(_:)``.
    func applyToSessions(_ input: (inout Sessions, Timestamp) -> [Sessions.Action])
    /// Hands on what became of an operation on the own session's key.
    func reportSession(_ event: ElectionEvent)
    /// Looks at what is known of sessions, and takes down what bears on no deadline.
    func askSessions<Answer: Sendable>(_ question: (inout Sessions, Timestamp) -> Answer) -> Answer
    var enlistment: Enlistment { get }
    /// Whether a role's machine is told what concerns all: true, unless a shell can tell it later.
    func isAttentive(_ role: Int) -> Bool
    /// Ends the standby of a role that somebody else is known to lead without feeding its machine.
    ///
    /// - Returns: false where its machine has to be fed.
    func enlistsQuietly(_ role: Int) -> Bool
    /// Has ``keep(_:)`` called later.
    func arrange(_ appointment: Appointment, after delay: Duration)
}

/// What an instance has arranged to do later, besides its roles' and its roster's deadlines.
package enum Appointment: Int, Sendable, CaseIterable {
    /// The members that were enlisted together know of each other.
    case settling
    /// The roles that were led are given up, or on their way.
    case withdrawal
    /// Nobody gives a role to this instance any more.
    case departure
    /// The next roles may end their standby.
    case enlisting
    /// It is this instance's turn to try for a role whose leader is gone.
    case turn
}

extension InstanceShell {
    package func isAttentive(_ role: Int) -> Bool { true }
    package func enlistsQuietly(_ role: Int) -> Bool { false }
}

// MARK: what the store tells

extension InstanceShell {
    package func connected(_ stands: ConnectionID) {
        let connection = settings.named(stands)
        tellRoster { roster, _ in roster.connected(connection) }
        applyToSessions { sessions, now in sessions.connected(connection, at: now) }
        for role in roles where isAttentive(role) {
            apply(role) { machine, now in machine.connected(connection, at: now) }
        }
    }

    package func disconnected() {
        for role in roles where isAttentive(role) { apply(role) { machine, now in machine.disconnected(at: now) } }
        applyToSessions { sessions, now in sessions.disconnected(at: now) }
        tellRoster { roster, _ in roster.disconnected() }
    }

    package func synced() {
        applyToSessions { sessions, now in sessions.synced(at: now) }
        for role in roles where isAttentive(role) { apply(role) { machine, now in machine.synced(at: now) } }
        tellRoster { roster, now in roster.synced(at: now) }
    }

    package func observed(_ role: Int, _ entry: StoredEntry) {
        let standing = tellRoster { roster, now in roster.observed(role, entry, at: now) } ?? Standing()
        if follow(role, entry, standing) { return }
        applyByOwnSession(role) { machine, now in machine.observed(entry, standing, at: now) }
        settleFooting(of: role)
    }

    /// - Parameter entry: nil where it could not be read.
    package func read(_ role: Int, _ entry: StoredEntry?) {
        let standing = entry.flatMap { entry in tellRoster { roster, _ in roster.standing(of: entry) } } ?? Standing()
        applyByOwnSession(role) { machine, now in machine.read(entry, standing, at: now) }
        settleFooting(of: role)
    }

    package func written(_ role: Int, id: UInt64, _ outcome: WriteOutcome) {
        applyByOwnSession(role) { machine, now in machine.written(id: id, outcome, at: now) }
        settleFooting(of: role)
    }

    package func presence(_ id: String, _ entry: StoredEntry) {
        tellRoster { roster, now in roster.presence(id, entry, at: now) }
    }

    package func announced(_ id: UInt64, _ outcome: WriteOutcome) {
        tellRoster { roster, now in roster.announced(id, outcome, at: now) }
    }

    /// The server has closed this connection of another instance.
    package func lost(_ connection: ConnectionID) {
        // The roster first: who is lost is not to try for anything, and would be waited for.
        let known = tellRoster { roster, now in
            let before = roster.version
            let left = roster.lost(connection, at: now)
            return (left, isNews: roster.version != before)
        }
        let left = known?.0 ?? []
        // What is to be given away may be on its way to the one that is lost.
        let given = left.filter { role in ask(role) { machine, _ in machine.isGivingUp } }
        for role in given { apply(role) { machine, now in machine.lost(connection, at: now) } }
        takeTurns(given.isEmpty ? left : left.filter { !given.contains($0) }, .init(connection: connection))
        applyToSessions { sessions, now in sessions.lost(connection, at: now) }
        // On many connections that close no role depends, as on those of an operator's tools. Who was to try for other roles may be
        // the one that is lost.
        if known?.isNews == true {
            let told = Set(left)
            replan { !told.contains($0) }
        }
    }

    /// The leaders of these roles are gone: the machines of those that nobody else is to try for first are told now, of all others
    /// when their turn has come.
    func takeTurns(_ roles: [Int] = [], _ loss: Roster.Turns.Loss = .init()) {
        let turns = tellRoster { roster, now in
            let (due, next) = roster.takeTurns(roles, loss, at: now)
            return (due, after: next.map { $0 - now })
        }
        for (role, loss) in turns?.0 ?? roles.map({ ($0, loss) }) {
            if let lost = loss.connection { apply(role) { machine, now in machine.lost(lost, at: now) } }
            if let over = loss.session { apply(role) { machine, now in machine.sessionOver(over, at: now) } }
        }
        if let after = turns?.after { arrange(.turn, after: after) }
    }

    /// A role's own election has reported this.
    package func note(_ event: ElectionEvent, of role: Int) {
        switch event {
        case .operation(let operation, let outcome, _, let sent, let revision?, _)
        where operation != .validate && (outcome == .ok || outcome == .late):
            tellRoster { roster, now in roster.wrote(revision: revision, sent: sent, at: now) }
        case .acquired: tellRoster { roster, now in roster.acquired(role, at: now) }
        case .operation, .suspected, .promoted, .demoted, .steppedDown, .released: break
        }
        if case .operation(.acquire, _, _, _, _, _) = event, enlistment.tried == role { enlistMore() }
    }
}

// MARK: what a machine asks

extension InstanceShell {
    /// The answer to ``Directive/rank(revision:)``.
    package func rank(_ role: Int, vacantAsOf revision: UInt64) {
        // What fell to this instance when all were enlisted is its own to try for, whatever they have come to lead since.
        let isOwn = enlistment.isFirst(role)
        let planned = isOwn ? nil : tellRoster { roster, now in roster.delay(of: role, vacantAsOf: revision, at: now) }
        let delay = planned ?? .zero
        apply(role) { machine, now in machine.ranked(after: delay, at: now) }
    }

    /// The demote callback of a role has returned.
    package func steppedDown(_ role: Int) {
        let isOpen = ask(role) { machine, _ in machine.wantsSuccessor }
        let successor = isOpen && settings.isRanked ? chooseSuccessor(role) : nil
        let heir = successor ?? ask(role) { machine, _ in machine.namedSuccessor }
        let session = heir.flatMap { heir in
            askSessions { sessions, now in sessions.session(of: heir.id, incarnation: heir.incarnation, at: now) }
        }
        apply(role) { machine, now in
            machine.demoteCallbackFinished(successor: successor, session: session, at: now)
        }
    }

    private func chooseSuccessor(_ role: Int) -> Member? {
        tellRoster { roster, now in roster.successor(of: role, at: now) } ?? nil
    }
}

// MARK: what its user wants

extension InstanceShell {
    /// Ends the standby of all roles.
    package func enlist() {
        if knowsMembers {
            tellRoster { roster, now in roster.enlist(at: now) }
            arrange(.settling, after: Roster.enlistmentSettling)
        }
        applyToSessions { sessions, now in sessions.start(at: now) }
        guard roles.count > Enlistment.atOnce else {
            for role in roles where !enlistsQuietly(role) { apply(role) { machine, now in machine.enlist(at: now) } }
            return
        }
        // Whoever tries by rank waits until it knows the others.
        if !settings.isRanked { enlistOneByOne() }
    }

    private func enlistOneByOne(first: [Int] = []) {
        enlistment.begin(roles, first: first, for: settings.instance)
        enlistMore()
        arrange(.enlisting, after: Enlistment.interval)
    }

    /// The members that are enlisted together know of each other: the roles fall to them.
    private func settle() {
        guard settings.isRanked else { return }
        let settles = tellRoster { roster, now in roster.settles(at: now) } ?? true
        guard settles else { return arrange(.settling, after: Roster.enlistmentSettling / 2) }
        guard roles.count > Enlistment.atOnce else { return replan { _ in true } }
        enlistOneByOne(first: tellRoster { roster, now in roster.ownVacancies(at: now) } ?? [])
    }

    /// Ends the standby of the next roles, up to one that is vacant, unless the one before is still being tried for.
    private func enlistMore() {
        let isTrying = enlistment.tried.map { role in ask(role) { machine, _ in machine.isTrying } } ?? false
        guard !isTrying else { return }
        while let role = enlistment.next() {
            if enlistsQuietly(role) { continue }
            let isVacant = ask(role) { machine, _ in machine.knowsVacancy }
            if isVacant { enlistment.tries(role) }
            apply(role) { machine, now in machine.enlist(isPaced: true, at: now) }
            // Of a role that somebody leads already nothing was asked.
            enlistment.ended(role)
            if isVacant { return }
        }
    }

    /// Gives every role up in order.
    package func stop() {
        if knowsMembers {
            tellRoster { roster, _ in roster.stop() }
            arrange(.withdrawal, after: Roster.withdrawalDelay)
        }
        // What it leads first: others wait for that.
        var ordered = Array(roles)
        let followed = ordered.partition { role in
            isAttentive(role) && ask(role) { machine, now in machine.isLeader(at: now) }
        }
        ordered = (ordered[followed...] + ordered[..<followed]).filter(isAttentive)
        guard settings.isRanked else { return end(ordered) }
        for role in ordered { apply(role) { machine, now in machine.retire(at: now) } }
        arrange(.departure, after: Roster.departureDelay)
    }

    package func keep(_ appointment: Appointment) {
        switch appointment {
        case .settling: settle()
        case .withdrawal: withdraw()
        case .departure: depart()
        case .turn:
            tellRoster { roster, _ in roster.turnCame() }
            takeTurns()
        case .enlisting:
            enlistMore()
            if !enlistment.isOver { arrange(.enlisting, after: Enlistment.interval) }
        }
    }

    /// The others learn that it gets nothing any more.
    package func withdraw() {
        _ = applyToRoster { roster, now in ((), roster.withdraw(at: now)) }
    }

    /// No role is led, or to be given up, any more.
    package func withdrawSession() {
        applyToSessions { sessions, now in sessions.withdraw(at: now) }
    }

    /// A deadline of the roster has come.
    package func tickRoster() {
        _ = applyToRoster { roster, now in ((), roster.tick(at: now)) }
    }

    /// Ends the roles once none is to be given up any more: as long as one is, others may take this instance for willing.
    private func depart() {
        let isGivingUp = roles.contains { ask($0) { machine, _ in machine.isGivingUp } }
        if isGivingUp { arrange(.departure, after: Roster.departureDelay) } else { end(Array(roles)) }
    }

    private func end(_ roles: [Int]) {
        for role in roles { apply(role) { machine, now in machine.stop(at: now) } }
    }

    /// Gives those of the vacant roles their delays anew.
    private func replan(_ isMeant: (Int) -> Bool) {
        guard settings.isRanked, let delays = tellRoster({ roster, now in roster.delays(at: now) }) else { return }
        for (role, delay) in delays where isMeant(role) {
            apply(role) { machine, now in machine.ranked(after: delay, at: now) }
        }
    }

    @discardableResult
    private func tellRoster<Result: Sendable>(_ input: (inout Roster, Timestamp) -> Result) -> Result? {
        applyToRoster { roster, now in (input(&roster, now), []) }
    }
}
