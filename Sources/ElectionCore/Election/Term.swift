/// One's own leadership of a role and the lease it stands on.
struct Term: Hashable, Sendable {
    /// The revision that acquired it: the fencing token.
    let number: UInt64
    let token: String
    /// The last accepted write's revision.
    var revision: UInt64
    /// The first instant at which the lease no longer holds.
    var leaseEnd: Timestamp
    /// When the next renewal is due.
    var renewAt: Timestamp
    /// When a renewal that the store did not take is tried again, and when it had been due. It leaves ``renewAt`` where it is:
    /// a moment's failure must not bring all roles' renewals together.
    var retry: Retry?
    var validateAt: Timestamp?
    /// When the validation under way was asked for.
    var validationSent: Timestamp?
}

struct Retry: Hashable, Sendable {
    let at: Timestamp
    let due: Timestamp
}

/// A write that is in flight or of unknown outcome; nothing else is written for the role until it is settled.
struct PendingWrite: Hashable, Sendable {
    let id: UInt64
    let operation: StoreOperation
    /// Empty for a release.
    let token: String
    let expectedRevision: UInt64
    /// To whom a transfer gives the role.
    let successor: Member?
    /// The term that a release or a transfer ends.
    var endedTerm: UInt64?
    /// How long others are to wait from its receipt: a claim hides a record of a lease that may be longer than its writer's.
    let ttl: Duration
    /// The connection that it was sent over.
    let connection: ConnectionID
    /// When a renewal was due.
    let due: Timestamp?
    let sent: Timestamp
    /// Until when an answer is waited for; nil: the outcome is unknown.
    var answerBy: Timestamp?
    /// Whether the store has said that it did not take it.
    var isRejected = false
}

/// What a role's key holds, as far as this instance knows.
struct KeyView: Hashable, Sendable {
    enum Holder: Hashable, Sendable {
        case vacant(VacancyReason)
        /// Somebody leads; nobody may take over before `until`.
        case held(id: String, until: Timestamp)
    }

    /// What the next write has to expect.
    var revision: UInt64
    var holder: Holder
    /// The record that is or was taken for its holder's; nil where none stands there that somebody else may have led by.
    var entry: StoredEntry?
    /// When the role is claimed from a leader of lower priority; nil: not at all.
    var claimAt: Timestamp?
}

extension KeyView {
    static func expired(_ revision: UInt64) -> KeyView { KeyView(revision: revision, holder: .vacant(.expired)) }

    var heldUntil: Timestamp? {
        switch holder {
        case .vacant: nil
        case .held(_, let until): until
        }
    }

    var leader: String? {
        switch holder {
        case .vacant: nil
        case .held(let id, _): id
        }
    }

    /// The view after the own claim took the place of the leader's record, whose lease still runs.
    func claimed(under revision: UInt64) -> KeyView {
        KeyView(revision: revision, holder: holder, entry: entry)
    }

    /// The view after the connection of the leader was closed; nil where it is not the leader's. A claim's writer doesn't lead yet:
    /// the leader before may.
    func vacated(by connection: ConnectionID) -> KeyView? {
        guard case .held = holder, case .record(let record, _)? = entry, let meta = record.meta,
            meta.connection == connection, meta.mark != .claim
        else { return nil }
        return KeyView(revision: revision, holder: .vacant(.disconnected), entry: entry)
    }
}
