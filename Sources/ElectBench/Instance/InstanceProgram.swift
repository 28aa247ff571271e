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
    }

    let settings: Settings

    func run() async throws {
        let reporter: any InstanceReporter = settings.writesEvents ? EventReporter(settings) : ConsoleReporter(settings)
        defer { reporter.end() }
        let store = try await connect()
        for warning in store.warnings { reporter.warn(warning) }
        let manager = RoleManager(
            settings: settings.election,
            store: TappedStore(store: store) { reporter.linkChanged($0) },
            onEvent: { reporter.happened($0, $1) }
        )
        try addRoles(to: manager, reporter)
        await hold(manager, reporter)
        reporter.stopped()
    }

    private func connect() async throws -> NATSStore {
        do throws(StoreError) {
            let store = try await NATSStore.connect(
                settings.connection,
                bucket: settings.bucket,
                watch: settings.watch,
                logger: .quiet
            )
            do throws(StoreError) {
                try await store.claim(id: settings.election.instance, incarnation: settings.election.incarnation)
            } catch {
                await store.close()
                throw error
            }
            return store
        } catch {
            throw Failure.of(error)
        }
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
    private func hold(_ manager: RoleManager, _ reporter: any InstanceReporter) async {
        let endObserving = reporter.observe(manager)
        await withDiscardingTaskGroup { group in
            group.addTask { await manager.ledger.track("signals") { await stopOnSignal(manager, reporter) } }
            group.addTask { await manager.ledger.track("start") { await enlistInTime(manager, reporter) } }
            group.addTask { await manager.ledger.track("status") { await reporter.showStatus(of: manager) } }
            // It can't be running already: this is its only call.
            try? await manager.run()
            group.cancelAll()
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
        guard settings.writesEvents else { return }
        // A thread, which nobody waits for: reading blocks.
        WorkerThread {
            var buffer = [UInt8](repeating: 0, count: 256)
            while read(STDIN_FILENO, &buffer, buffer.count) > 0 {}
            manager.enlist()
        }.detach()
    }
}
