/// The lease of the own session: a value without clock, I/O or outside randomness, as ``ElectionMachine`` is.
///
/// What makes it safe to rest any number of roles on it:
/// - It is begun, renewed and ended by compare-and-set, and lives until the lease of its last accepted write ends.
/// - It is begun only over a session that is over: an own one, a tombstone, or another incarnation's that ran out in this one's view.
/// - Once over it stays so, whatever is acknowledged later: the next one has a new token, and begins only after the machines of
///   the roles were told of the end (``told(at:)``).
package struct SessionMachine: Sendable {
    /// What the shell is to do, in this order.
    package enum Directive: Hashable, Sendable {
        case write(StoreWrite)
        case read
        case began(OwnSession)
        case renewed(OwnSession)
        /// The roles that rest on it are lost; then ``SessionMachine/told(at:)`` is wanted.
        case ended(SessionRef, SessionEnd)
        /// An operation on the own key.
        case report(ElectionEvent)
    }

    /// Legal transitions:
    /// - idle → absent (it is wanted)
    /// - absent → live (the own record was accepted within its lease)
    /// - live → ending
    /// - ending → absent
    /// - any → withdrawn
    enum State: Hashable, Sendable {
        /// Not wanted yet.
        case idle
        case absent
        case live(Live)
        /// It is over, and the machines of the roles are being told.
        case ending
        case withdrawn
    }

    struct Live: Hashable, Sendable {
        let ref: SessionRef
        /// The last accepted write's.
        var revision: UInt64
        var leaseEnd: Timestamp
        var renewAt: Timestamp
        /// When a renewal that the store did not take is tried again, and when it had been due. It leaves ``renewAt`` where it is.
        var retry: Retry?

        var own: OwnSession { OwnSession(ref: ref, leaseEnd: leaseEnd) }
    }

    /// What the own key holds, as far as this instance knows.
    struct Key: Hashable, Sendable {
        /// What the next write has to expect.
        var revision: UInt64 = 0
        /// Until when it is another life's of this instance; nil: it isn't.
        var heldUntil: Timestamp?
        var connection: ConnectionID?
    }

    enum Link: Hashable, Sendable { case down, syncing, up }

    package let settings: ElectionSettings
    var state = State.idle
    var key = Key()
    var pending: PendingWrite?
    var link = Link.down
    var connection = ConnectionID(server: "", client: 0)
    /// Whether the watch has shown the key since the connection stands.
    var isSeen = false
    /// Whether a read has to be believed even if it shows a lower revision than is known: the bucket is another one.
    var isDoubting = false
    var readAt: Timestamp?
    /// After a write that failed nothing is written before.
    var notBefore: Timestamp?
    var lastWrite: UInt64 = 0
    var random: SplitMix64

    package init(settings: ElectionSettings, seed: UInt64) {
        self.settings = settings
        self.random = SplitMix64(seed: seed)
    }

    // MARK: What it answers

    /// The session as long as it lives.
    package func session(at now: Timestamp) -> OwnSession? {
        guard case .live(let live) = state, now < live.leaseEnd else { return nil }
        return live.own
    }

    package var nextDeadline: Timestamp? {
        let store = ElectionMachine.earlier(pending?.answerBy, link == .up ? readAt : nil)
        let mayWrite = link == .up && pending == nil
        switch state {
        case .idle, .ending, .withdrawn:
            return store
        case .absent:
            guard mayWrite, readAt == nil else { return store }
            let (free, patience) = (key.heldUntil ?? Self.longAgo, notBefore ?? Self.longAgo)
            return ElectionMachine.earlier(store, max(free, patience))
        case .live(let live):
            let next = min(live.renewAt, live.retry?.at ?? live.renewAt)
            let renewal = mayWrite ? max(next, notBefore ?? next) : nil
            return ElectionMachine.earlier(ElectionMachine.earlier(store, live.leaseEnd), renewal)
        }
    }

    private static let longAgo = Timestamp(nanoseconds: 0)

    // MARK: Inputs

    /// It is wanted from now on.
    package mutating func start(at now: Timestamp) -> [Directive] {
        input(at: now) { machine, _ in
            if case .idle = machine.state { machine.state = .absent }
        }
    }

    package mutating func connected(_ connection: ConnectionID, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, _ in
            machine.connection = connection
            machine.link = .syncing
            machine.isSeen = false
        }
    }

    package mutating func disconnected(at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            machine.link = .down
            machine.readAt = nil
            machine.isDoubting = false
            machine.giveUpAnswer(at: now, &out)
            if machine.settings.detector == .connection { machine.end(.disconnected, &out) }
        }
    }

    /// What was to be observed was observed since ``connected(_:at:)``; a key that wasn't may be gone, or hidden by a replica that
    /// lags behind.
    package mutating func synced(at now: Timestamp) -> [Directive] {
        input(at: now) { machine, _ in
            machine.link = .up
            let isUnsure = !machine.isSeen && machine.key.revision > 0
            if isUnsure || machine.isDoubting || machine.pending != nil { machine.readAt = now }
        }
    }

    /// - Parameter isLost: whether the server has closed the connection that the entry names.
    package mutating func observed(_ entry: StoredEntry, isLost: Bool, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            machine.isSeen = true
            if entry.revision < machine.key.revision {
                guard machine.link == .syncing else { return }
                machine.isDoubting = true
                return
            }
            // What is later than all that is known, or the same, says that the bucket is the known one.
            machine.isDoubting = false
            machine.learn(entry, isRead: false, isLost: isLost, at: now, &out)
        }
    }

    /// The store answered a read; nil where it could not.
    package mutating func read(_ entry: StoredEntry?, isLost: Bool, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            guard let entry else {
                machine.readAt = now + machine.settings.retryDelay
                return
            }
            machine.readAt = nil
            let isBelieved = machine.isDoubting || entry == .missing
            machine.isDoubting = false
            guard isBelieved || entry.revision >= machine.key.revision else {
                // A replica that lags behind: it is asked again.
                machine.readAt = now + machine.settings.retryDelay
                return
            }
            machine.learn(entry, isRead: true, isLost: isLost, at: now, &out)
        }
    }

    package mutating func written(id: UInt64, _ outcome: WriteOutcome, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            guard let write = machine.pending, write.id == id else { return }
            switch outcome {
            case .acknowledged(let revision):
                // The bucket is the known one: a read that was sent before tells nothing against it.
                if write.connection == machine.connection { machine.isDoubting = false }
                machine.accepted(write, revision: revision, at: now, &out)
            case .rejected(let last):
                // Perhaps against an earlier write of one's own: only the entry can tell.
                machine.pending?.answerBy = nil
                machine.readAt = last == nil ? now + machine.settings.retryDelay : now
                if let last, last < write.expectedRevision { machine.isDoubting = true }
            case .refused, .notSent:
                machine.pending = nil
                machine.report(write, .error, at: now, &out)
                machine.notBefore = now + machine.settings.retryDelay
                machine.retry(write, at: now + machine.settings.retryDelay)
            }
        }
    }

    /// The server has closed this connection: if it was that of an earlier life, its session is over.
    package mutating func lost(_ connection: ConnectionID, at now: Timestamp) -> [Directive] {
        input(at: now) { machine, _ in
            if machine.key.connection == connection { machine.free() }
        }
    }

    package mutating func tick(at now: Timestamp) -> [Directive] { input(at: now) { _, _ in } }

    /// The machines of the roles know of the end.
    package mutating func told(at now: Timestamp) -> [Directive] {
        input(at: now) { machine, _ in
            if case .ending = machine.state { machine.state = .absent }
        }
    }

    /// Ends it for good; the tombstone spares the others waiting. No role rests on it any more.
    package mutating func withdraw(at now: Timestamp) -> [Directive] {
        input(at: now) { machine, out in
            if case .live(let live) = machine.state {
                machine.end(.withdrawn, &out)
                if machine.link == .up { machine.send(.release, token: "", expecting: live.revision, at: now, &out) }
            }
            machine.state = .withdrawn
        }
    }

    private mutating func input(
        at now: Timestamp,
        _ change: (inout SessionMachine, inout [Directive]) -> Void
    ) -> [Directive] {
        var out: [Directive] = []
        // What every input begins with: a lease that is over has ended before anything else is believed.
        if case .live(let live) = state, now >= live.leaseEnd { end(.expired, &out) }
        change(&self, &out)
        act(at: now, &out)
        return out
    }
}
