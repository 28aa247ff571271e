/// What the election of a role has to do with sessions: with the own one, where the settings let it lead by that, and with those of
/// leaders that do, whatever the own settings.
extension ElectionMachine {
    // MARK: Inputs

    /// The own session stands: it has begun, or was renewed.
    package mutating func sessionStands(_ standing: OwnSession, at now: Timestamp) -> [Directive] {
        // One that is over may be heard of late, from a thread that was overtaken.
        guard settings.lease == .instance, standing.ref.number > endedSession else { return [] }
        return input(at: now) { machine, _ in
            let known = machine.session.flatMap { $0.ref == standing.ref ? $0.leaseEnd : nil }
            let leaseEnd = max(standing.leaseEnd, known ?? standing.leaseEnd)
            machine.session = OwnSession(ref: standing.ref, leaseEnd: leaseEnd)
            switch machine.state {
            case .leader(var term) where term.session == standing.ref:
                term.leaseEnd = max(term.leaseEnd, leaseEnd)
                machine.state = .leader(term)
            case .demoted(var demotion) where demotion.keeping?.session == standing.ref:
                demotion.keeping.map { demotion.keeping?.leaseEnd = max($0.leaseEnd, leaseEnd) }
                machine.state = .demoted(demotion)
            case .initial, .candidate, .follower, .leader, .demoted, .stopped: return
            }
        }
    }

    /// The own session is over.
    package mutating func sessionEnded(_ ref: SessionRef, _ reason: SessionEnd, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            machine.endedSession = max(machine.endedSession, ref.number)
            if let session = machine.session, session.ref.number <= ref.number { machine.session = nil }
            switch machine.state {
            case .leader(let term) where term.session == ref:
                let view = KeyView.expired(term.revision)
                machine.demote(term, reason.demotion, keeping: nil, view: view, at: now, &out)
            case .demoted(var demotion):
                guard demotion.keeping?.session == ref else { return }
                demotion.letGo()
                machine.state = .demoted(demotion)
            case .initial, .candidate, .follower, .leader, .stopped: return
            }
        }
    }

    /// The session is over that the role's leader leads by.
    package mutating func sessionOver(_ ref: SessionRef, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            switch machine.state {
            case .follower(let view):
                guard let vacated = view.vacated(by: ref) else { return }
                machine.adopt(vacated, before: view, at: now, &out)
            case .demoted(var demotion):
                guard let vacated = demotion.view?.vacated(by: ref) else { return }
                demotion.view = vacated
                machine.state = .demoted(demotion)
            case .initial, .candidate, .leader, .stopped: return
            }
        }
    }

    // MARK: What it answers

    /// What it rests on as it stands.
    package var footing: SessionFooting {
        switch state {
        case .initial, .candidate, .stopped: .none
        case .follower(let view): view.footing
        case .leader(let term): term.session == nil ? .none : .own
        case .demoted(let demotion):
            demotion.keeping?.session == nil ? demotion.view?.footing ?? .none : .own
        }
    }

    /// To whom the role is to be given, where somebody is named.
    package var namedSuccessor: Member? {
        guard case .demoted(let demotion) = state else { return nil }
        return demotion.successor
    }

    // MARK: What it does

    /// Whether it may write a record of its own for a role that is vacant.
    var mayTry: Bool { eligible && (settings.lease == .role || session != nil) }

    /// The own session, if it lives and the write's record names it.
    func standingSession(of write: PendingWrite, at now: Timestamp) -> OwnSession? {
        guard let session, session.ref == write.session, now < session.leaseEnd else { return nil }
        return session
    }

    /// Before an answer to a write it is told of the own session as it stands. One that is over by then is no ground to try once more,
    /// though its end is still to be told: each try would be accepted, and in vain.
    mutating func forgetEndedSession(at now: Timestamp) {
        if let session, session.leaseEnd <= now { self.session = nil }
    }

    mutating func lead(
        _ write: PendingWrite,
        by session: OwnSession,
        revision: UInt64,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        let term = Term(
            number: revision,
            token: write.token,
            revision: revision,
            leaseEnd: session.leaseEnd,
            renewAt: Self.never,
            validateAt: settings.validationInterval.map { now + $0 },
            session: session.ref
        )
        lead(term, sent: write.sent, at: now, &out)
    }

    /// A transfer to this instance that names a session, or that is to: it leads if that is the present one of its own.
    mutating func takeTransfer(
        _ record: LeadershipRecord,
        _ meta: LeadershipRecord.Meta,
        _ revision: UInt64,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        guard eligible else { return giveBack(revision, token: record.token, resting: meta.session, at: now) }
        guard settings.lease == .instance, let session, session.ref == meta.session, now < session.leaseEnd else {
            // Nobody else leads by this record: what it takes is a write of one's own.
            awaitsRank = false
            let holder = KeyView.Holder.vacant(.transferred)
            let view = KeyView(revision: revision, holder: holder, ownSession: meta.session)
            state = .candidate(view: view, tryAt: now)
            return
        }
        let term = Term(
            number: revision,
            token: record.token,
            revision: revision,
            leaseEnd: session.leaseEnd,
            // One word of its own, so that all see that the role was taken.
            renewAt: now + drawn(upTo: settings.timing.heartbeat / 2),
            validateAt: settings.validationInterval.map { now + $0 },
            session: session.ref
        )
        lead(term, sent: now, at: now, &out)
    }

    /// Gives up what an own record stands for that nobody leads by and that won't be tried for: it would keep all others waiting for
    /// as long as the session lives.
    ///
    /// - Returns: whether there was such a record.
    mutating func takeBack(_ view: KeyView?, at now: Timestamp) -> Bool {
        guard let view, let named = view.ownSession, named == session?.ref, !eligible, link == .up, pending == nil
        else {
            return false
        }
        giveBack(view.revision, token: "", resting: named, at: now)
        return true
    }

    /// Whether a key that was found missing is to be read again: a session needs no renewal of the role's record that would show
    /// that the read was overtaken.
    func isUnsure(_ view: KeyView) -> Bool { view.session != nil && view.revision == 0 }

    /// When the term's record is written anew: never, where a session is renewed in its place.
    func plan(_ term: inout Term, after now: Timestamp) {
        guard term.session == nil else { return term.renewAt = Self.never }
        while term.renewAt <= now { term.renewAt += settings.timing.heartbeat }
    }

    mutating func renew(_ term: Term, due: Timestamp, at now: Timestamp, _ out: inout [Directive]) {
        send(
            .renew,
            token: term.token,
            resting: term.session,
            expecting: term.revision,
            due: due,
            at: now,
            &out
        )
    }

    private static let never = Timestamp(nanoseconds: .max)
}

extension KeyView {
    fileprivate var footing: SessionFooting {
        guard case .resting(_, let session, let ttl) = holder else { return .none }
        return .other(session, ttl: ttl)
    }
}

extension ElectionSettings {
    /// By what somebody else leads whose record this is.
    func holder(id: String, _ session: SessionRef?, ttl: Duration?, received: Timestamp) -> KeyView.Holder {
        if let session { return .resting(id: id, session, ttl: ttl ?? timing.ttl) }
        return .held(id: id, until: heldUntil(received: received, recordTTL: ttl))
    }
}
