import ElectionCore
import Logging
import Synchronization

/// What libnats's threads and the store's own share.
///
/// Callbacks come in here: they convert, decide under the lock, and hand C calls over to the store's thread.
final class StoreCore: Sendable {
    /// What one answer of the server to a request of ours was.
    enum Response: Hashable, Sendable {
        case payload([UInt8])
        case noResponders
    }

    let inbox: Inbox
    let bucket: BucketSettings
    let logger: Logger
    let commands = WaitQueue<StoreCommand>()
    /// Answers that the store's thread waits for, with the request's number.
    let responses = WaitQueue<(number: UInt64, Response)>()
    let contexts = LiveContexts()
    let attention = Attention()

    /// What stands before a role in the subject of its key.
    let keyPrefix: [UInt8]

    struct State {
        var machine: WatchMachine?
        var roles: [Role] = []
        var keys = RoleKeys()
        /// By role.
        var readers: [RecordReader] = []
        var sessions = SessionReaders()
        var deliver: (@Sendable (StoreEvent) -> Void)?
        /// Events that wait for the thread that delivers at the moment.
        var outbox = [StoreEvent]()
        var isDelivering = false
        /// The connection that counts; callbacks of others are late.
        var connection: UInt64 = 0
        /// Rises whenever a connection is lost, so that a late "connected" is seen to be one.
        var losses: UInt64 = 0
        var isUp = false
        /// The connection that stands, or stood last.
        var connectionID = ConnectionID(server: "", client: 0)
        /// A connection of which the store's thread waits to hear that it is lost, and the number that it waits with.
        var awaitedLoss: (connection: ConnectionID, number: UInt64)?
        var floor: UInt64 = 0
    }

    private let state = Mutex(State())

    init(inbox: Inbox, bucket: BucketSettings, logger: Logger) {
        self.inbox = inbox
        self.bucket = bucket
        keyPrefix = Array(bucket.keyPrefix.utf8)
        self.logger = logger
    }

    // MARK: Events

    /// Delivers what waits, unless another thread is at it: so events leave in the order in which they were learnt, and
    /// no lock is held meanwhile.
    private func deliver() {
        while true {
            let batch: ([StoreEvent], @Sendable (StoreEvent) -> Void)? = state.withLock { state in
                guard let deliver = state.deliver, !state.outbox.isEmpty else {
                    state.isDelivering = false
                    return nil
                }
                defer { state.outbox = [] }
                return (state.outbox, deliver)
            }
            guard let (events, deliver) = batch else { return }
            for event in events { deliver(event) }
        }
    }

    /// Passes the entry of a role, or of a known session, on from a watch that is whole, without an effect, an array or a thread in
    /// between.
    ///
    /// - Returns: false where it is to be decided on by ``decide(_:)``; then nothing has happened.
    func pass(
        _ key: UnsafeRawBufferPointer,
        _ entry: (inout RecordReader) -> StoredEntry,
        now: Timestamp,
        _ takes: (inout WatchMachine) -> Bool
    ) -> Bool {
        let (passed, event, deliver) = state.withLock {
            state -> (Bool, StoreEvent?, (@Sendable (StoreEvent) -> Void)?) in
            let event: StoreEvent
            if let role = state.keys[key] {
                guard state.machine.modify(takes) == true else { return (false, nil, nil) }
                event = .observed(state.roles[role], entry(&state.readers[role]), at: now)
            } else {
                guard let id = state.sessions.id(of: key), state.machine.modify(takes) == true else {
                    return (false, nil, nil)
                }
                event = .session(id: id, state.readSession(key, of: id, entry), at: now)
            }
            guard !state.isDelivering, state.outbox.isEmpty, let deliver = state.deliver else {
                state.outbox.append(event)
                return (true, nil, nil)
            }
            state.isDelivering = true
            return (true, event, deliver)
        }
        guard let event, let deliver else { return passed }
        deliver(event)
        self.deliver()
        return true
    }

    /// Changes the state, and delivers what came of it.
    func change(_ body: (inout State) -> Void) {
        let isMine = state.withLock { state in
            body(&state)
            guard !state.isDelivering, !state.outbox.isEmpty else { return false }
            state.isDelivering = true
            return true
        }
        if isMine { deliver() }
    }

    /// Lets the watch decide, delivers its events, and hands its C calls to the store's thread.
    func decide(_ input: (inout WatchMachine) -> [WatchMachine.Effect]) {
        change { state in Self.decide(&state, commands: commands, input) }
    }

    static func decide(
        _ state: inout State,
        commands: WaitQueue<StoreCommand>,
        _ input: (inout WatchMachine) -> [WatchMachine.Effect]
    ) {
        guard let effects = state.machine.modify(input), !effects.isEmpty else { return }
        var calls = [WatchMachine.Effect]()
        for effect in effects {
            switch effect {
            case .connected(let connection): state.outbox.append(.connected(connection))
            case .disconnected: state.outbox.append(.disconnected)
            case .observed(let role, let entry, let at):
                state.outbox.append(.observed(state.roles[role], entry, at: at))
            case .presence(let id, let entry, let at): state.outbox.append(.presence(id: id, entry, at: at))
            case .session(let id, let entry, let at): state.outbox.append(.session(id: id, entry, at: at))
            case .synced: state.outbox.append(.synced)
            case .open, .close, .ask, .opensLater, .switchServer: calls.append(effect)
            }
        }
        // Under the lock, so that the thread gets them in the order of the decisions.
        if !calls.isEmpty { commands.post(.watch(calls)) }
    }

    /// A write or a read goes out.
    func asked(now: Timestamp) {
        state.withLock { $0.machine?.asked(now: now) }
    }

    // MARK: The store's thread

    func start(
        machine: WatchMachine,
        roles: [Role],
        deliver: @escaping @Sendable (StoreEvent) -> Void
    ) {
        state.withLock { state in
            state.machine = machine
            state.roles = roles
            state.keys = RoleKeys(roles)
            state.readers = Array(repeating: RecordReader(), count: roles.count)
            state.deliver = deliver
        }
    }

    /// No event is begun to be delivered after this.
    func stop() {
        state.withLock { state in
            state.machine = nil
            state.deliver = nil
            state.outbox = []
        }
    }

    /// Below it the bucket can have no revision, unless it was emptied; 0 for one that others made.
    var floor: UInt64 { state.withLock(\.floor) }

    func setFloor(of bucket: StreamAnswer) {
        let start = bucket.config?.isOurs == true ? bucket.created.flatMap(CreationTime.microseconds) : nil
        state.withLock { $0.floor = start ?? 0 }
    }

    var watchDeadline: Timestamp? { state.withLock { $0.machine?.deadline } }
    var isUp: Bool { state.withLock { $0.isUp } }
    var connectionID: ConnectionID { state.withLock { $0.connectionID } }
    var losses: UInt64 { state.withLock { $0.losses } }

    /// A new connection object counts from now on.
    func adopt(connection: UInt64) {
        state.withLock { $0.connection = connection }
    }

    /// The connection stands, unless it was lost since `losses` was read.
    func connected(_ connection: ConnectionID, losses: UInt64, now: Timestamp) {
        var isNews = false
        change { state in
            guard state.losses == losses else { return }
            let wasUp = state.isUp
            isNews = !wasUp || state.connectionID != connection
            state.isUp = true
            state.connectionID = connection
            // A watch that starts on a standing connection hasn't heard of it yet.
            guard isNews || state.machine?.isDown == true else { return }
            Self.decide(&state, commands: commands) { machine in
                (wasUp ? machine.disconnected() : []) + machine.connected(connection, now: now)
            }
        }
        if isNews { logger.info("connected to \(connection.server) as client \(connection.client)") }
    }

    func written(role: Int, id: UInt64, _ outcome: WriteOutcome, now: Timestamp) {
        change { state in
            guard state.roles.indices.contains(role) else { return }
            switch outcome {
            case .acknowledged, .rejected: state.machine?.answered()
            case .refused, .notSent: break
            }
            state.outbox.append(.written(state.roles[role], id: id, outcome, at: now))
        }
    }

    func read(role: Int, _ entry: StoredEntry?, now: Timestamp) {
        change { state in
            guard state.roles.indices.contains(role) else { return }
            if entry != nil { state.machine?.answered() }
            state.outbox.append(.read(state.roles[role], entry, at: now))
        }
    }

    func sessionWritten(_ id: String, write: UInt64, _ outcome: WriteOutcome, now: Timestamp) {
        change { state in
            guard state.deliver != nil else { return }
            switch outcome {
            case .acknowledged, .rejected: state.machine?.answered()
            case .refused, .notSent: break
            }
            state.outbox.append(.sessionWritten(id: id, write: write, outcome, at: now))
        }
    }

    func sessionRead(_ id: String, _ entry: StoredEntry?, now: Timestamp) {
        change { state in
            guard state.deliver != nil else { return }
            if entry != nil { state.machine?.answered() }
            state.outbox.append(.sessionRead(id: id, entry, at: now))
        }
    }

    func announced(id: UInt64, _ outcome: WriteOutcome, now: Timestamp) {
        change { state in
            guard state.deliver != nil else { return }
            if case .acknowledged = outcome { state.machine?.answered() }
            state.outbox.append(.announced(id: id, outcome, at: now))
        }
    }

    /// Lets the store's thread know of a connection's loss as of an answer to a request.
    func awaitLoss(of connection: ConnectionID, as number: UInt64) {
        state.withLock { $0.awaitedLoss = (connection, number) }
    }

    /// Another connection is lost.
    func lost(_ connection: ConnectionID, now: Timestamp) {
        change { state in
            if let awaited = state.awaitedLoss, awaited.connection == connection {
                responses.post((awaited.number, .payload([])))
                state.awaitedLoss = nil
            }
            guard state.deliver != nil, state.connectionID != connection else { return }
            state.outbox.append(.lost(connection, at: now))
        }
    }

    // MARK: Callbacks of a connection

    func connectionLost(number: UInt64) {
        if connectionClosing(number: number) { logger.warning("connection to NATS lost") }
    }

    /// - Returns: whether it stood.
    @discardableResult
    func connectionClosing(number: UInt64) -> Bool {
        var wasUp = false
        change { state in
            guard state.connection == number else { return }
            wasUp = state.isUp
            state.losses += 1
            state.isUp = false
            Self.decide(&state, commands: commands) { $0.disconnected() }
        }
        return wasUp
    }

    func connectionBack(number: UInt64) {
        commands.post(.reconnected(connection: number))
    }

    func connectionClosed(number: UInt64) {
        commands.post(.closed(connection: number))
    }

    func connectionComplained(_ text: String, droppedMessages: Bool) {
        logger.warning("NATS: \(text)")
        guard droppedMessages else { return }
        decide { $0.doubted(now: .now()) }
    }
}

extension Optional {
    /// Changes the value in place, where there is one.
    fileprivate mutating func modify<T>(_ body: (inout Wrapped) -> T) -> T? {
        guard self != nil else { return nil }
        return body(&self!)
    }
}
