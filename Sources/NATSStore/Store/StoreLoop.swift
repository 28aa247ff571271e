import ElectionCore
import Logging

/// The store's own thread: everything that calls libnats and might block.
///
/// All of it is confined to that thread.
final class StoreLoop {
    let core: StoreCore
    let settings: ConnectionSettings
    let bucket: BucketSettings
    let mode: WatchMode
    let replaysHistory: Bool
    let detectsLosses: Bool
    let patience: Duration
    var connection: Connection?
    var connectionNumber = noConnection
    /// For answers, and for the servers' reports of lost connections.
    private var subscriptions: [Subscription] = []
    var claim: Claim?
    /// The id that the own presence was last written under.
    var announcedID: String?
    var lastProbe: UInt64 = 0
    var probes: [UInt64: Probe] = [:]
    var roles: [Role] = []
    var roleIndices: [Role: Int] = [:]
    var feeds: [UInt64: [Subscription]] = [:]
    var ended: [CheckedContinuation<Void, Never>] = []
    private var lastRequest: UInt64 = 0
    private var reopening: (at: Timestamp, failures: Int)?
    /// The URL of a server that is left for another one.
    private var avoided: String?
    private var isStopping = false

    init(
        core: StoreCore,
        settings: ConnectionSettings,
        mode: WatchMode,
        replaysHistory: Bool,
        detectsLosses: Bool,
        patience: Duration
    ) {
        self.core = core
        self.settings = settings
        bucket = core.bucket
        self.mode = mode
        self.replaysHistory = replaysHistory
        self.detectsLosses = detectsLosses
        self.patience = patience
    }

    /// Carries out commands until it is told to stop, then frees everything.
    func run() {
        while !isStopping {
            let deadline = [core.watchDeadline, reopening?.at].compactMap(\.self).min()
            for command in core.commands.takeAll(until: deadline) {
                if isStopping { command.abandon() } else { carryOut(command) }
            }
            let now = Timestamp.now()
            if let deadline, deadline <= now { core.decide { $0.tick(now: now) } }
            if let reopening, reopening.at <= now { reopen(failures: reopening.failures) }
        }
        tearDown()
    }

    private func carryOut(_ command: StoreCommand) {
        switch command {
        case .write(let write, let role): self.write(write, role: role)
        case .read(let role): read(role)
        case .writeSession(let write, let id): self.write(write, session: id)
        case .readSession(let id): readSession(id)
        case .announce(let presence, let id): announce(presence, id: id)
        case .probe(let connection, let id, let incarnation): probe(connection, of: id, incarnation: incarnation)
        case .unanswered(let number, let at): unanswered(probe: number, at: at)
        case .watch(let effects): effects.forEach(carryOut)
        case .reconnected(let number):
            guard number == connectionNumber else { return }
            sayConnected()
        case .closed(let number):
            guard number == connectionNumber else { return }
            core.logger.error("the connection was closed for good; connecting anew")
            core.connectionLost(number: number)
            reopening = (.now(), 0)
        case .answerClaim(let reply):
            if let claim { _ = connection?.publish(reply, Array(String(claim.incarnation).utf8), reply: nil) }
        case .start(let roles, let deliver, let continuation):
            start(roles, deliver: deliver, ended: continuation)
        case .claim(let id, let incarnation, let reply):
            reply.resume(returning: Result { () throws(StoreError) in try take(id, incarnation: incarnation) })
        case .deleteBucket(let reply):
            reply.resume(returning: Result { () throws(StoreError) in try deleteBucket() })
        case .version(let reply): reply.resume(returning: serverVersion()?.description)
        case .overwrite(let record, let key, let name): overwrite(record, key: key, bucket: name)
        case .bucketLeader(let timeout, let reply): reply.resume(returning: bucketLeader(timeout: timeout))
        case .acknowledgedWrite(let key, let timeout, let reply):
            reply.resume(returning: acknowledgedWrite(key: key, timeout: timeout))
        case .stop(let continuation):
            if let continuation { ended.append(continuation) }
            isStopping = true
        }
    }

    private func carryOut(_ effect: WatchMachine.Effect) {
        switch effect {
        case .open(let generation): open(generation)
        case .close(let generation):
            connection?.read(generation: nil)
            feeds[generation] = nil
        case .ask(let request, let number):
            if request == .make { core.logger.warning("bucket \(bucket.name) is gone; making it again") }
            let (subject, payload) = message(for: request)
            publish(subject, payload, reply: .bucket(number))
        case .opensLater(let span): logOpening(in: span)
        case .switchServer:
            core.logger.warning("the server answers nothing about bucket \(bucket.name): connecting to another one")
            switchServer()
        case .connected, .disconnected, .observed, .presence, .session, .synced: break
        }
    }

    // MARK: Connecting

    /// Connects and subscribes for answers.
    ///
    /// - Throws: ``StoreError``, as ``Connection/make(_:leaseTTL:context:)``.
    func connect() throws(StoreError) {
        connectionNumber += 1
        core.adopt(connection: connectionNumber)
        let made = try Connection.make(
            settings,
            avoiding: avoided,
            leaseTTL: bucket.leaseTTL,
            context: ConnectionContext(core: core, number: connectionNumber, patience: patience)
        )
        subscriptions = [try made.subscribe(core.inbox.wildcard, context: .init(core: core, purpose: .answers))]
        if detectsLosses {
            subscriptions.append(
                try made.subscribe(DisconnectEvent.subject, context: .init(core: core, purpose: .disconnects))
            )
        }
        connection = made
        avoided = nil
        if let claim { self.claim = try claim.renewed(on: made, core: core) }
        sayConnected()
    }

    /// Says that the connection stands, if it does.
    func sayConnected() {
        // Read first: a loss in between makes the rest stale.
        let losses = core.losses
        guard let connection, connection.isConnected, var id = connection.id else { return }
        if !answersProbes(on: connection) { id.client = 0 }
        core.connected(id, losses: losses, now: .now())
    }

    /// libnats closes a connection for good on some errors, as when it is refused twice; an election never gives up.
    private func reopen(failures: Int) {
        feeds = [:]
        claim?.drop()
        subscriptions = []
        connection = nil
        do throws(StoreError) {
            try connect()
            reopening = nil
        } catch {
            core.logger.error("\(error)")
            let pause = min(Duration.milliseconds(10 << min(failures, 7)), .seconds(1))
            reopening = (.now() + pause, failures + 1)
        }
    }

    /// Gives the connection up for one to another server, if there is one that can be reached.
    ///
    /// Writes in flight are of unknown outcome, as after any lost connection.
    func switchServer() {
        avoided = connection?.url
        core.connectionLost(number: connectionNumber)
        reopen(failures: 0)
    }

    private func start(
        _ roles: [Role],
        deliver: @escaping @Sendable (StoreEvent) -> Void,
        ended continuation: CheckedContinuation<Void, Never>
    ) {
        precondition(self.roles.isEmpty && ended.isEmpty, "run() is called once a store")
        self.roles = roles
        roleIndices = Dictionary(uniqueKeysWithValues: roles.enumerated().map { ($1, $0) })
        ended.append(continuation)
        let machine = WatchMachine(
            roles: roles.count,
            feeds: filters.count,
            silenceLimit: heartbeat * 5 / 2,
            // After a restart a server has thousands of consumers to make for the role mode.
            answerLimit: mode == .bucket ? .milliseconds(500) : .seconds(2),
            switchLimit: settings.urls.count > 1 ? Self.switchLimit : nil,
            opening: BucketOpening(patience: openingPatience)
        )
        if detectsLosses, claim == nil {
            core.logger.warning("no id was claimed: others wait for this instance's lease when its connection is lost")
        }
        core.start(machine: machine, roles: roles, deliver: deliver)
        sayConnected()
    }

    private func tearDown() {
        let left = core.commands.close()
        // A release that was sent just before is not to be lost.
        if core.isUp { connection?.flush(timeout: .milliseconds(500)) }
        // Who leads has to know before the server tells others.
        core.connectionClosing(number: connectionNumber)
        core.stop()
        core.adopt(connection: Self.noConnection)
        feeds = [:]
        claim = nil
        subscriptions = []
        connection = nil
        if !core.contexts.waitForNone(until: .now() + .seconds(5)) {
            core.logger.error("libnats has not let go of its callbacks")
        }
        left.forEach { $0.abandon() }
        ended.forEach { $0.resume() }
    }

    // MARK: Requests

    /// How long a server that stands in no contact with its cluster is borne, where another one is known.
    static let switchLimit = Duration.seconds(2)
    /// The number of no connection that counts.
    static let noConnection: UInt64 = 0

    /// How often a consumer with nothing to send says so.
    var heartbeat: Duration {
        switch mode {
        case .bucket: min(max(bucket.leaseTTL, .milliseconds(500)), .seconds(5))
        // Hundreds of consumers would beat together; the Go library's value.
        case .role: .seconds(5)
        }
    }

    /// - Returns: false where it was not sent.
    @discardableResult
    func publish(_ subject: String, _ payload: [UInt8], reply: Inbox.Answer) -> Bool {
        guard let connection else { return false }
        guard let failure = connection.publish(subject, payload, reply: core.inbox.subject(reply)) else { return true }
        core.logger.debug("\(subject): \(failure.text)")
        return false
    }

    /// Sends a request and waits for its answer, for use before the election runs: writes wait behind it.
    ///
    /// - Returns: nil where none came in time.
    func request(_ subject: String, _ payload: [UInt8], timeout: Duration) -> StoreCore.Response? {
        let number = nextRequest()
        let deadline = Timestamp.now() + timeout
        guard publish(subject, payload, reply: .request(number)) else {
            // Who asks again at once would do nothing else.
            _ = core.responses.takeAll(until: min(deadline, .now() + .milliseconds(5)))
            return nil
        }
        return response(to: number, until: deadline)
    }

    func nextRequest() -> UInt64 {
        lastRequest += 1
        return lastRequest
    }

    /// - Returns: nil where none came in time.
    func response(to number: UInt64, until deadline: Timestamp) -> StoreCore.Response? {
        while Timestamp.now() < deadline {
            for (answered, response) in core.responses.takeAll(until: deadline) where answered == number {
                return response
            }
        }
        return nil
    }

    func serverVersion() -> ServerVersion? {
        guard let url = connection?.url else { return nil }
        return Greeting.version(url: url, timeout: settings.connectTimeout)
    }
}
