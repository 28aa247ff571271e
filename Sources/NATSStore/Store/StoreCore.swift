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

    private let keyPrefixLength: Int

    private struct State {
        var machine: WatchMachine?
        var roles: [Role] = []
        var roleIndices: [String: Int] = [:]
        var deliver: (@Sendable (StoreEvent) -> Void)?
        /// Events that wait for the thread that delivers at the moment.
        var outbox = [StoreEvent]()
        var isDelivering = false
        /// The connection that counts; callbacks of others are late.
        var connection: UInt64 = 0
        /// Rises whenever a connection is lost, so that a late "connected" is seen to be one.
        var losses: UInt64 = 0
        var isUp = false
        var serverID = ""
        var floor: UInt64 = 0
    }

    private let state = Mutex(State())

    init(inbox: Inbox, bucket: BucketSettings, logger: Logger) {
        self.inbox = inbox
        self.bucket = bucket
        keyPrefixLength = bucket.keyPrefix.utf8.count
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

    /// Changes the state, and delivers what came of it.
    private func change(_ body: (inout State) -> Void) {
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

    private static func decide(
        _ state: inout State,
        commands: WaitQueue<StoreCommand>,
        _ input: (inout WatchMachine) -> [WatchMachine.Effect]
    ) {
        guard let effects = state.machine.modify(input), !effects.isEmpty else { return }
        var calls = [WatchMachine.Effect]()
        for effect in effects {
            switch effect {
            case .connected(let server): state.outbox.append(.connected(server: server))
            case .disconnected: state.outbox.append(.disconnected)
            case .observed(let role, let entry, let at):
                state.outbox.append(.observed(state.roles[role], entry, at: at))
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
            state.roleIndices = Dictionary(uniqueKeysWithValues: roles.enumerated().map { ($1.name, $0) })
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
    var serverID: String { state.withLock { $0.serverID } }
    var losses: UInt64 { state.withLock { $0.losses } }

    /// A new connection object counts from now on.
    func adopt(connection: UInt64) {
        state.withLock { $0.connection = connection }
    }

    /// The connection stands, unless it was lost since `losses` was read.
    func connected(server: String, losses: UInt64, now: Timestamp) {
        var isNews = false
        change { state in
            guard state.losses == losses else { return }
            isNews = !state.isUp
            state.isUp = true
            state.serverID = server
            // A watch that starts on a standing connection hasn't heard of it yet.
            guard isNews || state.machine?.isDown == true else { return }
            Self.decide(&state, commands: commands) { $0.connected(server: server, now: now) }
        }
        if isNews { logger.info("connected to \(server)") }
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

    // MARK: Callbacks of a connection

    func connectionLost(number: UInt64) {
        var wasUp = false
        change { state in
            guard state.connection == number else { return }
            wasUp = state.isUp
            state.losses += 1
            state.isUp = false
            Self.decide(&state, commands: commands) { $0.disconnected() }
        }
        if wasUp { logger.warning("connection to NATS lost") }
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

    // MARK: Messages

    func questioned(reply: String) {
        commands.post(.answerClaim(reply: reply))
    }

    func answered(_ message: borrowing ReceivedMessage, now: Timestamp) {
        guard let answer = inbox.answer(message.subject) else {
            logger.warning("a message on an unknown subject of the inbox")
            return
        }
        let payload = message.payload
        let noResponders = payload.isEmpty && message.isNoResponders
        switch answer {
        case .request(let number):
            responses.post((number, noResponders ? .noResponders : .payload(Array(payload))))
        case .bucket(let number):
            bucketAnswered(noResponders ? nil : API.decode(StreamAnswer.self, payload), number: number, now: now)
        case .consumer(let generation, let feed):
            consumerAnswered(payload, noResponders: noResponders, generation: generation, feed: feed, now: now)
        case .write(let role, let id):
            guard !noResponders else {
                written(role: role, id: id, .refused(reason: "no responders: the bucket is gone"), now: now)
                return decide { $0.doubted(now: now) }
            }
            guard let acknowledgement = Acknowledgement(payload) else {
                return logger.error("not an acknowledgement: \(String(decoding: payload, as: UTF8.self))")
            }
            if case .acknowledged(let revision) = acknowledgement.outcome, revision < floor {
                // Nobody may lead by it: the bucket has forgotten leases, and is going to be dropped.
                written(role: role, id: id, .refused(reason: "the bucket was emptied"), now: now)
                return decide { $0.doubted(now: now) }
            }
            written(role: role, id: id, acknowledgement.outcome, now: now)
        case .read(let role):
            let answer = noResponders ? nil : API.decode(MessageAnswer.self, payload)
            read(role: role, answer?.entry, now: now)
            if noResponders || answer?.error?.errorCode == JetStreamError.streamNotFound {
                decide { $0.doubted(now: now) }
            }
        }
    }

    private func bucketAnswered(_ answer: StreamAnswer?, number: UInt64, now: Timestamp) {
        let found = answer.flatMap { BucketFound($0, bucket) }
        // One that somebody else has made or opened is as good.
        let isDone = answer.map { $0.error.map { JetStreamError.doneByOthers.contains($0.errorCode ?? 0) } ?? true }
        if isDone == false, found == nil, let error = answer?.error {
            logger.warning("bucket \(bucket.name): \(error.text)")
        }
        if found == .open, let answer { setFloor(of: answer) }
        decide { machine in
            machine.bucketFound(found, number: number, now: now)
                + machine.bucketAnswered(isDone ?? false, number: number, now: now)
        }
    }

    private func consumerAnswered(
        _ payload: UnsafeRawBufferPointer,
        noResponders: Bool,
        generation: UInt64,
        feed: Int,
        now: Timestamp
    ) {
        guard !noResponders, let answer = API.decode(ConsumerAnswer.self, payload) else {
            return decide { $0.consumerFailed(generation: generation, feed: feed, now: now) }
        }
        if let error = answer.error {
            logger.warning("no watch on the bucket: \(error.text)")
            return decide { $0.consumerFailed(generation: generation, feed: feed, now: now) }
        }
        decide {
            $0.consumerMade(generation: generation, feed: feed, snapshotEnd: answer.snapshotEnd, now: now)
        }
    }

    func watched(_ message: borrowing ReceivedMessage, generation: UInt64, feed: Int, now: Timestamp) {
        guard let reply = message.reply else {
            // A status: an idle heartbeat says how far the consumer is.
            guard let last = message.header(Header.lastConsumerSequence).flatMap({ UInt64($0) }) else { return }
            return decide { $0.heartbeat(generation: generation, feed: feed, lastSequence: last, now: now) }
        }
        guard let delivery = DeliverySubject(reply) else {
            return logger.error("not a delivery of JetStream's: \(String(decoding: reply, as: UTF8.self))")
        }
        let subject = message.subject
        let payload = message.payload
        let key = subject.count > keyPrefixLength ? subject[keyPrefixLength...] : subject[..<0]
        let entry: StoredEntry
        if !payload.isEmpty {
            entry = StoredEntry(value: payload, revision: delivery.streamSequence)
        } else if message.isMarker {
            entry = .marker(revision: delivery.streamSequence)
        } else {
            entry = .unreadable(revision: delivery.streamSequence)
        }
        change { state in
            let role = state.roleIndices[String(decoding: key, as: UTF8.self)]
            Self.decide(&state, commands: commands) {
                $0.received(
                    generation: generation,
                    feed: feed,
                    sequence: delivery.consumerSequence,
                    pending: delivery.pending,
                    role: role,
                    entry,
                    now: now
                )
            }
        }
    }
}

extension ReceivedMessage {
    /// Whether an empty message says that its key was deleted.
    var isMarker: Bool {
        if let operation = header(Header.operation) { return Header.marksDeletion(operation: operation) }
        return header(Header.markerReason) != nil
    }
}

extension Optional {
    /// Changes the value in place, where there is one.
    fileprivate mutating func modify<T>(_ body: (inout Wrapped) -> T) -> T? {
        guard self != nil else { return nil }
        return body(&self!)
    }
}
