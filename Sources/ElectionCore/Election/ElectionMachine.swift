/// Decides one role's election for one instance: a value without clock, I/O or outside randomness.
///
/// Each input takes the present instant and returns what its shell has to do, in order. Instants never fall from one input
/// to the next by more than the shell's threads may overtake each other; the machine only ever compares them.
///
/// What keeps two from leading at the same instant:
/// - A record is written only where the key still has the revision that this machine last knew of.
/// - A leader stops at the end of its lease, counted from before its last accepted write was sent, less the drift guard.
/// - A follower tries only once that lease is over in its own view, counted from after it received that write.
package struct ElectionMachine: Sendable {
    /// Whether the store can be reached and what it holds is known.
    enum Link: Hashable, Sendable {
        case down
        /// Connected; the entry of the role is still on its way.
        case syncing
        case up
    }

    package let settings: ElectionSettings
    var state: ElectionState = .initial
    var link: Link = .down
    var pending: PendingWrite?
    /// Since the last term began: the store was asked and didn't show them.
    var droppedTransfers: [PendingWrite] = []
    /// When the store is asked for the entry, unless the watch has told by then.
    var readAt: Timestamp?
    /// Whether the watch began with less than is known: then the next read is believed, whatever it shows.
    var isDoubting = false
    /// Whether ``Directive/rank`` has no answer yet.
    var awaitsRank = false
    /// What bears on the entry that is being learnt.
    var standing = Standing()
    /// Of the last leadership: a term that has ended does not come back.
    var lastTerm: UInt64 = 0
    /// The last one whose release was told.
    var releasedTerm: UInt64 = 0
    var healthy = true
    /// Follows, but doesn't campaign.
    var standby: Bool
    /// It leads no more.
    var stopping = false
    /// It ends as soon as it has nothing left to give up.
    var isLeaving = false
    /// Into how many bursts the instance's renewals go, where they are gathered.
    package var renewalBursts = 1
    var connection = ConnectionID(server: "", client: 0)
    /// The own session, that its leadership is to rest on; its lease may last longer than is known here.
    var session: OwnSession?
    /// The number of the last own session that is over: none comes back.
    var endedSession: UInt64 = 0
    var nextWriteID: UInt64 = 1
    var random: SplitMix64

    package init(settings: ElectionSettings, seed: UInt64) {
        self.settings = settings
        self.standby = settings.startsOnStandby
        self.random = SplitMix64(seed: seed)
    }

    // MARK: What it answers

    /// Whether this instance leads the role at this instant. False from the lease's end on, even before anything noticed it.
    package func isLeader(at now: Timestamp) -> Bool {
        guard case .leader(let term) = state else { return false }
        return now < term.leaseEnd
    }

    /// The fencing token, while it leads.
    package func term(at now: Timestamp) -> UInt64? {
        guard case .leader(let term) = state, now < term.leaseEnd else { return nil }
        return term.number
    }

    /// The first instant at which it doesn't lead any more, unless a renewal is acknowledged before.
    package var leaseEnd: Timestamp? {
        guard case .leader(let term) = state else { return nil }
        return term.leaseEnd
    }

    package var stateName: String { state.name }

    /// The id of the leader, as far as this instance knows.
    package func knownLeader(at now: Timestamp) -> String? {
        switch state {
        case .leader(let term): now < term.leaseEnd ? settings.instance.name : nil
        case .follower(let view): view.leader
        case .candidate(let view, _): view?.leader
        case .demoted(let demotion): demotion.view?.leader
        case .initial, .stopped: nil
        }
    }

    /// When ``tick(at:)`` is wanted next.
    package var nextDeadline: Timestamp? {
        let store = Self.earlier(pending?.answerBy, link == .up ? readAt : nil)
        let mayWrite = link == .up && pending == nil
        switch state {
        case .initial, .stopped:
            return nil
        case .candidate(_, let tryAt):
            return Self.earlier(store, mayWrite && mayTry ? tryAt : nil)
        case .follower(let view):
            let claim = mayWrite && mayTry ? view.claimAt : nil
            return Self.earlier(store, Self.earlier(view.heldUntil, claim))
        case .leader(let term):
            let renewal = mayWrite ? Self.earlier(term.renewAt, term.retry?.at) : nil
            let validation = link == .up ? term.validateAt : nil
            return Self.earlier(Self.earlier(store, term.leaseEnd), Self.earlier(renewal, validation))
        case .demoted(let demotion):
            let confirmation = demotion.callbackFinished ? demotion.confirming?.at : nil
            let renewal = mayWrite ? demotion.keeping?.renewAt ?? confirmation : nil
            return Self.earlier(store, Self.earlier(demotion.keeping?.leaseEnd, renewal))
        }
    }

    package static func earlier(_ first: Timestamp?, _ second: Timestamp?) -> Timestamp? {
        guard let first, let second else { return first ?? second }
        return min(first, second)
    }

    /// Whether the role is still to be given to somebody who isn't named yet.
    package var wantsSuccessor: Bool {
        guard case .demoted(let demotion) = state else { return false }
        return demotion.keeping != nil && demotion.successor == nil
    }

    /// Whether a leadership has ended that is still to be given up.
    package var isGivingUp: Bool {
        guard case .demoted = state else { return false }
        return true
    }

    var eligible: Bool { healthy && !standby && !stopping }

    // MARK: What its inputs share

    /// What every input begins with: a lease that is over has ended before anything else is believed.
    mutating func expireLease(at now: Timestamp, _ out: inout [Directive]) {
        switch state {
        case .leader(let term) where now >= term.leaseEnd:
            let view = KeyView.expired(term.revision, session: term.session)
            demote(term, .leaseExpired, keeping: nil, view: view, at: term.leaseEnd, &out)
        case .demoted(var demotion):
            guard let keeping = demotion.keeping, now >= keeping.leaseEnd else { return }
            demotion.letGo(resting: keeping.session)
            state = .demoted(demotion)
        case .initial, .candidate, .follower, .leader, .stopped:
            return
        }
    }

    mutating func demote(
        _ term: Term,
        _ reason: DemotionReason,
        keeping: Term?,
        successor: Member? = nil,
        confirming: Confirmation? = nil,
        view: KeyView?,
        at instant: Timestamp,
        _ out: inout [Directive]
    ) {
        state = .demoted(
            Demotion(
                term: term.number,
                reason: reason,
                keeping: keeping,
                successor: successor,
                confirming: confirming,
                view: view
            )
        )
        out.append(.report(.demoted(term: term.number, reason, at: instant)))
        out.append(.demote(term: term.number, reason))
    }

    /// The first renewal falls anywhere in the first interval, so that the leases of an instance's roles don't end together.
    mutating func promote(_ write: PendingWrite, revision: UInt64, at now: Timestamp, _ out: inout [Directive]) {
        if let session = standingSession(of: write, at: now) {
            return lead(write, by: session, revision: revision, at: now, &out)
        }
        let phase = Int64.random(in: 1...settings.timing.heartbeat.nanoseconds, using: &random)
        let term = Term(
            number: revision,
            token: write.token,
            revision: revision,
            leaseEnd: settings.timing.holderEnd(sent: write.sent),
            renewAt: write.sent + .nanoseconds(phase),
            validateAt: settings.validationInterval.map { now + $0 }
        )
        lead(term, sent: write.sent, renewedBy: write.sent + settings.timing.heartbeat, at: now, &out)
    }

    /// - Parameters:
    ///   - sent: from when the lease counts.
    ///   - limit: how late the first renewal may be; nil: no later than planned.
    mutating func lead(
        _ term: Term,
        sent: Timestamp,
        renewedBy limit: Timestamp? = nil,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        var term = term
        if settings.gathersRenewals {
            term.renewAt = settings.timing.gathered(
                term.renewAt,
                noLaterThan: limit ?? term.renewAt,
                after: now,
                bursts: renewalBursts,
                phase: settings.renewalPhase
            )
        }
        awaitsRank = false
        droppedTransfers = []
        lastTerm = term.number
        state = .leader(term)
        out.append(.report(.acquired(term: term.number, sent: sent, at: now)))
        out.append(.promote(term: term.number, token: term.token))
    }

    /// Plans the first try for a vacant role.
    ///
    /// - Parameter isEnlisting: at the end of a standby. In a race the delay is long then against the moments by which instances
    ///   that are enlisted together miss each other, so that the roles fall to them by lot and not to the first.
    mutating func campaign(_ view: KeyView, isEnlisting: Bool = false, at now: Timestamp, _ out: inout [Directive]) {
        switch settings.campaign {
        case .race(let spread):
            state = .candidate(view: view, tryAt: now + drawn(upTo: isEnlisting ? spread * 20 : spread))
        case .ranked:
            state = .candidate(view: view, tryAt: nil)
            awaitsRank = true
            if link == .up { out.append(.rank(revision: view.revision)) }
        }
    }

    /// From zero to the span, evenly.
    mutating func drawn(upTo span: Duration) -> Duration {
        .nanoseconds(Int64.random(in: 0...max(0, span.nanoseconds), using: &random))
    }

    /// So that those whose tries failed together don't try together again.
    mutating func retryDelay() -> Duration {
        switch settings.campaign {
        case .race(let span), .ranked(let span): settings.retryDelay + drawn(upTo: span)
        }
    }

    mutating func send(
        _ operation: StoreOperation,
        token: String,
        resting session: SessionRef? = nil,
        expecting revision: UInt64,
        to successor: Member? = nil,
        ending term: UInt64? = nil,
        over claimed: StoredEntry? = nil,
        due: Timestamp? = nil,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        var ttl = successor?.ttl ?? settings.timing.ttl
        if case .record(let record, _)? = claimed, let meta = record.meta { ttl = max(ttl, meta.ttl) }
        let write = PendingWrite(
            id: nextWriteID,
            operation: operation,
            token: token,
            expectedRevision: revision,
            successor: successor,
            endedTerm: term,
            ttl: ttl,
            session: session,
            connection: connection,
            due: due,
            sent: now,
            answerBy: now + settings.answerTimeout
        )
        nextWriteID += 1
        pending = write
        let value: StoreWrite.Value =
            switch operation {
            case .release: .marker
            case .acquire, .renew, .validate, .transfer, .claim: .record(record(of: write))
            }
        out.append(.write(StoreWrite(id: write.id, value: value, expectedRevision: revision)))
    }

    func record(of write: PendingWrite) -> LeadershipRecord {
        let leader = write.successor
        return LeadershipRecord(
            id: leader?.id ?? settings.instance.name,
            token: write.token,
            priority: leader?.priority ?? settings.priority,
            meta: .init(
                incarnation: leader?.incarnation ?? settings.incarnation,
                ttl: write.ttl,
                sent: write.sent,
                connection: leader?.connection ?? write.connection,
                mark: mark(of: write),
                session: write.session
            )
        )
    }

    private func mark(of write: PendingWrite) -> LeadershipRecord.Mark? {
        switch write.operation {
        case .transfer: .transfer(from: settings.instance.name)
        case .claim: .claim
        case .acquire, .renew, .release, .validate: nil
        }
    }

    mutating func newToken() -> String { random.uuid() }

    func report(
        _ write: PendingWrite,
        _ outcome: OperationOutcome,
        revision: UInt64? = nil,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        out.append(
            .report(.operation(write.operation, outcome, due: write.due, sent: write.sent, revision: revision, at: now))
        )
    }
}
