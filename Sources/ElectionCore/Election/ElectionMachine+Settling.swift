/// What the store's answers and entries mean for the write in flight and for the role.
extension ElectionMachine {
    /// - Parameters:
    ///   - settles: whether the entry tells what became of a write of unknown outcome that it doesn't show. The watch alone
    ///     doesn't: the write may still come.
    ///   - authoritative: whether a lower revision than the known one is news (the store was reset) and not merely late.
    mutating func learn(
        _ entry: StoredEntry,
        settles: Bool,
        authoritative: Bool,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        if let write = pending {
            if shows(entry, write) {
                // What is heard with the entry is still to be learnt: its successor may be lost already.
                accepted(write, revision: entry.revision, at: now, &out)
            } else if entry.revision > write.expectedRevision {
                pending = nil
                if !write.isRejected { noteHandover(write) }
                report(write, isOwn(entry) || droppedTransfer(entry) != nil ? .error : .lost, at: now, &out)
            } else if settles && write.answerBy == nil {
                dropUnlanded(write, at: now, &out)
            }
        }
        switch state {
        case .initial, .stopped:
            preconditionFailure("an entry in state \(state)")
        case .leader(let term):
            learnAsLeader(term, entry, authoritative: authoritative, at: now, &out)
        case .demoted(var demotion):
            learnAsDemoted(&demotion, entry, authoritative: authoritative, at: now)
            state = .demoted(demotion)
        case .candidate(let view, _):
            follow(entry, after: view, authoritative: authoritative, at: now, &out)
        case .follower(let view):
            follow(entry, after: view, authoritative: authoritative, at: now, &out)
        }
    }

    private mutating func follow(
        _ entry: StoredEntry,
        after view: KeyView?,
        authoritative: Bool,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        if takeTransfer(entry, after: view, at: now, &out) { return }
        adopt(newView(entry, after: view, authoritative: authoritative, at: now), before: view, at: now, &out)
    }

    private mutating func learnAsLeader(
        _ term: Term,
        _ entry: StoredEntry,
        authoritative: Bool,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        guard authoritative || entry.revision > term.revision else { return }
        switch entry {
        case .record(let record, let revision) where record.token == term.token:
            guard revision > term.revision else { return }
            var renewed = term
            renewed.revision = revision
            if let meta = record.meta, term.session == nil {
                renewed.leaseEnd = max(term.leaseEnd, settings.timing.holderEnd(sent: meta.sent))
            }
            state = .leader(renewed)
        case .record(let record, let revision)
        where record.meta?.mark == .claim && record.meta?.session == term.session && !isOwn(entry):
            let view = newView(entry, after: nil, authoritative: true, at: now)
            demote(
                term,
                .claimed,
                keeping: nil,
                successor: Member(record),
                confirming: Confirmation(revision: revision, at: now),
                view: view,
                at: now,
                &out
            )
        case .record, .unreadable:
            let view = newView(entry, after: nil, authoritative: true, at: now)
            demote(term, .superseded, keeping: nil, view: view, at: now, &out)
        case .marker, .missing:
            var view = newView(entry, after: nil, authoritative: true, at: now)
            // A read that was overtaken may say so though the record stands.
            if entry == .missing { view.ownSession = term.session }
            demote(term, .removed, keeping: nil, view: view, at: now, &out)
        }
    }

    private func learnAsDemoted(
        _ demotion: inout Demotion,
        _ entry: StoredEntry,
        authoritative: Bool,
        at now: Timestamp
    ) {
        if let keeping = demotion.keeping {
            guard authoritative || entry.revision > keeping.revision else { return }
            if case .record(let record, let revision) = entry, record.token == keeping.token {
                demotion.keeping?.revision = max(keeping.revision, revision)
                return
            }
            demotion.keeping = nil
            demotion.successor = nil
            if entry == .missing, let session = keeping.session {
                demotion.view = KeyView(revision: 0, holder: .vacant(.missing), ownSession: session)
                return
            }
            if !demotion.mayBeHandedOver, case .record(let record, let revision) = entry, record.meta?.mark == .claim,
                !isOwn(entry), record.meta?.session == keeping.session
            {
                demotion.successor = Member(record)
                demotion.confirming = Confirmation(revision: revision, at: now)
            }
        } else if let confirming = demotion.confirming, authoritative || entry.revision > confirming.revision {
            demotion.confirming = nil
        }
        demotion.view = newView(entry, after: demotion.view, authoritative: authoritative, at: now)
    }

    /// The write stands in the store under this revision.
    mutating func accepted(_ write: PendingWrite, revision: UInt64, at now: Timestamp, _ out: inout [Directive]) {
        pending = nil
        let leaseEnd = settings.timing.holderEnd(sent: write.sent)
        // What rests on a session lives as long as that: the machine of the session knows.
        let inTime = write.operation == .release || now < leaseEnd || write.session != nil
        report(write, inTime ? .ok : .late, revision: revision, at: now, &out)
        reportRelease(write, revision: revision, at: now, &out)
        switch state {
        case .initial, .stopped:
            preconditionFailure("a write in state \(state)")
        case .leader(var term):
            term.revision = revision
            if term.session == nil { term.leaseEnd = max(term.leaseEnd, leaseEnd) }
            state = .leader(term)
        case .demoted(var demotion):
            acceptedAsDemoted(write, &demotion, revision: revision, leaseEnd: leaseEnd, at: now)
            state = .demoted(demotion)
        case .candidate(let view, _):
            acceptedAsCandidate(write, view, revision: revision, inTime: inTime, at: now, &out)
        case .follower(let view):
            acceptedAsCandidate(write, view, revision: revision, inTime: inTime, at: now, &out)
        }
    }

    private func acceptedAsDemoted(
        _ write: PendingWrite,
        _ demotion: inout Demotion,
        revision: UInt64,
        leaseEnd: Timestamp,
        at now: Timestamp
    ) {
        if write.operation == .release || write.operation == .transfer {
            demotion.keeping = nil
            demotion.confirming = nil
            demotion.view = view(afterGivingUp: write, revision: revision, at: now)
        } else if demotion.keeping != nil {
            demotion.keeping?.revision = revision
            if demotion.keeping?.session == nil { demotion.keeping?.leaseEnd = leaseEnd }
        } else if revision > demotion.view?.revision ?? 0 {
            demotion.view = .expired(revision, session: write.session)
        }
    }

    private func view(afterGivingUp write: PendingWrite, revision: UInt64, at now: Timestamp) -> KeyView {
        guard let successor = write.successor else { return KeyView(revision: revision, holder: .vacant(.released)) }
        return KeyView(
            revision: revision,
            holder: settings.holder(id: successor.id, write.session, ttl: successor.ttl, received: now),
            entry: .record(record(of: write), revision: revision)
        )
    }

    private mutating func acceptedAsCandidate(
        _ write: PendingWrite,
        _ view: KeyView?,
        revision: UInt64,
        inTime: Bool,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        guard revision > view?.revision ?? 0 else { return }
        switch (write.operation, inTime && holds(write, at: now), eligible) {
        case (.acquire, true, true):
            promote(write, revision: revision, at: now, &out)
        case (.acquire, _, false):
            giveBack(revision, token: write.token, resting: write.session, at: now)
        case (.claim, _, _):
            let held = view.flatMap { $0.isHeld(at: now) ? $0.claimed(under: revision) : nil }
            adopt(held ?? .expired(revision), before: view, at: now, &out)
        case (.release, _, _):
            adopt(KeyView(revision: revision, holder: .vacant(.released)), before: view, at: now, &out)
        case (.transfer, _, _):
            adopt(self.view(afterGivingUp: write, revision: revision, at: now), before: view, at: now, &out)
        case (.acquire, false, true):
            forgetEndedSession(at: now)
            adopt(.expired(revision, session: write.session), before: view, at: now, &out)
        case (.renew, _, _), (.validate, _, _):
            adopt(.expired(revision, session: write.session), before: view, at: now, &out)
        }
    }

    /// Whether a write still entitles to lead: where others hear of lost connections, only over the connection that it was sent on.
    private func holds(_ write: PendingWrite, at now: Timestamp) -> Bool {
        let rests = settings.lease == .instance || write.session != nil
        if rests, standingSession(of: write, at: now) == nil { return false }
        return settings.detector == .lease || (link != .down && write.connection == connection)
    }

    /// A role that is not wanted any more is given up before anybody has to wait for its lease.
    mutating func giveBack(_ revision: UInt64, token: String, resting session: SessionRef? = nil, at now: Timestamp) {
        awaitsRank = false
        let kept = Term(
            number: revision,
            token: token,
            revision: revision,
            leaseEnd: now + settings.timing.ttl,
            renewAt: now,
            validateAt: nil,
            session: session
        )
        state = .demoted(
            Demotion(
                term: revision,
                reason: stopping ? .stopped : .unhealthy,
                keeping: kept,
                callbackFinished: true,
                // It may have come late: for the others its lease may be over already.
                mayBeHandedOver: session == nil
            )
        )
    }

    mutating func rejected(_ write: PendingWrite, lastRevision: UInt64?, at now: Timestamp, _ out: inout [Directive]) {
        switch state {
        case .initial, .stopped:
            preconditionFailure("a write in state \(state)")
        case .leader, .demoted:
            // Perhaps against an earlier write of one's own: only the entry can tell. Without a number it may also be a
            // replicated stream that is busy, for seconds after it lost a server: then asking at once is asking too soon.
            pending?.answerBy = nil
            pending?.isRejected = true
            readAt = lastRevision == nil ? now + settings.retryDelay : now
        case .candidate(_, _) where lastRevision == 0:
            pending = nil
            report(write, .lost, at: now, &out)
            state = .candidate(view: KeyView(revision: 0, holder: .vacant(.missing)), tryAt: now)
        case .candidate(let view, _):
            pending = nil
            report(write, .lost, at: now, &out)
            state = .candidate(view: view, tryAt: nil)
            readAt = now + (lastRevision == nil ? settings.retryDelay : settings.watchPatience)
        case .follower:
            pending = nil
            report(write, .lost, at: now, &out)
        }
    }

    /// The store did not take the write, for certain.
    mutating func failed(_ write: PendingWrite, at now: Timestamp, _ out: inout [Directive]) {
        pending = nil
        report(write, .error, at: now, &out)
        let retryAt = now + settings.retryDelay
        switch state {
        case .initial, .stopped:
            preconditionFailure("a write in state \(state)")
        case .candidate(let view, _):
            state = .candidate(view: view, tryAt: now + retryDelay())
        case .follower:
            break
        case .leader(var term):
            term.retry = Retry(at: retryAt, due: write.due ?? now)
            state = .leader(term)
        case .demoted(var demotion):
            demotion.keeping?.renewAt = retryAt
            demotion.confirming?.at = retryAt
            state = .demoted(demotion)
        }
    }

    /// The store was asked and does not show the write. If it still comes, its compare-and-set or the next one's fails.
    mutating func dropUnlanded(_ write: PendingWrite, at now: Timestamp, _ out: inout [Directive]) {
        pending = nil
        report(write, .error, at: now, &out)
        if write.operation == .transfer { droppedTransfers.append(write) }
        if !write.isRejected { noteHandover(write) }
        switch state {
        case .initial, .stopped, .follower:
            break
        case .candidate(let view, _):
            state = .candidate(view: view, tryAt: now)
        case .leader(var term):
            term.renewAt = min(term.renewAt, write.due ?? now)
            state = .leader(term)
        case .demoted(var demotion):
            demotion.keeping?.renewAt = now
            demotion.confirming?.at = now
            state = .demoted(demotion)
        }
    }

    /// A write that gives the role up may have landed.
    private mutating func noteHandover(_ write: PendingWrite) {
        guard write.operation == .release || write.operation == .transfer, case .demoted(var demotion) = state else {
            return
        }
        demotion.mayBeHandedOver = true
        state = .demoted(demotion)
    }

    /// A transfer that was dropped, and whose place another write may have taken since, has landed all the same.
    mutating func reportLateTransfer(_ entry: StoredEntry, at now: Timestamp, _ out: inout [Directive]) {
        guard case .record(let record, let revision) = entry, record.meta?.mark != nil,
            let write = droppedTransfer(entry)
        else { return }
        reportRelease(write, revision: revision, at: now, &out)
    }

    /// Of one term once: it may be given up once more where a replica that lags behind shows its record as if it stood.
    private mutating func reportRelease(
        _ write: PendingWrite,
        revision: UInt64,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        guard let term = write.endedTerm, term > releasedTerm else { return }
        releasedTerm = term
        out.append(.report(.released(term: term, revision: revision, successor: write.successor?.id, at: now)))
    }

    /// The dropped transfer that the entry is, or that its leader's term began with.
    private func droppedTransfer(_ entry: StoredEntry) -> PendingWrite? {
        guard case .record(let record, _) = entry else { return nil }
        return droppedTransfers.first { $0.token == record.token }
    }

    /// No answer came in time, or none can come any more.
    mutating func giveUpAnswer(at now: Timestamp, _ out: inout [Directive]) {
        guard let write = pending, write.answerBy != nil else { return }
        pending?.answerBy = nil
        report(write, .unknown, at: now, &out)
    }
}
