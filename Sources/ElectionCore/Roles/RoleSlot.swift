import Synchronization

/// The shell of one role's machine: feeds it under a lock and does what it says after unlocking.
final class RoleSlot: Sendable {
    private struct Shell {
        var machine: ElectionMachine
        /// The last callback's task; the next one begins when it has ended.
        var lastCallback: Task<Void, Never>?
        /// The promote callback's task, from its promotion to its demotion.
        var promotion: Task<Void, Never>?
        /// The term whose promote callback was run and whose demote callback was not.
        var promoted: UInt64?
        /// The earliest deadline that the alarm has for this role.
        var armed: Timestamp?
        var healthAt: Timestamp?
        var failuresInARow = 0
        var abandoned = false

        var deadline: Timestamp? { ElectionMachine.earlier(machine.nextDeadline, healthAt) }
    }

    /// Where the machine's directives go.
    struct Outlets: Sendable {
        var store: any LeaseStore
        var arm: @Sendable (Timestamp) -> Void
        /// ``ElectionMachine/ranked(after:at:)`` is wanted, for a role that is vacant as of the revision.
        var rank: @Sendable (_ revision: UInt64) -> Void
        /// The demote callback has returned.
        var steppedDown: @Sendable () -> Void
        var report: @Sendable (ElectionEvent) -> Void
        var led: LedRoles
        var checkHealth: @Sendable (RoleSlot) -> Void
        var ledger: TaskLedger
        var finished: @Sendable () -> Void
    }

    let role: Role
    /// Its place among the manager's roles.
    let index: Int
    private let callbacks: RoleCallbacks
    private let health: HealthCheck?
    private let outlets: Outlets
    private let shell: Mutex<Shell>

    init(
        role: Role,
        index: Int,
        settings: ElectionSettings,
        callbacks: RoleCallbacks,
        health: HealthCheck?,
        outlets: Outlets,
        seed: UInt64
    ) {
        self.role = role
        self.index = index
        self.callbacks = callbacks
        self.health = health
        self.outlets = outlets
        self.shell = Mutex(Shell(machine: ElectionMachine(settings: settings, seed: seed)))
    }

    // MARK: What it answers

    var isLeader: Bool {
        shell.withLock { !$0.abandoned && $0.machine.isLeader(at: .now()) }
    }

    func leads(term: UInt64) -> Bool {
        shell.withLock { !$0.abandoned && $0.machine.term(at: .now()) == term }
    }

    var term: UInt64? { term(at: .now()) }

    func term(at now: Timestamp) -> UInt64? {
        shell.withLock { $0.abandoned ? nil : $0.machine.term(at: now) }
    }

    var status: RoleStatus {
        shell.withLock { shell in
            let now = Timestamp.now()
            return RoleStatus(
                role: role,
                isLeader: !shell.abandoned && shell.machine.isLeader(at: now),
                term: shell.abandoned ? nil : shell.machine.term(at: now),
                leader: shell.machine.knownLeader(at: now),
                state: shell.machine.stateName
            )
        }
    }

    func ask<Answer: Sendable>(_ question: (borrowing ElectionMachine, Timestamp) -> Answer) -> Answer {
        shell.withLock { question($0.machine, .now()) }
    }

    // MARK: Inputs

    /// Takes a renewal of the leader that is followed. Its deadline only moves on: what the alarm has for this role comes no later.
    ///
    /// - Returns: false where it is anything else.
    func follow(_ entry: StoredEntry, _ standing: Standing) -> Bool {
        shell.withLock { $0.machine.followed(entry, standing, at: .now()) }
    }

    func apply(_ input: (inout ElectionMachine, Timestamp) -> [Directive]) {
        let (directives, ended, armAt) = shell.withLock { shell in
            if shell.machine.settings.gathersRenewals { shell.machine.renewalBursts = outlets.led.bursts }
            let directives = input(&shell.machine, .now())
            var ended: Task<Void, Never>?
            for directive in directives {
                switch directive {
                case .promote(let term, let token):
                    shell.promotion = callback(after: shell.lastCallback) { await $0.promote(term: term, token: token) }
                    shell.lastCallback = shell.promotion
                case .demote(let term, let reason):
                    ended = shell.promotion
                    shell.promotion = nil
                    shell.lastCallback = callback(after: shell.lastCallback) { await $0.demote(term: term, reason) }
                case .write, .read, .rank, .report, .finished:
                    break
                }
            }
            return (directives, ended, rearm(&shell))
        }
        ended?.cancel()
        if let armAt { outlets.arm(armAt) }
        for directive in directives {
            switch directive {
            case .write(let write): outlets.store.write(write, role: role)
            case .read: outlets.store.read(role)
            case .rank(let revision): outlets.rank(revision)
            case .report(let event): outlets.report(event)
            case .finished: outlets.finished()
            case .promote, .demote: break
            }
        }
    }

    /// Unstructured: a demotion cancels the promote callback alone, and a callback that had to be handed to ``RoleManager/run()``
    /// first would start a fifth of a millisecond later. ``end()`` awaits it.
    private func callback(
        after previous: Task<Void, Never>?,
        _ body: @escaping @Sendable (RoleSlot) async -> Void
    ) -> Task<Void, Never> {
        Task {
            await outlets.ledger.track("callback") {
                await previous?.value
                await body(self)
            }
        }
    }

    /// A deadline that was armed for this role has come.
    func ring(_ deadline: Timestamp) {
        let (isStale, checksHealth) = shell.withLock { shell in
            // An earlier one was armed since, and has taken this one's place.
            guard shell.armed == deadline else { return (true, false) }
            shell.armed = nil
            guard let due = shell.healthAt, due <= .now() else { return (false, false) }
            shell.healthAt = nil
            return (false, true)
        }
        if isStale { return }
        if checksHealth { outlets.checkHealth(self) }
        apply { machine, now in machine.tick(at: now) }
    }

    /// The instant to which a deadline has moved that was armed for this role; nil where it hasn't.
    func postponed(_ deadline: Timestamp) -> Timestamp? {
        shell.withLock { shell in
            guard shell.armed == deadline, let later = shell.deadline, later > deadline else { return nil }
            shell.armed = later
            return later
        }
    }

    func start() {
        shell.withLock { if health != nil { $0.healthAt = .now() } }
        apply { machine, now in machine.start(at: now) }
    }

    /// Answers false from here on, and cancels the promote callback.
    func abandon() {
        let promotion = shell.withLock { shell in
            shell.abandoned = true
            return shell.promotion
        }
        promotion?.cancel()
    }

    /// Returns when the callbacks that have begun have returned.
    func untilCallbacksEnd() async { await shell.withLock(\.lastCallback)?.value }

    private func rearm(_ shell: inout Shell) -> Timestamp? {
        guard let deadline = shell.deadline, shell.armed.map({ deadline < $0 }) ?? true else { return nil }
        shell.armed = deadline
        return deadline
    }

    // MARK: Callbacks

    private func promote(term: UInt64, token: String) async {
        let isWanted = shell.withLock { shell in
            // A leadership that ended before its callback began was never one for the user.
            guard !shell.abandoned, shell.machine.term(at: .now()) == term else { return false }
            shell.promoted = term
            return true
        }
        guard isWanted else { return }
        outlets.report(.promoted(term: term, at: .now()))
        await callbacks.onPromote(Leadership(role: role, term: term, token: token, slot: self))
    }

    private func demote(term: UInt64, _ reason: DemotionReason) async {
        if takePromoted(term) { await callbacks.onDemote(reason) }
        outlets.steppedDown()
    }

    private func takePromoted(_ term: UInt64) -> Bool {
        shell.withLock { shell in
            guard shell.promoted == term else { return false }
            shell.promoted = nil
            return true
        }
    }

    func checkHealth() async {
        guard let health else { return }
        let isHealthy = await health.isHealthy()
        let verdict: Bool? = shell.withLock { shell in
            shell.failuresInARow = isHealthy ? 0 : shell.failuresInARow + 1
            shell.healthAt = .now() + health.interval
            if isHealthy { return true }
            return shell.failuresInARow >= health.failuresToDemote ? false : nil
        }
        apply { machine, now in
            guard let verdict else { return machine.tick(at: now) }
            return machine.setHealthy(verdict, at: now)
        }
    }
}
