/// What the store's answers and entries mean for the session, and what is due by now.
extension SessionMachine {
    mutating func learn(
        _ entry: StoredEntry,
        isRead: Bool,
        isLost: Bool,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        if let write = pending {
            if shows(entry, write) {
                accepted(write, revision: entry.revision, at: now, &out)
            } else if entry.revision > write.expectedRevision || (isRead && write.answerBy == nil) {
                pending = nil
                report(write, isOthers(entry, than: write) ? .lost : .error, at: now, &out)
                retry(write, at: now)
            }
        }
        if case .live(var live) = state, isRead || entry.revision > live.revision {
            switch entry {
            case .record(let record, let revision) where record.token == live.ref.token:
                live.revision = max(live.revision, revision)
                if let meta = record.meta {
                    live.leaseEnd = max(live.leaseEnd, settings.timing.holderEnd(sent: meta.sent))
                }
                state = .live(live)
                out.append(.renewed(live.own))
            case .record, .unreadable, .marker: end(.replaced, &out)
            case .missing: end(.removed, &out)
            }
        }
        know(entry, isLost: isLost, at: now)
    }

    /// Whether somebody else's write stands there: another life's session, or the tombstone of who fenced this one.
    private func isOthers(_ entry: StoredEntry, than write: PendingWrite) -> Bool {
        switch entry {
        case .missing, .unreadable: false
        case .marker: write.operation != .release
        case .record(let record, _): record.token != write.token && record.meta?.incarnation != settings.incarnation
        }
    }

    private func shows(_ entry: StoredEntry, _ write: PendingWrite) -> Bool {
        guard case .record(let record, _) = entry else { return false }
        return record.token == write.token && record.meta?.sent == write.sent
    }

    mutating func know(_ entry: StoredEntry, isLost: Bool, at now: Timestamp) {
        let isKnown = entry.revision == key.revision && entry != .missing
        key.revision = entry.revision
        switch entry {
        // The key may be gone because the store was lost: a lease that was granted still holds.
        case .missing: break
        case .marker: free()
        case .unreadable: if !isKnown { key.heldUntil = settings.heldUntil(received: now, recordTTL: nil) }
        case .record(let record, _):
            let isOwn = record.meta?.incarnation == settings.incarnation
            if isOwn || isLost { return free() }
            guard !isKnown else { return }
            key.connection = record.meta?.connection
            key.heldUntil = settings.heldUntil(received: now, recordTTL: record.meta?.ttl)
        }
    }

    mutating func free() {
        key.heldUntil = nil
        key.connection = nil
    }

    /// The write stands in the store under this revision.
    mutating func accepted(
        _ write: PendingWrite,
        revision: UInt64,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        pending = nil
        let leaseEnd = settings.timing.holderEnd(sent: write.sent)
        report(write, write.operation == .release || now < leaseEnd ? .ok : .late, revision: revision, at: now, &out)
        if revision >= key.revision {
            key.revision = revision
            free()
        }
        switch (write.operation, state) {
        case (.acquire, .absent) where now < leaseEnd && revision == key.revision && holds(write):
            let ref = SessionRef(instance: settings.instance.name, number: revision, token: write.token)
            // The first renewal falls anywhere in the first interval, so that those who start together don't renew together.
            let phase = 1 + random.number(below: UInt64(settings.timing.heartbeat.nanoseconds))
            var renewAt = write.sent + .nanoseconds(Int64(phase))
            if settings.gathersRenewals {
                renewAt = settings.timing.gathered(
                    renewAt,
                    noLaterThan: write.sent + settings.timing.heartbeat,
                    after: now,
                    bursts: 1,
                    phase: settings.renewalPhase
                )
            }
            let live = Live(ref: ref, revision: revision, leaseEnd: leaseEnd, renewAt: renewAt)
            state = .live(live)
            out.append(.began(live.own))
        case (.renew, .live(var live)) where write.token == live.ref.token:
            live.revision = max(live.revision, revision)
            live.leaseEnd = max(live.leaseEnd, leaseEnd)
            live.retry = nil
            state = .live(live)
            out.append(.renewed(live.own))
        default:
            break
        }
    }

    /// A renewal that the store did not take is written again before the next one is due.
    mutating func retry(_ write: PendingWrite, at instant: Timestamp) {
        guard write.operation == .renew, case .live(var live) = state, live.ref.token == write.token else { return }
        live.retry = Retry(at: instant, due: write.due ?? instant)
        state = .live(live)
    }

    private func holds(_ write: PendingWrite) -> Bool {
        settings.detector == .lease || (link != .down && write.connection == connection)
    }

    mutating func end(_ reason: SessionEnd, _ out: inout [Directive]) {
        guard case .live(let live) = state else { return }
        key.revision = max(key.revision, live.revision)
        state = .ending
        out.append(.ended(live.ref, reason))
    }

    /// Does what is due by now.
    mutating func act(at now: Timestamp, _ out: inout [Directive]) {
        if let answerBy = pending?.answerBy, answerBy <= now {
            giveUpAnswer(at: now, &out)
            readAt = now
        }
        if link == .up, pending == nil, notBefore.map({ $0 <= now }) ?? true { write(at: now, &out) }
        if link == .up, let due = readAt, due <= now {
            readAt = now + settings.answerTimeout
            out.append(.read)
        }
    }

    mutating func write(at now: Timestamp, _ out: inout [Directive]) {
        switch state {
        case .idle, .ending, .withdrawn: return
        case .absent:
            guard readAt == nil, key.heldUntil.map({ $0 <= now }) ?? true else { return }
            send(.acquire, token: random.uuid(), expecting: key.revision, at: now, &out)
        case .live(var live):
            guard min(live.renewAt, live.retry?.at ?? live.renewAt) <= now else { return }
            let due = live.retry?.due ?? live.renewAt
            live.retry = nil
            while live.renewAt <= now { live.renewAt += settings.timing.heartbeat }
            state = .live(live)
            send(.renew, token: live.ref.token, naming: live.ref, expecting: live.revision, due: due, at: now, &out)
        }
        notBefore = nil
    }

    mutating func send(
        _ operation: StoreOperation,
        token: String,
        naming ref: SessionRef? = nil,
        expecting revision: UInt64,
        due: Timestamp? = nil,
        at now: Timestamp,
        _ out: inout [Directive]
    ) {
        lastWrite += 1
        let write = PendingWrite(
            id: lastWrite,
            operation: operation,
            token: token,
            expectedRevision: revision,
            successor: nil,
            ttl: settings.timing.ttl,
            connection: connection,
            due: due,
            sent: now,
            answerBy: now + settings.answerTimeout
        )
        pending = write
        let record = LeadershipRecord(
            id: settings.instance.name,
            token: token,
            priority: settings.priority,
            meta: .init(
                incarnation: settings.incarnation,
                ttl: settings.timing.ttl,
                sent: now,
                connection: connection,
                session: ref
            )
        )
        let value: StoreWrite.Value = operation == .release ? .marker : .record(record)
        out.append(.write(StoreWrite(id: write.id, value: value, expectedRevision: revision)))
    }

    /// No answer came in time, or none can come any more.
    mutating func giveUpAnswer(at now: Timestamp, _ out: inout [Directive]) {
        guard let write = pending, write.answerBy != nil else { return }
        pending?.answerBy = nil
        report(write, .unknown, at: now, &out)
    }

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
