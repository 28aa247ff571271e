import Chaos
import ElectionCore
import Glibc
import Logging
import Measurement
import NATSStore
import Synchronization
import SystemPackage
import UnixSignals

/// One run, from the first server to the last instance's end.
final class RunInProgress: Sendable {
    let plan: RunPlan
    let folder: RunFolder
    let history: HistoryLog
    let live: LiveState
    let printer: ProgressPrinter
    private let temporary = Mutex<TemporaryFolder?>(nil)
    private let jobs = AsyncStream.makeStream(of: (@Sendable () async -> Void).self)

    init(plan: RunPlan, folder: RunFolder, history: HistoryLog, live: LiveState, printer: ProgressPrinter) {
        self.plan = plan
        self.folder = folder
        self.history = history
        self.live = live
        self.printer = printer
    }

    func warn(_ message: String) {
        history.record(.warning) { $0.message = message }
        printer.log("warning: \(message)")
    }

    /// Writes `run.json`; offsets in the reports count from `started`.
    func describe(started: Timestamp, version: String?) throws {
        let description = RunDescription(
            runID: folder.id,
            name: plan.name,
            seed: plan.seed,
            startedAtNs: Host.wallClockNs() - (Timestamp.now() - started).nanoseconds,
            started: started,
            version: ElectBench.version,
            command: ["electbench"] + RunPlan.withoutSecrets(Array(CommandLine.arguments.dropFirst())),
            repeatCommand: plan.repeatCommand,
            settings: plan.settings,
            serverVersions: version.map { [$0] } ?? [],
            kernel: Host.kernel(),
            cores: Host.cores(),
            memoryKb: Host.memoryKb()
        )
        try folder.write(description)
    }

    /// - Parameter executable: the server to start; nil where the user gave one.
    func carryOut(_ executable: FilePath?) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watchSignals() }
            group.addTask { await self.probeLateness() }
            group.addTask { await self.printer.run() }
            group.addTask {
                await self.conduct(executable)
                self.jobs.continuation.finish()
            }
            for await job in jobs.stream { group.addTask { await job() } }
            group.cancelAll()
        }
    }

    func supervise(_ job: @escaping @Sendable () async -> Void) { jobs.continuation.yield(job) }

    func enter(_ phase: String) {
        live.enter(phase)
        history.record(.phase) { $0.name = phase }
    }

    private func conduct(_ executable: FilePath?) async {
        do {
            guard let executable else {
                return try await withStore(urls: plan.userServer ?? [], server: nil)
            }
            let temporary = try TemporaryFolder.make()
            self.temporary.withLock { $0 = temporary }
            defer { temporary.remove() }
            let configuration = ServerConfiguration(
                name: "server-1",
                executable: executable,
                port: plan.serverPort,
                temporaryFolder: temporary.path,
                log: folder.logs.appending("server-1.log"),
                launcher: Fleet.ownBinary
            )
            try await NATSServer.withServer(configuration) { server, endpoint in
                try await self.withStore(urls: [endpoint.url], server: endpoint)
            }
            history.record(.serverExited) { $0.instance = "server-1" }
        } catch let failure as Failure {
            live.end(.failed(failure.line))
        } catch let error as ChaosError where error.code == .serverFailed {
            history.record(.serverExited) { entry in
                entry.instance = "server-1"
                entry.message = "\(error)"
            }
            live.end(.failed("\(error); its log is in \(folder.logs)"))
        } catch {
            live.end(.failed("\(error)"))
        }
    }

    private func withStore(urls: [String], server: ServerEndpoint?) async throws {
        let connection = try plan.store.connection(urls: urls, name: "electbench observer")
        let store: NATSStore
        do throws(StoreError) {
            store = try await NATSStore.connect(
                connection,
                bucket: plan.election.bucketSettings,
                logger: .silent
            )
        } catch {
            throw Failure.of(error)
        }
        for warning in store.warnings { warn(warning) }
        let version = await store.serverVersion()
        history.record(.serverReady) { entry in
            entry.instance = "server-1"
            entry.pid = server?.pid
            entry.server = store.serverID
            entry.version = version
        }
        supervise { await self.sampleProcesses(serverPID: server?.pid) }
        let observer = Observer(store: store, history: history)
        let ended = Latch()
        supervise {
            await observer.run(self.plan.roles)
            ended.open()
        }
        do {
            try await carryOut(RunPhases(run: self, urls: urls, version: version), observer, ownsServer: server != nil)
        } catch {
            await close(store, ended)
            throw error
        }
        await close(store, ended)
    }

    private func carryOut(_ phases: RunPhases, _ observer: Observer, ownsServer: Bool) async throws {
        await observer.untilSynced()
        if !ownsServer, let taken = observer.leaders.sorted(by: { $0.key < $1.key }).first {
            throw Failure.notCarriedOut(
                "bucket \(plan.election.bucket) is in use: \(taken.value) leads \(taken.key); give another --bucket"
            )
        }
        try await phases.carryOut()
    }

    /// Before the server ends: its end is then nobody's lost connection.
    private func close(_ store: NATSStore, _ observerEnded: Latch) async {
        await store.close()
        await observerEnded.wait()
    }

    // MARK: What goes on beside the phases

    private static let sameSignal = Duration.milliseconds(5)

    private func watchSignals() async {
        var first: Timestamp?
        for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
            // `timeout` and some shells send one signal twice at once.
            if let first, Timestamp.now() - first < Self.sameSignal { continue }
            first = first ?? .now()
            if live.now.ending != nil {
                // The children die with us; what they wrote is on disk up to now.
                temporary.withLock(\.self)?.remove()
                StandardError.line("electbench: killed; \(folder.path) holds what was written until now")
                _exit(105)
            }
            history.record(.interrupted) { $0.reason = "\(signal)" }
            live.end(.interrupted(signal: "\(signal)"))
            supervise { [printer] in
                // Who answers this line doesn't come too early for it.
                _ = await Injector.sleep(until: .now() + Self.sameSignal)
                printer.log("\(signal): ending the run in order; once more kills it at once")
            }
        }
    }

    private func probeLateness() async {
        let probe = LatenessProbe { [history] woke, lateness in
            history.record(.late, at: woke) { $0.lateNs = lateness.nanoseconds }
        }
        do throws(ChaosError) {
            try await probe.run()
        } catch {
            warn("the driver's lateness is not measured: \(error)")
        }
    }

    /// - Parameter serverPID: nil where the server is not ours.
    private func sampleProcesses(serverPID: Int32?) async {
        let servers = serverPID.map { [("server-1", ProcessSampler(pid: $0))] } ?? []
        let sampled = servers + [("driver", ProcessSampler())]
        while await Injector.sleep(until: .now() + .seconds(1)) {
            for (source, sampler) in sampled {
                guard let cost = sampler.sample() else { continue }
                var entry = HistoryEntry(.sample, at: .now(), source: source, incarnation: 1)
                entry.threads = cost.threads
                entry.residentKb = cost.residentKb
                entry.privateKb = cost.privateKb
                entry.cpuMs = cost.cpuMs
                entry.descriptors = cost.descriptors
                history.append(entry)
            }
        }
    }
}
