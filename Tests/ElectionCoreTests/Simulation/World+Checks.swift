import ElectionCore

/// The promises of an election, checked at each event. Between two events an answer of `isLeader` can only turn from
/// true to false, so what is checked at each event holds at each instant.
extension World {
    /// At no instant do two answer that they lead. Only those that answered so at their last input can.
    mutating func checkLeaders() {
        for role in mix.roles.indices where believers[role].count > 1 {
            var first: Int?
            for process in believers[role] where leads(process, role) {
                if let first { return fail("processes \(first) and \(process) both lead role \(role)") }
                first = process
            }
        }
    }

    func leads(_ process: Int, _ role: Int) -> Bool {
        processes[process].isAlive && processes[process].roles[role].machine.isLeader(at: localNow(process))
    }

    /// The same, from the intervals and not from the answers.
    mutating func checkBeliefs(_ role: Int) {
        for process in processes.indices { endBelief(process, role) }
        let ordered = beliefs[role].filter { $0.start < $0.end }.sorted { $0.start < $1.start }
        for (earlier, later) in zip(ordered, ordered.dropFirst()) where later.start < earlier.end {
            fail("beliefs overlap in role \(role): \(earlier), \(later)")
        }
        for (earlier, later) in zip(ordered, ordered.dropFirst()) where later.term < earlier.term {
            fail("terms fall in role \(role): \(earlier), \(later)")
        }
    }

    mutating func followBelief(_ process: Int, _ role: Int, isStale: Bool) {
        let machine = processes[process].roles[role].machine
        guard let term = machine.term(at: localNow(process)), let leaseEnd = machine.leaseEnd else {
            return endBelief(process, role)
        }
        if let belief = processes[process].roles[role].belief, belief.end <= now || belief.term != term {
            // Only a thread that took the instant before may renew what seemed to be over: the store took it in time.
            if belief.term == term && !isStale { fail("\(process) leads role \(role) again in the ended term \(term)") }
            endBelief(process, role)
        }
        let end = processes[process].clock.instant(of: leaseEnd)
        if processes[process].roles[role].belief == nil {
            if term < lastTerms[role] { fail("term \(term) of role \(role) after \(lastTerms[role])") }
            lastTerms[role] = term
            trace { _ in "  \(process) believes in term \(term) until \(end)" }
            believers[role].append(process)
            processes[process].roles[role].belief = Belief(process: process, term: term, start: now, end: end)
        } else {
            processes[process].roles[role].belief?.end = end
        }
    }

    /// A leader is promoted and not yet demoted; a record is released only when its demote callback has returned.
    mutating func checkCallbacks(_ process: Int, _ role: Int, _ directives: [Directive]) {
        let state = processes[process].roles[role]
        if !state.isPromoted && state.machine.isLeader(at: localNow(process)) {
            fail("\(process) leads role \(role) without a promotion")
        }
        guard state.callbackRuns else { return }
        for case .write(let write) in directives {
            switch write.value {
            case .record(let record):
                guard case .transfer? = record.meta?.mark else { continue }
                fail("\(process) transfers role \(role) before its callback has returned")
            case .marker: fail("\(process) releases role \(role) before its callback has returned")
            }
        }
    }

    /// A term is given up once, and to whom the store's record says.
    mutating func checkRelease(_ process: Int, _ role: Int, term: UInt64, revision: UInt64, successor: String?) {
        if !processes[process].roles[role].released.insert(term).inserted {
            fail("\(process) tells twice that it gave up term \(term) of role \(role)")
        }
        guard let successor else { return }
        let mark = LeadershipRecord.Mark.transfer(from: name(processes[process].host))
        if let record = stored[revision], record.id == successor, record.meta?.mark == mark { return }
        fail("\(process) tells of a transfer of role \(role) to \(successor) that revision \(revision) isn't")
    }

    mutating func endBelief(_ process: Int, _ role: Int) {
        guard var belief = processes[process].roles[role].belief else { return }
        belief.end = min(belief.end, now)
        beliefs[role].append(belief)
        believers[role].removeAll { $0 == process }
        processes[process].roles[role].belief = nil
    }

    /// A leadership rests on a record of the instance's own, or on one that names this very incarnation as successor.
    mutating func checkAcquisition(_ process: Int, _ role: Int, term: UInt64) {
        guard let record = stored[term], let meta = record.meta else {
            return fail("\(process) leads role \(role) in term \(term), which is nobody's record")
        }
        if record.id != name(processes[process].host) || meta.incarnation != processes[process].incarnation {
            fail("\(process) leads role \(role) by a record of \(record.id), incarnation \(meta.incarnation)")
        }
        switch meta.mark {
        case nil: return
        case .transfer:
            if mix.detector == .connection, meta.connection != connectionID(processes[process].generation) {
                fail("\(process) leads role \(role) by a transfer to an earlier connection of its own")
            }
        case .claim, .asks:
            fail("\(process) leads role \(role) by a record with mark \(meta.mark.map { "\($0)" } ?? "")")
        }
    }

    /// Promote and demote callbacks alternate, and a promotion is backed by a lease that runs.
    mutating func checkPromotion(_ process: Int, _ role: Int, term: UInt64, isStale: Bool) {
        let state = processes[process].roles[role]
        if state.isPromoted || state.callbackRuns {
            fail("\(process) is promoted in role \(role) while it leads or steps down")
        }
        if term <= state.lastTerm {
            fail("\(process) is promoted in term \(term) of role \(role) after \(state.lastTerm)")
        }
        // A thread that was paused after it took the instant may come too late; its `isLeader` still tells the truth.
        if processes[process].isStopping || !state.isHealthy {
            fail("\(process) is promoted in role \(role), which it may not lead")
        }
        if !isStale && !state.machine.isLeader(at: localNow(process)) { fail("\(process) is promoted without a lease") }
        processes[process].roles[role].isPromoted = true
        processes[process].roles[role].lastTerm = term
    }

    /// No watch that began at a replica that lags behind takes a leadership away whose record stands.
    mutating func checkRemoval(_ process: Int, _ role: Int, _ reason: DemotionReason) {
        guard case .record(let record, _) = bucket.entry(mix.roles[role], at: serverTime) else { return }
        guard reason == .removed || reason == .superseded, record.token == processes[process].roles[role].token else {
            return
        }
        fail("\(process) gives up role \(role) as \(reason), and its record stands")
    }

    mutating func checkDemotion(_ process: Int, _ role: Int) {
        let state = processes[process].roles[role]
        if !state.isPromoted || state.callbackRuns {
            fail("\(process) is demoted in role \(role), which it didn't lead")
        }
        if state.machine.isLeader(at: localNow(process)) { fail("\(process) leads role \(role) after its demotion") }
        processes[process].roles[role].isPromoted = false
        processes[process].roles[role].callbackRuns = true
    }
}
