import ElectionCore
import Logging
import NATSStore
import TestSupport
import Testing

/// Everything that needs a real server: one test after the other, for the servers share two cores.
@Suite(.serialized, .timeLimit(.minutes(1)))
enum WithServer {}

extension NATSStore {
    /// A store on a server, in a bucket that is made where it isn't there, and opened at once unless `waits`: the server was
    /// started empty.
    static func connect(
        to url: String,
        bucket: BucketSettings = BucketSettings(leaseTTL: .seconds(30)),
        credentials: ConnectionSettings.Credentials = .none,
        tls: ConnectionSettings.TLS? = nil,
        readyTimeout: Duration = .seconds(10),
        watch: WatchMode = .bucket,
        replaysHistory: Bool = false,
        detectsLosses: Bool = false,
        waits: Bool = false
    ) async throws(StoreError) -> NATSStore {
        var bucket = bucket
        bucket.assumesNoLeases = !waits
        return try await connect(
            ConnectionSettings(urls: [url], credentials: credentials, tls: tls, readyTimeout: readyTimeout),
            bucket: bucket,
            watch: watch,
            replaysHistory: replaysHistory,
            detectsLosses: detectsLosses,
            logger: quiet
        )
    }

    /// Runs the store for as long as `body` takes.
    func running<T>(_ roles: [Role], _ body: (EventRecorder) async throws -> T) async throws -> T {
        let recorder = EventRecorder()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.run(roles: roles) { recorder.record($0) } }
            let value = try await body(recorder)
            group.cancelAll()
            try await group.waitForAll()
            return value
        }
    }

    /// Writes, and waits for the answer.
    func write(
        _ value: StoreWrite.Value,
        id: UInt64,
        expecting revision: UInt64,
        role: Role,
        _ recorder: EventRecorder
    ) async throws -> WriteOutcome {
        write(StoreWrite(id: id, value: value, expectedRevision: revision), role: role)
        return try await recorder.outcome(of: id)
    }
}

let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

extension EventRecorder {
    func outcome(of id: UInt64) async throws -> WriteOutcome {
        try await next("the answer to write \(id)") { event in
            if case .written(_, id, let outcome, _) = event { outcome } else { nil }
        }
    }

    func synced() async throws {
        try await next("synced") { if case .synced = $0 { true } else { nil } }
    }

    @discardableResult
    func connected() async throws -> ConnectionID {
        try await next("connected") { if case .connected(let connection) = $0 { connection } else { nil } }
    }

    func disconnected() async throws {
        try await next("disconnected") { if case .disconnected = $0 { true } else { nil } }
    }

    func observed(_ role: Role) async throws -> StoredEntry {
        try await next("an observation of \(role)") { event in
            if case .observed(role, let entry, _) = event { entry } else { nil }
        }
    }

    func read(_ role: Role) async throws -> StoredEntry? {
        try await next("the answer to a read of \(role)") { event -> StoredEntry?? in
            if case .read(role, let entry, _) = event { .some(entry) } else { nil }
        }
    }
}

extension WriteOutcome {
    /// The revision of a write that was accepted.
    func revision() throws -> UInt64 {
        guard case .acknowledged(let revision) = self else { throw Unexpected(outcome: self) }
        return revision
    }

    struct Unexpected: Error { var outcome: WriteOutcome }
}

func record(_ id: String, token: String = "token") -> LeadershipRecord {
    LeadershipRecord(
        id: id,
        token: token,
        meta: .init(
            incarnation: 1,
            ttl: .seconds(30),
            sent: Timestamp(nanoseconds: 5),
            connection: ConnectionID(server: "s", client: 0)
        )
    )
}
