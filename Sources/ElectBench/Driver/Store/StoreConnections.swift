import ElectionCore
import NATSStore

/// The driver's own connections to the store; none goes through a link.
struct StoreConnections: Sendable {
    let observer: Observer
    let probe: StoreProbe
    /// Nil in a run without a ledger.
    let ledger: LedgerReader?
    /// For round trips before the instances start.
    let measuring: NATSStore
    /// The server that the observer is connected to.
    let serverID: String
    /// The server's; nil where it does not tell.
    let version: String?
    let warnings: [String]

    /// - Parameter isOwn: the servers were just started and are empty, so nobody holds a lease of an earlier bucket.
    /// - Throws: ``Failure``.
    static func make(plan: RunPlan, urls: [String], history: HistoryLog, isOwn: Bool) async throws -> StoreConnections {
        var bucket = plan.election.bucketSettings
        bucket.assumesNoLeases = isOwn
        func settings(_ urls: [String], _ name: String) throws -> ConnectionSettings {
            try plan.store.connection(urls: urls, name: "electbench \(name)")
        }
        var observing: [NATSStore] = []
        for url in urls {
            observing.append(try await connect(try settings([url], "observer"), bucket, replaysHistory: true))
        }
        let version = await observing[0].serverVersion()
        var probing: [NATSStore] = []
        for url in urls { probing.append(try await connect(try settings([url], "probe"), bucket)) }
        var ledger: LedgerReader?
        if plan.ledgerInterval != nil {
            var bucket = plan.ledgerBucket
            bucket.assumesNoLeases = true
            if !isOwn { try await drop(bucket, try settings(urls, "ledger")) }
            ledger = LedgerReader(
                store: try await connect(try settings(urls, "ledger"), bucket, replaysHistory: true),
                history: history
            )
        }
        return StoreConnections(
            observer: Observer(stores: observing, history: history),
            probe: StoreProbe(stores: probing, history: history),
            ledger: ledger,
            measuring: probing[0],
            serverID: observing[0].serverID,
            version: version,
            warnings: observing[0].warnings
        )
    }

    /// An earlier run's ledger would be taken for this one's.
    private static func drop(_ bucket: BucketSettings, _ connection: ConnectionSettings) async throws {
        let store = try await connect(connection, bucket)
        do throws(StoreError) {
            try await store.deleteBucket()
        } catch {
            await store.close()
            throw Failure.of(error)
        }
        await store.close()
    }

    static func connect(
        _ connection: ConnectionSettings,
        _ bucket: BucketSettings,
        replaysHistory: Bool = false
    ) async throws -> NATSStore {
        do throws(StoreError) {
            return try await NATSStore.connect(
                connection,
                bucket: bucket,
                replaysHistory: replaysHistory,
                logger: .silent
            )
        } catch {
            throw Failure.of(error)
        }
    }

    /// - Parameter supervise: runs a job for as long as the run lasts.
    func start(roles: [Role], _ supervise: (@escaping @Sendable () async -> Void) -> Void) {
        supervise { await observer.run(roles) }
        supervise { await ledger?.run(roles) }
        supervise { await probe.run() }
    }

    func close() async {
        await observer.close()
        await ledger?.close()
        await probe.close()
    }
}
