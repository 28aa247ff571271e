/// What a machine that does nothing but follow has to remember.
///
/// All else of it is as its settings, its connection and the leader's record say. So where one process runs very many machines, as a
/// simulation does, most of them needn't exist between two inputs.
extension ElectionMachine {
    package struct Rest: Hashable, Sendable {
        /// Whether it doesn't campaign yet.
        package var standby: Bool
        let random: SplitMix64
        let nextWriteID: UInt64
        let lastTerm: UInt64
        let releasedTerm: UInt64
        /// Of the record that is followed, and until when it is.
        let revision: UInt64
        let until: Timestamp
    }

    package var isFollowing: Bool {
        guard case .follower = state else { return false }
        return true
    }

    package var isStopped: Bool {
        guard case .stopped = state else { return false }
        return true
    }

    /// - Parameters:
    ///   - revision: the role's last.
    ///   - connection: the instance's present one.
    /// - Returns: nil where it does, awaits or knows anything besides following the record of this revision.
    package func rest(following revision: UInt64, over connection: ConnectionID) -> Rest? {
        guard case .follower(let view) = state, view.revision == revision, view.claimAt == nil, view.ownSession == nil,
            case .held(let id, let until) = view.holder,
            case .record(let record, let known)? = view.entry, known == revision, record.id == id,
            link == .up, self.connection == connection, pending == nil, readAt == nil, droppedTransfers.isEmpty,
            !isDoubting, !awaitsRank, healthy, !stopping, !isLeaving, session == nil, endedSession == 0,
            standing == Standing()
        else { return nil }
        return Rest(
            standby: standby,
            random: random,
            nextWriteID: nextWriteID,
            lastTerm: lastTerm,
            releasedTerm: releasedTerm,
            revision: revision,
            until: until
        )
    }

    /// The machine that was put to rest, after it followed renewals of that record, if any.
    ///
    /// - Parameter received: when the last of them was.
    package init(
        settings: ElectionSettings,
        resting rest: Rest,
        following record: LeadershipRecord,
        revision: UInt64,
        received: Timestamp,
        over connection: ConnectionID
    ) {
        self.init(settings: settings, seed: 0)
        random = rest.random
        nextWriteID = rest.nextWriteID
        lastTerm = rest.lastTerm
        releasedTerm = rest.releasedTerm
        standby = rest.standby
        self.connection = connection
        link = .up
        let renewed = settings.heldUntil(received: received, recordTTL: record.meta?.ttl)
        let holder = KeyView.Holder.held(id: record.id, until: revision == rest.revision ? rest.until : renewed)
        state = .follower(view: KeyView(revision: revision, holder: holder, entry: .record(record, revision: revision)))
    }
}

extension StoredEntry {
    /// Whether it is a record by which the leader of the one before goes on, and nothing else: who follows the one follows the other.
    package func continues(_ before: StoredEntry) -> Bool {
        guard case .record(let record, let revision) = self, case .record(let known, let earlier) = before,
            revision > earlier, let meta = record.meta, let past = known.meta
        else { return false }
        return record.id == known.id && record.token == known.token && record.priority == known.priority
            && meta.mark == nil && past.mark == nil && meta.incarnation == past.incarnation
            && meta.connection == past.connection && meta.session == past.session && meta.ttl == past.ttl
    }

    /// Whether it is a leader's own word, on a lease of the role's own.
    package var isLeaders: Bool {
        guard case .record(let record, _) = self, let meta = record.meta else { return false }
        return meta.mark == nil && meta.session == nil
    }
}
