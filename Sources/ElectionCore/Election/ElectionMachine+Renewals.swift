/// What is heard most often: that a leader which is followed goes on.
extension ElectionMachine {
    /// Takes a renewal of the leader that this instance follows, and does nothing else: of every heartbeat of a role each instance
    /// but one hears just that, and all the questions that another entry raises have the same answer as before.
    ///
    /// - Returns: false where it is anything else; then nothing was changed, and ``observed(_:_:at:)`` is to be called.
    package mutating func followed(_ entry: StoredEntry, _ standing: Standing = Standing(), at now: Timestamp) -> Bool {
        guard case .follower(let view) = state, pending == nil, !isLeaving, !standing.isLost, view.claimAt == nil,
            case .held(let id, let until) = view.holder, now < until,
            case .record(let record, let revision) = entry, revision > view.revision,
            case .record(let known, _)? = view.entry,
            record.id == id, record.id == known.id, record.token == known.token, record.priority == known.priority,
            let meta = record.meta, let before = known.meta, meta.mark == nil, before.mark == nil,
            meta.incarnation == before.incarnation, meta.connection == before.connection,
            meta.session == before.session
        else { return false }
        let renewedUntil = settings.heldUntil(received: now, recordTTL: meta.ttl)
        state = .follower(view: KeyView(revision: revision, holder: .held(id: id, until: renewedUntil), entry: entry))
        self.standing = standing
        readAt = nil
        awaitsRank = false
        return true
    }
}
