/// What sessions mean for the machines of the roles and for the roster.
extension InstanceShell {
    /// The instance begins: it holds a session, if it is to hold one, from its first connection on, or from the end of its standby.
    package func startSession() {
        if !settings.startsOnStandby { applyToSessions { sessions, now in sessions.start(at: now) } }
    }

    // MARK: What the store tells

    /// The watch shows the key of an instance's session.
    package func session(_ id: String, _ entry: StoredEntry) {
        hearSession(id, entry)
        let isFollowed = askSessions { sessions, now in sessions.followed(id, entry, at: now) }
        if isFollowed { return }
        applyToSessions { sessions, now in sessions.observed(id, entry, at: now) }
    }

    /// - Parameter entry: nil where it could not be read.
    package func sessionRead(_ id: String, _ entry: StoredEntry?) {
        applyToSessions { sessions, now in sessions.read(id, entry, at: now) }
    }

    package func sessionWritten(_ id: String, write: UInt64, _ outcome: WriteOutcome) {
        applyToSessions { sessions, now in sessions.written(id, write: write, outcome, at: now) }
    }

    /// A deadline of the sessions has come.
    package func tickSessions() {
        applyToSessions { sessions, now in sessions.tick(at: now) }
    }

    // MARK: What it means

    package func follow(_ action: Sessions.Action) {
        switch action {
        case .stands(let session, let led):
            for role in led ?? Array(roles) {
                apply(role) { machine, now in machine.sessionStands(session, at: now) }
            }
        case .ended(let ref, let reason):
            for role in roles { apply(role) { machine, now in machine.sessionEnded(ref, reason, at: now) } }
            // Only now may the next one begin: by that all others know that this one is over.
            applyToSessions { sessions, now in sessions.told(at: now) }
        case .over(let ref, let rested):
            hearEnd(of: ref, rested)
            takeTurns(rested, .init(session: ref))
        case .report(let event):
            if case .operation(let operation, let outcome, _, let sent, let revision?, _) = event,
                operation != .release, outcome == .ok || outcome == .late
            {
                hearOwnWrite(revision, sent: sent)
            }
            reportSession(event)
        case .write, .read: break
        }
    }

    /// Feeds a role's machine with what may let it lead: first with the own session as it stands now, which it is told of as long as
    /// it leads only.
    func applyByOwnSession(_ role: Int, _ input: (inout ElectionMachine, Timestamp) -> [Directive]) {
        guard settings.lease == .instance, let own = askSessions({ sessions, now in sessions.session(at: now) }) else {
            return apply(role, input)
        }
        apply(role) { machine, now in machine.sessionStands(own, at: now) + input(&machine, now) }
    }

    /// Takes down what a role's machine rests on by now. Threads may overtake each other between the two, so it is looked at again
    /// until both agree: a role that rests on a session unknown to the table would stand for ever.
    func settleFooting(of role: Int) {
        var footing = ask(role) { machine, _ in machine.footing }
        while true {
            let isOver = askSessions { sessions, now in sessions.note(footing, of: role, at: now) }
            if isOver, case .other(let ref, _) = footing {
                hearEnd(of: ref, [role])
                apply(role) { machine, now in machine.sessionOver(ref, at: now) }
            }
            if footing == .own, let own = askSessions({ sessions, now in sessions.session(at: now) }) {
                // A renewal that was accepted before it was taken down has told this role nothing.
                apply(role) { machine, now in machine.sessionStands(own, at: now) }
            }
            let after = ask(role) { machine, _ in machine.footing }
            guard after != footing else { return }
            footing = after
        }
    }

    private func hearSession(_ id: String, _ entry: StoredEntry) {
        _ = applyToRoster { roster, now in (roster.session(id, entry, at: now), []) }
    }

    private func hearEnd(of ref: SessionRef, _ rested: [Int]) {
        _ = applyToRoster { roster, now in (roster.vacated(rested, by: ref, at: now), []) }
    }

    private func hearOwnWrite(_ revision: UInt64, sent: Timestamp) {
        _ = applyToRoster { roster, now in (roster.wrote(revision: revision, sent: sent, at: now), []) }
    }
}
