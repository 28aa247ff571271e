extension ElectionMachine {
    package mutating func start(at now: Timestamp) -> [Directive] {
        guard case .initial = state else { preconditionFailure("started in state \(state)") }
        state = .candidate(view: nil, tryAt: nil)
        return []
    }

    package mutating func connected(_ connection: ConnectionID, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, _ in
            machine.connection = connection
            machine.link = .syncing
        }
    }

    package mutating func disconnected(at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            machine.link = .down
            machine.readAt = nil
            machine.isDoubting = false
            machine.giveUpAnswer(at: now, &out)
            // Others hear of it, too, and may take over at once.
            guard machine.settings.detector == .connection else { return }
            switch machine.state {
            case .leader(let term):
                machine.demote(term, .disconnected, keeping: nil, view: .expired(term.revision), at: now, &out)
            case .demoted(var demotion):
                demotion.letGo()
                machine.state = .demoted(demotion)
            case .initial, .candidate, .follower, .stopped: return
            }
        }
    }

    /// The server has closed this connection of another instance.
    package mutating func lost(_ connection: ConnectionID, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            guard machine.settings.detector == .connection else { return }
            switch machine.state {
            case .follower(let view):
                guard let vacated = view.vacated(by: connection) else { return }
                machine.adopt(vacated, before: view, at: now, &out)
            case .demoted(var demotion):
                if demotion.successor?.connection == connection {
                    demotion.successor = nil
                    // Nobody leads by its claim: who had to confirm it is this instance.
                    if let confirming = demotion.confirming {
                        demotion.confirming = nil
                        demotion.view = KeyView(revision: confirming.revision, holder: .vacant(.disconnected))
                    }
                }
                if let vacated = demotion.view?.vacated(by: connection) { demotion.view = vacated }
                machine.state = .demoted(demotion)
            case .initial, .candidate, .leader, .stopped: return
            }
        }
    }

    /// The answer to ``Directive/rank``; later a shorter delay, where those before this instance turn out to be gone.
    package mutating func ranked(after delay: Duration, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, _ in
            guard case .candidate(let view?, let planned) = machine.state else { return }
            let tryAt = now + delay
            guard machine.awaitsRank || planned.map({ tryAt < $0 }) ?? false else { return }
            machine.awaitsRank = false
            machine.state = .candidate(view: view, tryAt: tryAt)
        }
    }

    /// Gives the role to the member: the demote callback runs, then a record names it.
    package mutating func give(to member: Member, _ reason: DemotionReason, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            guard case .leader(let term) = machine.state, !machine.stopping else { return }
            machine.demote(term, reason, keeping: term, successor: member, view: nil, at: now, &out)
        }
    }

    /// The role's entry was observed since ``connected(_:at:)``. A write of unknown outcome that it didn't show is
    /// settled by reading: the watch may have begun at a replica that lags behind.
    package mutating func synced(at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            machine.link = .up
            if machine.awaitsRank, case .candidate(let view?, _) = machine.state {
                out.append(.rank(revision: view.revision))
            }
            if let write = machine.pending, write.answerBy == nil { machine.readAt = now }
        }
    }

    /// The watch delivered the role's entry.
    package mutating func observed(
        _ entry: StoredEntry,
        _ standing: Standing = Standing(),
        at now: Timestamp
    ) -> [Directive] {
        input(at: now) { machine, out in
            machine.reportLateTransfer(entry, at: now, &out)
            guard !machine.contradicts(entry) else {
                if machine.link == .syncing { machine.doubt(at: now) }
                return
            }
            // What is later than all that is known, or the same, says that the bucket is the known one.
            machine.isDoubting = false
            machine.standing = standing
            machine.learn(entry, settles: false, authoritative: false, at: now, &out)
        }
    }

    /// The store answered a read; nil where it could not.
    package mutating func read(
        _ entry: StoredEntry?,
        _ standing: Standing = Standing(),
        at now: Timestamp
    ) -> [Directive] {
        input(at: now) { machine, out in
            guard let entry else {
                machine.readAt = now + machine.settings.retryDelay
                if case .leader(var term) = machine.state, let asked = term.validationSent {
                    term.validationSent = nil
                    machine.state = .leader(term)
                    machine.reportValidation(.error, asked: asked, at: now, &out)
                }
                return
            }
            machine.readAt = nil
            let isBelieved = machine.isDoubting || entry == .missing
            machine.isDoubting = false
            machine.standing = standing
            machine.reportLateTransfer(entry, at: now, &out)
            machine.validate(entry, at: now, &out)
            machine.learn(entry, settles: true, authoritative: isBelieved, at: now, &out)
        }
    }

    package mutating func written(id: UInt64, _ outcome: WriteOutcome, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            guard let write = machine.pending, write.id == id else { return }
            switch outcome {
            case .acknowledged(let revision):
                // It says that the bucket is the known one: a read that was sent before tells nothing against it.
                if write.connection == machine.connection { machine.isDoubting = false }
                machine.accepted(write, revision: revision, at: now, &out)
            case .rejected(let last): machine.rejected(write, lastRevision: last, at: now, &out)
            case .refused, .notSent: machine.failed(write, at: now, &out)
            }
        }
    }

    /// A deadline has come.
    package mutating func tick(at now: Timestamp) -> [Directive] {
        input(at: now) { _, _ in }
    }

    /// Whether the health check lets this instance lead the role.
    package mutating func setHealthy(_ isHealthy: Bool, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            machine.healthy = isHealthy
            guard !isHealthy, case .leader(let term) = machine.state else { return }
            machine.demote(term, .unhealthy, keeping: term, view: nil, at: now, &out)
        }
    }

    /// Ends the standby that it started on: from now on it campaigns.
    ///
    /// - Parameter isPaced: whether the instances' roles end their standby one by one, each instance's in an order of its own.
    package mutating func enlist(isPaced: Bool = false, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            guard machine.standby else { return }
            machine.standby = false
            if case .candidate(let view?, _) = machine.state, case .vacant(let reason) = view.holder {
                machine.suspect(view.revision, reason, at: now, &out)
            }
            guard case .candidate(let view?, let tryAt) = machine.state, tryAt != nil || machine.awaitsRank else {
                return
            }
            machine.campaign(view, isEnlisting: !isPaced, at: now, &out)
        }
    }

    /// - Parameters:
    ///   - successor: to whom the role is given, where nobody is named yet; nil: to whoever comes first.
    ///   - session: what ``successor`` (of the machine or the argument) leads by, if that is a session.
    package mutating func demoteCallbackFinished(
        successor: Member? = nil,
        session: SessionRef? = nil,
        at now: Timestamp
    ) -> [Directive] {
        input(at: now) { machine, out in
            guard case .demoted(var demotion) = machine.state, !demotion.callbackFinished else {
                preconditionFailure("a demote callback finished in state \(machine.state)")
            }
            demotion.callbackFinished = true
            demotion.keeping?.renewAt = now
            demotion.successor = demotion.successor ?? successor
            demotion.successor?.session = session
            machine.state = .demoted(demotion)
            out.append(.report(.steppedDown(term: demotion.term, demotion.reason, at: now)))
        }
    }

    /// Gives the role up in order and leads no more, but stays until ``stop(at:)``: what others give to this instance before they
    /// hear of it is released, and nobody has to wait for its lease.
    package mutating func retire(at now: Timestamp) -> [Directive] {
        guard !stopping else { return [] }
        return input(at: now) { machine, out in machine.retire(at: now, &out) }
    }

    /// Ends the role in order: a leader's callback runs, then its record is released.
    package mutating func stop(at now: Timestamp) -> [Directive] {
        guard !isLeaving else { return [] }
        return input(at: now) { machine, out in
            machine.isLeaving = true
            machine.retire(at: now, &out)
        }
    }

    private mutating func retire(at now: Timestamp, _ out: inout [Directive]) {
        stopping = true
        guard case .leader(let term) = state else { return }
        demote(term, .stopped, keeping: term, view: nil, at: now, &out)
    }

    /// Runs one input between what is over by now and what is due by now.
    mutating func input(
        at now: Timestamp,
        _ change: (inout ElectionMachine, inout [Directive]) -> Void
    ) -> [Directive] {
        switch state {
        case .initial: preconditionFailure("an input in state \(state): start it first")
        case .stopped: return []
        case .candidate, .follower, .leader, .demoted: break
        }
        var out: [Directive] = []
        expireLease(at: now, &out)
        change(&self, &out)
        act(at: now, &out)
        return out
    }
}
