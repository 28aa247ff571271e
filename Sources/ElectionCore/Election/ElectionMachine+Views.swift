/// What an entry means for who may lead, and what is due by now.
extension ElectionMachine {
    func isOwn(_ entry: StoredEntry) -> Bool {
        guard case .record(let record, _) = entry else { return false }
        return record.id == settings.instance.name && record.meta?.incarnation == settings.incarnation
    }

    /// Whether the entry is this very write.
    func shows(_ entry: StoredEntry, _ write: PendingWrite) -> Bool {
        switch entry {
        case .missing, .unreadable: false
        case .marker(let revision): write.operation == .release && revision > write.expectedRevision
        // No two writes have both in common.
        case .record(let record, _): record.token == write.token && record.meta?.sent == write.sent
        }
    }

    /// Whether the entry can't be what the key holds by now, because a later revision of it is known. Revisions rise, also from
    /// one bucket to the next: so the entry comes from a replica that lags behind, or from a bucket that others have made.
    func contradicts(_ entry: StoredEntry) -> Bool {
        func contradicts(_ view: KeyView?) -> Bool {
            guard let view else { return false }
            if entry.revision < view.revision { return true }
            guard let known = view.entry, entry.revision == view.revision, entry != .missing else { return false }
            return entry != known
        }
        func contradicts(_ term: Term) -> Bool {
            guard entry.revision == term.revision, case .record(let record, _) = entry else {
                return entry.revision <= term.revision
            }
            return record.token != term.token
        }
        switch state {
        case .initial, .stopped: return false
        case .leader(let term): return contradicts(term)
        case .demoted(let demotion): return demotion.keeping.map { contradicts($0) } ?? contradicts(demotion.view)
        case .candidate(let view, _): return contradicts(view)
        case .follower(let view): return contradicts(view)
        }
    }

    /// Has the store read before anything else is done about the role, and believed then.
    mutating func doubt(at now: Timestamp) {
        isDoubting = true
        readAt = now
        awaitsRank = false
        if case .candidate(let view, _) = state { state = .candidate(view: view, tryAt: nil) }
    }

    /// What is known after this entry, and of its leader's connection.
    func newView(_ entry: StoredEntry, after old: KeyView?, authoritative: Bool, at now: Timestamp) -> KeyView {
        let view = view(of: entry, after: old, authoritative: authoritative, at: now)
        guard settings.detector == .connection, standing.isLost, case .record(let record, _) = entry,
            let meta = record.meta
        else { return view }
        return view.vacated(by: meta.connection) ?? view
    }

    /// An entry that is late, or known, changes nothing: the lease counts from when it was first received.
    private func view(of entry: StoredEntry, after old: KeyView?, authoritative: Bool, at now: Timestamp) -> KeyView {
        if let old {
            if entry.revision < old.revision && !authoritative { return old }
            // In a store that was reset, another record may have the same revision.
            if entry.revision == old.revision, entry != .missing, !authoritative || entry == old.entry { return old }
        }
        switch entry {
        case .missing:
            // The key may be gone because the store was lost: a lease that was granted still holds.
            if let old, old.isHeld(at: now) {
                return KeyView(revision: 0, holder: old.holder, entry: old.entry, claimAt: old.claimAt)
            }
            return KeyView(revision: 0, holder: .vacant(.missing))
        case .marker(let revision):
            return KeyView(revision: revision, holder: .vacant(.released))
        case .unreadable(let revision):
            let until = settings.heldUntil(received: now, recordTTL: nil)
            return KeyView(revision: revision, holder: .held(id: "?", until: until), entry: entry)
        case .record(let record, let revision):
            return view(of: record, revision: revision, after: old, at: now)
        }
    }

    private func view(
        of record: LeadershipRecord,
        revision: UInt64,
        after old: KeyView?,
        at now: Timestamp
    ) -> KeyView {
        let entry = StoredEntry.record(record, revision: revision)
        if isOwn(entry) {
            if record.meta?.mark == .claim {
                if let old, old.isHeld(at: now) { return old.claimed(under: revision) }
                if let meta = record.meta, let hidden = meta.session {
                    let holder = KeyView.Holder.resting(id: hidden.instance, hidden, ttl: meta.ttl)
                    return KeyView(revision: revision, holder: holder)
                }
            }
            // Nobody else leads by a record of this very process, and it knows that it doesn't.
            return .expired(revision, session: record.meta?.session)
        }
        // A claim over a record of one's own that one never came to lead by: nobody leads, but only this instance knows.
        if let named = record.meta?.session, named == session?.ref { return .expired(revision, session: named) }
        let holder = settings.holder(id: record.id, record.meta?.session, ttl: record.meta?.ttl, received: now)
        var view = KeyView(revision: revision, holder: holder, entry: entry)
        let isOutranked = settings.takeover == .force && record.priority < settings.priority
        if isOutranked, record.meta?.mark != .claim { view.claimAt = now }
        return view
    }

    /// The role is this instance's by the record of the leader before, if it can tell that the record is young enough.
    ///
    /// - Returns: false where the entry is no transfer to this instance over its present connection.
    mutating func takeTransfer(_ entry: StoredEntry, after view: KeyView?, at now: Timestamp, _ out: inout [Directive])
        -> Bool
    {
        guard isOwn(entry), case .record(let record, let revision) = entry, let meta = record.meta,
            case .transfer? = meta.mark, revision > max(view?.revision ?? 0, lastTerm),
            meta.connection == connection, link != .down
        else { return false }
        // Only who is enlisted is given a role, though of many this one's standby may still have to end.
        standby = false
        out.append(.report(.suspected(revision: revision, .transferred, at: now)))
        readAt = nil
        if settings.lease == .instance || meta.session != nil {
            takeTransfer(record, meta, revision, at: now, &out)
            return true
        }
        let ttl = min(meta.ttl, settings.timing.ttl)
        let leaseEnd = standing.precededBy.map { settings.timing.holderEnd(sent: $0) - (settings.timing.ttl - ttl) }
        guard eligible else {
            giveBack(revision, token: record.token, at: now)
            return true
        }
        guard let leaseEnd, let sent = standing.precededBy, now < leaseEnd else {
            // Nobody else leads by this record: what it takes is a write of one's own.
            awaitsRank = false
            state = .candidate(view: KeyView(revision: revision, holder: .vacant(.transferred)), tryAt: now)
            return true
        }
        let left = min((leaseEnd - now) / 2, settings.timing.heartbeat)
        lead(
            Term(
                number: revision,
                token: record.token,
                revision: revision,
                leaseEnd: leaseEnd,
                renewAt: now + drawn(upTo: left),
                validateAt: settings.validationInterval.map { now + $0 }
            ),
            sent: sent,
            at: now,
            &out
        )
        return true
    }

    mutating func adopt(_ view: KeyView, before old: KeyView?, at now: Timestamp, _ out: inout [Directive]) {
        switch (view.holder, state) {
        case (.held, _), (.resting, _):
            if pending == nil { readAt = isUnsure(view) ? now + settings.timing.ttl : nil }
            awaitsRank = false
            state = .follower(view: view)
        case (.vacant, .candidate(let known?, let tryAt))
        where known == view && (tryAt != nil || readAt != nil || awaitsRank):
            return
        case (.vacant(let reason), _):
            if view != old { suspect(view.revision, reason, at: now, &out) }
            // A write of unknown outcome still has to be settled by reading.
            if pending == nil { readAt = nil }
            if case .candidate(_, let planned) = state, planned != nil || awaitsRank {
                state = .candidate(view: view, tryAt: planned)
            } else {
                campaign(view, at: now, &out)
            }
        }
    }

    /// On standby nobody is to know: it does nothing about it.
    func suspect(_ revision: UInt64, _ reason: VacancyReason, at now: Timestamp, _ out: inout [Directive]) {
        if !standby { out.append(.report(.suspected(revision: revision, reason, at: now))) }
    }

    /// A read that a leader asked for to validate its token.
    mutating func validate(_ entry: StoredEntry, at now: Timestamp, _ out: inout [Directive]) {
        guard case .leader(var term) = state, let asked = term.validationSent else { return }
        term.validationSent = nil
        state = .leader(term)
        var outcome = OperationOutcome.lost
        if case .record(let record, _) = entry, record.token == term.token { outcome = .ok }
        reportValidation(outcome, asked: asked, revision: entry.revision, at: now, &out)
        // What a claim means is learnt as from the watch: it wants to be confirmed.
        if case .record(let record, _) = entry, record.meta?.mark == .claim, !isOwn(entry) { return }
        guard outcome == .lost else { return }
        var view = newView(entry, after: nil, authoritative: true, at: now)
        if entry == .missing { view.ownSession = term.session }
        demote(term, .invalidToken, keeping: nil, view: view, at: now, &out)
    }

    func reportValidation(
        _ outcome: OperationOutcome,
        asked: Timestamp,
        revision: UInt64? = nil,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        out.append(.report(.operation(.validate, outcome, due: nil, sent: asked, revision: revision, at: now)))
    }

    /// Does what is due by now.
    mutating func act(at now: Timestamp, _ out: inout [Directive]) {
        if let answerBy = pending?.answerBy, answerBy <= now {
            giveUpAnswer(at: now, &out)
            readAt = now
        }
        switch state {
        case .initial, .stopped:
            preconditionFailure("nothing can be due in state \(state)")
        case .follower(let view):
            if let until = view.heldUntil, until <= now {
                // It is remembered whose lease ran out: after a reconnection the same record is no news.
                let expired = KeyView(revision: view.revision, holder: .vacant(.expired), entry: view.entry)
                adopt(expired, before: view, at: now, &out)
            } else {
                claim(view, at: now, &out)
            }
            actAsCandidate(at: now, &out)
        case .candidate(let view, _):
            if takeBack(view, at: now) { return act(at: now, &out) }
            actAsCandidate(at: now, &out)
        case .leader(let term):
            actAsLeader(term, at: now, &out)
        case .demoted(let demotion):
            actAsDemoted(demotion, at: now, &out)
        }
        if link == .up, let due = readAt, due <= now {
            readAt = now + settings.answerTimeout
            out.append(.read)
        }
    }

    private mutating func actAsCandidate(at now: Timestamp, _ out: inout [Directive]) {
        if isLeaving && (pending == nil || link != .up) {
            state = .stopped
            readAt = nil
            out.append(.finished)
            return
        }
        guard case .candidate(let view?, let tryAt?) = state, tryAt <= now, mayTry, link == .up, pending == nil else {
            return
        }
        state = .candidate(view: view, tryAt: nil)
        send(.acquire, token: newToken(), resting: session?.ref, expecting: view.revision, at: now, &out)
    }

    /// Writes over the record of a leader of lower priority.
    private mutating func claim(_ view: KeyView, at now: Timestamp, _ out: inout [Directive]) {
        guard let due = view.claimAt, due <= now, mayTry, link == .up, pending == nil else { return }
        var view = view
        view.claimAt = now + settings.timing.heartbeat
        state = .follower(view: view)
        let session = view.session
        send(.claim, token: newToken(), resting: session, expecting: view.revision, over: view.entry, at: now, &out)
    }

    private mutating func actAsLeader(_ term: Term, at now: Timestamp, _ out: inout [Directive]) {
        guard link == .up else { return }
        var term = term
        if let due = term.validateAt, let interval = settings.validationInterval, due <= now {
            if let asked = term.validationSent { reportValidation(.error, asked: asked, at: now, &out) }
            term.validateAt = now + interval
            term.validationSent = now
            readAt = now
        }
        let retry = term.retry.flatMap { $0.at <= now ? $0 : nil }
        if pending == nil, retry != nil || term.renewAt <= now {
            let due = retry?.due ?? term.renewAt
            plan(&term, after: now)
            term.retry = nil
            renew(term, due: due, at: now, &out)
        }
        state = .leader(term)
    }

    private mutating func actAsDemoted(_ demotion: Demotion, at now: Timestamp, _ out: inout [Directive]) {
        if var keeping = demotion.keeping, link == .up {
            guard keeping.renewAt <= now, pending == nil else { return }
            if demotion.callbackFinished {
                handOver(demotion, expecting: keeping.revision, at: now, &out)
            } else {
                let due = keeping.renewAt
                plan(&keeping, after: now)
                renew(keeping, due: due, at: now, &out)
                var kept = demotion
                kept.keeping = keeping
                state = .demoted(kept)
            }
            return
        }
        guard demotion.callbackFinished else { return }
        if let confirming = demotion.confirming, demotion.successor != nil, link == .up {
            guard confirming.at <= now, pending == nil else { return }
            handOver(demotion, expecting: confirming.revision, at: now, &out)
            return
        }
        let view = demotion.view ?? demotion.keeping.map { .expired($0.revision, session: $0.session) }
        state = .candidate(view: nil, tryAt: nil)
        if let view { adopt(view, before: nil, at: now, &out) }
        act(at: now, &out)
    }

    private mutating func handOver(
        _ demotion: Demotion,
        expecting revision: UInt64,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        let (term, successor) = (demotion.term, demotion.successor)
        let (operation, token) = successor == nil ? (StoreOperation.release, "") : (.transfer, newToken())
        let session = successor?.session
        send(operation, token: token, resting: session, expecting: revision, to: successor, ending: term, at: now, &out)
    }
}
