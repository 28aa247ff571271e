import ElectionCore

/// Keeps a watch over all roles through reconnections, gaps and lost buckets: decides only, without I/O or clock.
///
/// Legal transitions:
/// down → asking; asking → asking | opening | waiting | down; waiting → asking | down;
/// opening → current | waiting | down; current → asking | down.
///
/// Before each watch the bucket is looked at, and made or opened where it has to be: servers from 2.10 on make consumers also on
/// a bucket that isn't open.
/// What nobody answers, as while a cluster elects the bucket's leader, is asked again and again, and the first answer taken.
/// Each try to watch has a generation of its own, and each request about the bucket a number; what belongs to another one
/// is ignored, so nothing of an old watch leaks into the new one.
struct WatchMachine {
    enum Effect: Hashable, Sendable {
        case connected(ConnectionID)
        case disconnected
        case observed(role: Int, StoredEntry, at: Timestamp)
        case presence(id: String, StoredEntry, at: Timestamp)
        case session(id: String, StoredEntry, at: Timestamp)
        case synced
        /// Send a request about the bucket.
        case ask(BucketRequest, number: UInt64)
        /// The bucket is new and opens so much later; said once.
        case opensLater(Duration)
        /// Subscribe, and ask for a consumer for each feed.
        case open(generation: UInt64)
        /// Drop the generation's subscriptions and consumers.
        case close(generation: UInt64)
        /// Connect anew, to another server if there is one.
        case switchServer
    }

    /// What a key of the bucket is to us.
    enum Key: Hashable, Sendable {
        case role(Int)
        /// A member's presence, with the member's id.
        case presence(String)
        /// An instance's session, with the instance's id.
        case session(String)
        case other
    }

    enum BucketRequest: Hashable, Sendable {
        case inspect
        /// With the settings that it once was made with.
        case make
        case raise(to: UInt64)
        case open(StreamConfiguration)
        /// Delete one that was emptied.
        case drop
    }

    /// How far one consumer has come.
    struct Feed {
        var lastSequence: UInt64 = 0
        /// The snapshot's last sequence, once the server told.
        var snapshotEnd: UInt64?
        var isComplete = false
        var heard: Timestamp

        mutating func take(_ sequence: UInt64, now: Timestamp) {
            lastSequence = sequence
            heard = now
        }
    }

    struct Attempt {
        let generation: UInt64
        var feeds: [Feed]
        var seen: [Bool]
    }

    enum State {
        /// There is no connection.
        case down
        /// A request about the bucket is under way.
        case asking(BucketRequest, number: UInt64, until: Timestamp, failures: Int)
        /// Consumers were asked for, and the snapshot comes in.
        case opening(Attempt, until: Timestamp, failures: Int)
        /// Every role was observed; changes come as they happen.
        case current(Attempt)
        /// It didn't work, or the bucket isn't to be opened yet; the next try is at the given time.
        case waiting(until: Timestamp, failures: Int)
    }

    var state = State.down
    var opening: BucketOpening
    var silence: Silence?
    var lastRequest: UInt64 = 0
    private var connection = ConnectionID(server: "", client: 0)
    private var generation: UInt64 = 0
    private let roles: Int
    private let feeds: Int
    private let silenceLimit: Duration
    private let answerLimit: Duration

    /// - Parameters:
    ///   - feeds: how many consumers share the roles, the members' presence and the instances' sessions.
    ///   - silenceLimit: how long a consumer may be silent before it is taken for lost; above its idle heartbeat.
    ///   - answerLimit: how long the first try for a snapshot may take; each further one twice as long, up to 8 s.
    ///   - switchLimit: how long a server may answer nothing before another one is tried; nil: there is no other.
    ///   - opening: how a bucket that is made again opens.
    init(
        roles: Int,
        feeds: Int,
        silenceLimit: Duration,
        answerLimit: Duration,
        switchLimit: Duration?,
        opening: BucketOpening
    ) {
        self.roles = roles
        self.feeds = feeds
        self.silenceLimit = silenceLimit
        self.answerLimit = answerLimit
        self.opening = opening
        silence = switchLimit.map { Silence(limit: $0) }
    }

    /// When ``tick(now:)`` has to be called at the latest.
    var deadline: Timestamp? {
        [stateDeadline, silence?.deadline].compactMap(\.self).min()
    }

    private var stateDeadline: Timestamp? {
        switch state {
        case .down: nil
        case .asking(_, _, let until, _), .opening(_, let until, _), .waiting(let until, _): until
        case .current(let attempt): attempt.feeds.map(\.heard).min().map { $0 + silenceLimit }
        }
    }

    var isDown: Bool {
        if case .down = state { true } else { false }
    }

    // MARK: Inputs

    /// The connection stands.
    mutating func connected(_ connection: ConnectionID, now: Timestamp) -> [Effect] {
        self.connection = connection
        return closing() + [.connected(connection)] + ask(.inspect, failures: 0, now: now)
    }

    mutating func disconnected() -> [Effect] {
        if case .down = state { return [] }
        let effects = [.disconnected] + closing()
        silence?.end()
        state = .down
        return effects
    }

    /// The server made a feed's consumer; its snapshot ends with the given sequence.
    mutating func consumerMade(generation: UInt64, feed: Int, snapshotEnd: UInt64, now: Timestamp) -> [Effect] {
        guard case .opening(var attempt, let until, let failures) = state, attempt.generation == generation else {
            return []
        }
        silence?.answered()
        attempt.feeds[feed].snapshotEnd = snapshotEnd
        attempt.feeds[feed].heard = now
        if attempt.feeds[feed].lastSequence >= snapshotEnd { attempt.feeds[feed].isComplete = true }
        return settle(attempt, until: until, failures: failures, now: now)
    }

    mutating func consumerFailed(generation: UInt64, feed: Int, now: Timestamp) -> [Effect] {
        guard case .opening(let attempt, _, let failures) = state, attempt.generation == generation else { return [] }
        state = .waiting(until: now + Self.pause(failures), failures: failures + 1)
        return [.close(generation: generation)]
    }

    /// A message of the watch.
    ///
    /// - Parameter pending: how many more messages the consumer had for us when it sent this one.
    mutating func received(
        generation: UInt64,
        feed: Int,
        sequence: UInt64,
        pending: UInt64,
        key: Key,
        _ entry: StoredEntry,
        now: Timestamp
    ) -> [Effect] {
        let observed: [Effect] =
            switch key {
            case .role(let role): [.observed(role: role, entry, at: now)]
            case .presence(let id): [.presence(id: id, entry, at: now)]
            case .session(let id): [.session(id: id, entry, at: now)]
            case .other: []
            }
        switch state {
        case .opening(var attempt, let until, let failures) where attempt.generation == generation:
            guard sequence == attempt.feeds[feed].lastSequence + 1 else { return reopen(now: now) }
            // The arrays are changed in place once the state lets go of them.
            state = .down
            attempt.feeds[feed].take(sequence, now: now)
            if case .role(let role) = key { attempt.seen[role] = true }
            if pending == 0 || attempt.feeds[feed].snapshotEnd.map({ sequence >= $0 }) == true {
                attempt.feeds[feed].isComplete = true
            }
            return observed + settle(attempt, until: until, failures: failures, now: now)
        case .current(var attempt) where attempt.generation == generation:
            guard sequence == attempt.feeds[feed].lastSequence + 1 else { return reopen(now: now) }
            state = .down
            attempt.feeds[feed].take(sequence, now: now)
            state = .current(attempt)
            return observed
        case .down, .asking, .opening, .current, .waiting:
            return []
        }
    }

    /// Takes note of a message of a watch that is whole; what it says is passed on as it is.
    ///
    /// - Returns: false where ``received(generation:feed:sequence:pending:key:_:now:)`` has to decide; then nothing was changed.
    mutating func passes(generation: UInt64, feed: Int, sequence: UInt64, now: Timestamp) -> Bool {
        guard case .current(var attempt) = state, attempt.generation == generation,
            sequence == attempt.feeds[feed].lastSequence + 1
        else { return false }
        state = .down
        attempt.feeds[feed].take(sequence, now: now)
        state = .current(attempt)
        return true
    }

    /// A consumer has nothing to send, and names the last sequence that it sent.
    mutating func heartbeat(generation: UInt64, feed: Int, lastSequence: UInt64, now: Timestamp) -> [Effect] {
        switch state {
        case .opening(var attempt, let until, let failures) where attempt.generation == generation:
            guard attempt.feeds[feed].lastSequence == lastSequence else { return reopen(now: now) }
            attempt.feeds[feed].heard = now
            // A message that aged out before it was sent never comes: what there was has been sent.
            if attempt.feeds[feed].snapshotEnd != nil { attempt.feeds[feed].isComplete = true }
            return settle(attempt, until: until, failures: failures, now: now)
        case .current(var attempt) where attempt.generation == generation:
            guard attempt.feeds[feed].lastSequence == lastSequence else { return reopen(now: now) }
            attempt.feeds[feed].heard = now
            state = .current(attempt)
            return []
        case .down, .asking, .opening, .current, .waiting:
            return []
        }
    }

    /// Something says that the watch can't be trusted: a dropped message, or a write that found no bucket.
    mutating func doubted(now: Timestamp) -> [Effect] {
        guard case .current = state else { return [] }
        return reopen(now: now)
    }

    /// Something about the bucket was asked of the server, such as a write.
    mutating func asked(now: Timestamp) {
        if case .down = state { return }
        silence?.asked(now: now)
    }

    /// The server answered as only one can that has the bucket.
    mutating func answered() {
        silence?.answered()
    }

    mutating func tick(now: Timestamp) -> [Effect] {
        if silence?.isOver(now: now) == true { return [.switchServer] }
        guard let deadline = stateDeadline, deadline <= now else { return [] }
        switch state {
        case .down: return []
        case .opening, .current: return reopen(now: now)
        case .asking(.inspect, let number, _, let failures):
            state = .asking(.inspect, number: number, until: now + Self.repeatInterval, failures: failures)
            return [.ask(.inspect, number: number)]
        case .asking(_, _, _, let failures): return ask(.inspect, failures: failures + 1, now: now)
        case .waiting(_, let failures): return ask(.inspect, failures: failures, now: now)
        }
    }

    // MARK: Steps

    mutating func open(failures: Int, now: Timestamp) -> [Effect] {
        generation += 1
        silence?.asked(now: now)
        let attempt = Attempt(
            generation: generation,
            feeds: Array(repeating: Feed(heard: now), count: feeds),
            seen: Array(repeating: false, count: roles)
        )
        state = .opening(attempt, until: now + patience(failures), failures: failures)
        return [.open(generation: generation)]
    }

    /// Drops the present watch; the first time makes a new one at once, then after a pause.
    ///
    /// What was known is to be settled anew, as after a lost connection: the bucket may be another one by now.
    private mutating func reopen(now: Timestamp) -> [Effect] {
        let closing = closing()
        switch state {
        case .opening(_, _, let failures):
            state = .waiting(until: now + Self.pause(failures), failures: failures + 1)
            return closing
        case .current:
            return [.disconnected] + closing + [.connected(connection)] + ask(.inspect, failures: 0, now: now)
        case .down, .asking, .waiting:
            preconditionFailure("reopened in state \(state)")
        }
    }

    private func closing() -> [Effect] {
        switch state {
        case .opening(let attempt, _, _), .current(let attempt): [.close(generation: attempt.generation)]
        case .down, .asking, .waiting: []
        }
    }

    /// Ends the snapshot once every feed has sent its part: what was not seen is not there.
    private mutating func settle(_ attempt: Attempt, until: Timestamp, failures: Int, now: Timestamp) -> [Effect] {
        guard attempt.feeds.allSatisfy(\.isComplete) else {
            state = .opening(attempt, until: until, failures: failures)
            return []
        }
        // Also where the server's answer about the consumer is yet to come.
        silence?.answered()
        state = .current(attempt)
        var effects = [Effect]()
        for role in attempt.seen.indices where !attempt.seen[role] {
            effects.append(.observed(role: role, .missing, at: now))
        }
        effects.append(.synced)
        return effects
    }

    func patience(_ failures: Int) -> Duration {
        min(answerLimit * (1 << min(failures, 6)), .seconds(8))
    }

    static func pause(_ failures: Int) -> Duration {
        min(.milliseconds(10 << min(failures, 6)), .milliseconds(500))
    }
}
