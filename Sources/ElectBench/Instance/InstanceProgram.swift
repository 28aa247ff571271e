import ElectionCore
import Glibc
import Logging
import Measurement
import NATSStore
import UnixSignals

/// One instance: connects, claims its id, and holds elections until a signal stops it.
struct InstanceProgram: Sendable {
    struct Settings: Sendable {
        var roles: [Role]
        var election: ElectionSettings
        var connection: ConnectionSettings
        var bucket: BucketSettings
        var watch: WatchMode
        var statusInterval: Duration
        var writesEvents: Bool
        /// How long the store may leave renewals for more to come.
        var patience: Duration
        /// How often a leader writes to the ledger, role by role; nil: never.
        var ledgerInterval: Duration?
        var sabotage: Sabotage?
    }

    let settings: Settings

    func run() async throws {
        let reporter: any InstanceReporter = settings.writesEvents ? EventReporter(settings) : ConsoleReporter(settings)
        defer { reporter.end() }
        let store = try await connectInTime(reporter)
        for warning in store.warnings { reporter.warn(warning) }
        let beliefs = beliefs(on: store, reporter)
        try addRoles(to: beliefs.manager, reporter)
        let endLedger = ledgerWriter(to: store)?.start(beliefs)
        await hold(beliefs, reporter)
        endLedger?()
        reporter.stopped()
    }

    private func beliefs(on store: NATSStore, _ reporter: any InstanceReporter) -> Beliefs {
        let sabotaged = settings.sabotage.map {
            SabotagedBeliefs($0, roles: settings.roles, settings: settings.election)
        }
        let tapped = TappedStore(
            store: misbehaving(store),
            onChange: { reporter.linkChanged($0) },
            onEntry: { role, entry in
                reporter.learns(role)
                sabotaged?.learned(role, entry)
            }
        )
        let manager = RoleManager(
            settings: settings.election,
            store: tapped,
            onEvent: { role, event in
                sabotaged?.note(role, event)
                reporter.happened(role, event)
            },
            onSession: { reporter.happened(nil, $0) }
        )
        return Beliefs(manager: manager, sabotaged: sabotaged)
    }

    private func misbehaving(_ store: NATSStore) -> any LeaseStore {
        switch settings.sabotage {
        case .noCAS: BlindStore(store: store, settings: settings.election)
        case .slow: SlowStore(store: store, settings: settings.election)
        case .noLeaseCheck, .ignoreDemotion, .lateDemotion, nil: store
        }
    }

    private func ledgerWriter(to store: NATSStore) -> LedgerWriter? {
        guard let interval = settings.ledgerInterval else { return nil }
        let bucket = LedgerWriter.bucket(of: settings.bucket.name)
        let turns = LedgerTurns(roles: settings.roles, interval: interval)
        return LedgerWriter(turns: turns, settings: settings.election) { role, record in
            var record = record
            record.meta?.connection.server = store.serverID
            store.overwrite(record, key: role.name, bucket: bucket)
        }
    }

    /// Where faults fall, a life that follows another may find the servers down on purpose, or not aware yet that the earlier one
    /// is over.
    private func connectInTime(_ reporter: any InstanceReporter) async throws -> NATSStore {
        let mayWait = settings.writesEvents && settings.election.incarnation > 1
        var last: StoreError.Code?
        while true {
            do throws(StoreError) {
                return try await connect()
            } catch {
                guard mayWait, error.mayPass else { throw Failure.of(error) }
                if error.code != last { reporter.warn("\(settings.election.instance) tries again: \(error)") }
                last = error.code
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private func connect() async throws(StoreError) -> NATSStore {
        var bucket = settings.bucket
        bucket.comparesRevisions = settings.sabotage != .noCAS
        let store = try await NATSStore.connect(
            settings.connection,
            bucket: bucket,
            watch: settings.watch,
            detectsLosses: settings.election.detector == .connection,
            patience: settings.patience,
            logger: settings.writesEvents ? .quiet : .console(settings.election.instance.name)
        )
        do throws(StoreError) {
            try await store.claim(id: settings.election.instance, incarnation: settings.election.incarnation)
        } catch {
            await store.close()
            throw error
        }
        return store
    }

    private func addRoles(to manager: RoleManager, _ reporter: any InstanceReporter) throws {
        for role in settings.roles {
            do throws(ElectionError) {
                try manager.add(
                    role,
                    callbacks: RoleCallbacks(
                        onPromote: { reporter.promoted($0) },
                        onDemote: { reporter.demoted(role, $0) }
                    )
                )
            } catch {
                throw Failure.badArgument("\(error)")
            }
        }
    }

    /// Until every role is released.
    private func hold(_ beliefs: Beliefs, _ reporter: any InstanceReporter) async {
        let manager = beliefs.manager
        let endObserving = reporter.observe(beliefs)
        await withDiscardingTaskGroup { group in
            group.addTask { await manager.ledger.track("signals") { await stopOnSignal(manager, reporter) } }
            group.addTask { await manager.ledger.track("start") { await enlistInTime(manager, reporter) } }
            group.addTask { await manager.ledger.track("status") { await reporter.showStatus(of: manager) } }
            // It can't be running already: this is its only call.
            try? await manager.run()
            group.cancelAll()
        }
        if let sabotage = settings.sabotage {
            try? await Task.sleep(for: sabotage.lingering(settings.election.timing))
        }
        endObserving()
    }

    private func stopOnSignal(_ manager: RoleManager, _ reporter: any InstanceReporter) async {
        var isStopping = false
        for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
            // Who asks twice doesn't want to wait for callbacks.
            if isStopping {
                StandardError.line("electbench: killed before its roles were released: their leases run out")
                _exit(105)
            }
            isStopping = true
            reporter.stopping("\(signal)")
            manager.stop()
        }
    }

    /// Under a driver, campaigns begin for all instances at once: when it closes the standard input that they share.
    private func enlistInTime(_ manager: RoleManager, _ reporter: any InstanceReporter) async {
        await manager.untilReady()
        reporter.ready()
        ResidentCode.release()
        guard settings.writesEvents else { return }
        // A thread, which nobody waits for: reading blocks.
        WorkerThread {
            var buffer = [UInt8](repeating: 0, count: 256)
            while read(STDIN_FILENO, &buffer, buffer.count) > 0 {}
            manager.enlist()
        }.detach()
    }
}

extension StoreError {
    /// Whether trying again may help.
    fileprivate var mayPass: Bool {
        [.cannotConnect, .noJetStream, .serverRefused, .idTaken, .timeout].contains(code)
    }
}
