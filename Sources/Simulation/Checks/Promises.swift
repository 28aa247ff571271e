import ElectionCore

/// The promises of an election, checked at each event. Between two events an answer of `isLeader` can only turn from true to
/// false, so what is checked at each event holds at each instant.
final class Promises {
    /// From when to when `isLeader` answered true: true instants, the end excluded.
    struct Belief: CustomStringConvertible {
        let life: Int
        let term: UInt64
        let start: Int64
        var end: Int64

        var description: String { "life \(life) in term \(term) from \(start) to \(end)" }
    }

    /// What is known of one role in one life.
    struct Watch {
        var isPromoted = false
        var callbackRuns = false
        var lastTerm: UInt64 = 0
        /// The terms that it told to have given up.
        var released: [UInt64] = []
        /// Of the term that it was promoted in last.
        var token: String?
        var belief: Belief?

        /// Whether nothing is under way.
        var isQuiet: Bool { !isPromoted && !callbackRuns && belief == nil }
    }

    private(set) var violation: BrokenPromise?
    /// How often a roster gave a role away.
    var moves = 0
    /// Beliefs that have ended, by role; only the last ones can overlap with what comes.
    private var ended: [[Belief]]
    /// The lives whose beliefs go on, by role.
    private(set) var believers: [[SimulatedInstance]]
    /// How many roles have more than one of them.
    private var contested = 0
    private(set) var lastTerms: [UInt64]
    /// Every record that the bucket took, by revision, as long as somebody may lead by it.
    private var stored: [UInt64: LeadershipRecord] = [:]

    init(roles: Int) {
        ended = Array(repeating: [], count: roles)
        believers = Array(repeating: [], count: roles)
        lastTerms = Array(repeating: 0, count: roles)
    }

    func fail(_ promise: BrokenPromise.Promise, _ text: @autoclosure () -> String, at instant: Int64) {
        if violation == nil { violation = BrokenPromise(promise: promise, text: text(), at: instant) }
    }

    private func fail(_ promise: BrokenPromise.Promise, _ text: @autoclosure () -> String, _ life: SimulatedInstance) {
        fail(promise, text(), at: life.world.now)
    }

    func believes(_ life: SimulatedInstance, _ role: Int) -> Bool { life.led.contains(role) }

    // MARK: beliefs

    /// At no instant do two answer that they lead. Only those that answered so at their last input can.
    func checkLeaders(at instant: Int64) {
        guard contested > 0 else { return }
        for role in believers.indices where believers[role].count > 1 {
            let leaders = believers[role].filter { $0.leads(role) }
            guard leaders.count > 1 else { continue }
            return fail(.twoLeaders, "lives \(leaders[0].number) and \(leaders[1].number) of role \(role)", at: instant)
        }
    }

    func follow(
        _ life: SimulatedInstance,
        _ role: Int,
        _ state: UnsafeMutablePointer<SimulatedInstance.RoleState>,
        isStale: Bool,
        at instant: Int64
    ) {
        let now = life.clockNow
        let belief = state.look { machine in machine.leaseEnd.map { ($0, machine.term(at: now)) } }
        guard case (let leaseEnd, let term?)? = belief, now < leaseEnd else {
            return endBelief(life, role, state, at: instant)
        }
        let end = life.host.clock.instant(of: leaseEnd)
        if let belief = state.pointee.watch.belief, belief.end <= instant || belief.term != term {
            // Only a thread that took the instant before may renew what seemed to be over: the store took it in time.
            if belief.term == term && !isStale {
                fail(.revivedTerm, "life \(life.number), role \(role), \(term)", life)
            }
            endBelief(life, role, state, at: instant)
        }
        if state.pointee.watch.belief == nil {
            if term < lastTerms[role] { fail(.fallingTerm, "\(term) of role \(role) after \(lastTerms[role])", life) }
            lastTerms[role] = term
            believers[role].append(life)
            if believers[role].count == 2 { contested += 1 }
            life.led.insert(role)
            state.pointee.watch.belief = Belief(
                life: life.number,
                term: term,
                start: instant,
                end: end
            )
        } else {
            state.pointee.watch.belief?.end = end
        }
    }

    private func endBelief(_ life: SimulatedInstance, _ role: Int, at instant: Int64) {
        if let state = life.states[role] { endBelief(life, role, state, at: instant) }
    }

    private func endBelief(
        _ life: SimulatedInstance,
        _ role: Int,
        _ state: UnsafeMutablePointer<SimulatedInstance.RoleState>,
        at instant: Int64
    ) {
        guard var belief = state.pointee.watch.belief else { return }
        state.pointee.watch.belief = nil
        life.led.remove(role)
        belief.end = min(belief.end, instant)
        believers[role].removeAll { $0 === life }
        if believers[role].count == 1 { contested -= 1 }
        guard belief.start < belief.end else { return }
        check(belief, role, at: instant)
        ended[role].append(belief)
        if ended[role].count > 32 { ended[role].removeFirst(16) }
    }

    /// The same as ``checkLeaders(at:)``, from the intervals and not from the answers.
    private func check(_ belief: Belief, _ role: Int, at instant: Int64) {
        for other in ended[role] where other.start < belief.end && belief.start < other.end {
            fail(.twoLeaders, "beliefs overlap in role \(role): \(other), \(belief)", at: instant)
        }
    }

    func vanished(_ life: SimulatedInstance, at instant: Int64) {
        for role in life.led.sorted() { endBelief(life, role, at: instant) }
    }

    func close(at instant: Int64) {
        for role in believers.indices { for life in believers[role] { endBelief(life, role, at: instant) } }
    }

    // MARK: callbacks

    /// Promote and demote callbacks alternate, and a promotion is backed by a lease that runs.
    func promoted(_ life: SimulatedInstance, _ role: Int, term: UInt64, token: String, isStale: Bool) {
        let watch = life.awake(role).pointee.watch
        if watch.isPromoted || watch.callbackRuns {
            fail(.callbackOrder, "life \(life.number) is promoted in role \(role) while it leads or steps down", life)
        }
        if term <= watch.lastTerm {
            fail(
                .fallingTerm,
                "life \(life.number) is promoted in \(term) of role \(role) after \(watch.lastTerm)",
                life
            )
        }
        if life.isStopping || !life.isHealthy(role) {
            fail(.unwantedPromotion, "life \(life.number), role \(role)", life)
        }
        // A thread that was paused after it took the instant may come too late; its `isLeader` still tells the truth.
        if !isStale && !leads(life, role) {
            fail(.unbackedTerm, "life \(life.number) is promoted in role \(role) without a lease", life)
        }
        life.awake(role).pointee.watch.isPromoted = true
        life.awake(role).pointee.watch.lastTerm = term
        life.awake(role).pointee.watch.token = token
    }

    func demoted(_ life: SimulatedInstance, _ role: Int, _ reason: DemotionReason, isObserving: Bool) {
        let watch = life.awake(role).pointee.watch
        if !watch.isPromoted || watch.callbackRuns {
            fail(.callbackOrder, "life \(life.number) is demoted in role \(role), which it didn't lead", life)
        }
        if leads(life, role) {
            fail(.callbackOrder, "life \(life.number) leads role \(role) after its demotion", life)
        }
        if isObserving { checkRemoval(life, role, reason, watch.token) }
        life.awake(role).pointee.watch.isPromoted = false
        life.awake(role).pointee.watch.callbackRuns = true
    }

    private func leads(_ life: SimulatedInstance, _ role: Int) -> Bool {
        let now = life.clockNow
        return life.awake(role).look { $0.isLeader(at: now) }
    }

    func callbackFinished(_ life: SimulatedInstance, _ role: Int) {
        life.awake(role).pointee.watch.callbackRuns = false
    }

    /// A leader is promoted and not yet demoted; a record is given up only when its demote callback has returned.
    func checkCallbacks(_ life: SimulatedInstance, _ role: Int, _ directives: [Directive]) {
        let watch = life.awake(role).pointee.watch
        if !watch.isPromoted && leads(life, role) {
            fail(.callbackOrder, "life \(life.number) leads role \(role) without a promotion", life)
        }
        guard watch.callbackRuns else { return }
        for case .write(let write) in directives where write.givesUp {
            fail(.earlyRelease, "life \(life.number), role \(role)", life)
        }
    }

    /// No watch that began at a replica that lags behind takes a leadership away whose record stands.
    private func checkRemoval(_ life: SimulatedInstance, _ role: Int, _ reason: DemotionReason, _ token: String?) {
        guard reason == .removed || reason == .superseded,
            case .record(let record, _) = life.world.store.entry(role, at: life.world.now), record.token == token
        else { return }
        fail(.needlessDemotion, "life \(life.number) gives up role \(role) as \(reason)", life)
    }

    // MARK: what the store took

    func took(_ record: LeadershipRecord, revision: UInt64) {
        stored[revision] = record
        // Far more than can be in flight.
        if stored.count > 100_000 {
            let oldest = stored.keys.sorted()[50_000]
            stored = stored.filter { $0.key >= oldest }
        }
    }

    func note(_ event: ElectionEvent, _ life: SimulatedInstance, _ role: Int) {
        switch event {
        case .acquired(let term, _, _): checkAcquisition(life, role, term)
        case .released(let term, let revision, let successor, _):
            checkRelease(life, role, term: term, revision: revision, successor: successor)
        case .operation, .suspected, .promoted, .demoted, .steppedDown: break
        }
    }

    /// A leadership rests on a record of the instance's own, or on one that names this very incarnation as successor.
    private func checkAcquisition(_ life: SimulatedInstance, _ role: Int, _ term: UInt64) {
        guard let record = stored[term], let meta = record.meta else {
            return fail(.unbackedTerm, "life \(life.number), role \(role): \(term) is nobody's record", life)
        }
        if record.id != life.host.name || meta.incarnation != life.incarnation {
            fail(.unbackedTerm, "life \(life.number), role \(role): \(term) is \(record.id)'s", life)
        }
        switch meta.mark {
        case nil: return
        case .transfer:
            guard life.settings.detector == .connection,
                meta.connection != life.settings.named(life.world.connections[life.generation - 1])
            else { return }
            fail(.unbackedTerm, "life \(life.number) leads role \(role) by a transfer to an earlier connection", life)
        case .claim, .asks: fail(.unbackedTerm, "life \(life.number) leads role \(role) by a claim", life)
        }
    }

    /// A term is given up once, and to whom the store's record says.
    private func checkRelease(
        _ life: SimulatedInstance,
        _ role: Int,
        term: UInt64,
        revision: UInt64,
        successor: String?
    ) {
        let isKnown = life.awake(role).pointee.watch.released.contains(term)
        if isKnown { fail(.wrongRelease, "life \(life.number) gave \(term) of role \(role) up twice", life) }
        life.awake(role).pointee.watch.released.append(term)
        guard let successor else { return }
        let mark = LeadershipRecord.Mark.transfer(from: life.host.name)
        if let record = stored[revision], record.id == successor, record.meta?.mark == mark { return }
        fail(.wrongRelease, "life \(life.number): revision \(revision) of role \(role) isn't \(successor)'s", life)
    }
}

extension StoreWrite {
    /// Whether it ends a leadership in order.
    var givesUp: Bool {
        switch value {
        case .marker: true
        case .record(let record):
            if case .transfer? = record.meta?.mark { true } else { false }
        }
    }
}
