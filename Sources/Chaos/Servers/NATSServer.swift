import Synchronization
import SystemPackage

/// One life of a nats-server of our own, with JetStream on a store that lasts as long as its configuration says.
package final class NATSServer: Sendable {
    /// idle → starting → ready → stopping → gone; starting → stopping; starting | ready → gone.
    private enum Phase {
        case idle
        case starting(ChildProcess)
        case ready(ChildProcess)
        case stopping(ChildProcess)
        case gone(pid: Int32?)
    }

    /// What the tasks of ``run(onReady:)`` end with.
    private enum Event {
        case exited(Result<ChildExit, ChaosError>)
        case startWatched
        case startTimedOut
        case graceOver
    }

    package let configuration: ServerConfiguration
    private let phase = Mutex(Phase.idle)
    /// The grace of each ``stop(grace:)``.
    private let stops = AsyncStream.makeStream(of: Duration.self)

    package init(_ configuration: ServerConfiguration) {
        self.configuration = configuration
    }

    /// The server's process, for faults; nil before its start and after its end.
    package var process: ChildProcess? {
        phase.withLock { phase in
            switch phase {
            case .idle, .gone: nil
            case .starting(let child), .ready(let child), .stopping(let child): child
            }
        }
    }

    /// The server's process id from its start on, for a ``ProcessSampler``; nil before.
    package var pid: Int32? {
        phase.withLock { phase in
            switch phase {
            case .idle: nil
            case .starting(let child), .ready(let child), .stopping(let child): child.pid
            case .gone(let pid): pid
            }
        }
    }

    /// Starts the server, runs it until it is gone, and removes its store unless that is to be kept. To be called once.
    ///
    /// Cancelling the task kills it.
    ///
    /// - Parameter onReady: called once it accepts connections; JetStream may need a little longer, so ask it.
    /// - Returns: how it ended, also where nobody wanted it to.
    /// - Throws: ``ChaosError`` with code `portTaken` or `serverFailed` where it exited before it was ready, `serverNotReady`
    ///   where it was killed for not becoming ready in time, `fileFailed`, or a code of ``ChildProcess/run(onStart:onLine:)``.
    package func run(
        onReady: @escaping @Sendable (ServerEndpoint) -> Void
    ) async throws(ChaosError) -> ServerExit {
        let child = ChildProcess(configuration.child)
        try begin(child)
        defer {
            phase.withLock { $0 = .gone(pid: child.pid) }
            removeFiles(of: child)
        }
        try SystemFile.makeFolder(configuration.folder)
        try SystemFile.makeFolder(configuration.log.removingLastComponent())
        try SystemFile.write(configuration.text, to: configuration.file)
        let log = ServerLog(configuration.log)
        let (result, isLate) = await life(of: child, onReady: onReady)
        return try judge(result, isLate: isLate, log: log)
    }

    /// Stops the server in order: SIGTERM, then SIGKILL if it still runs after `grace`. Doesn't wait: ``run(onReady:)`` returns
    /// when the server is gone.
    ///
    /// - Returns: the SIGTERM's instants.
    @discardableResult
    package func stop(grace: Duration = .seconds(5)) -> SignalDelivery {
        let child = phase.withLock { phase -> ChildProcess? in
            switch phase {
            case .starting(let child), .ready(let child), .stopping(let child):
                phase = .stopping(child)
                return child
            case .idle, .gone:
                return nil
            }
        }
        guard let child else { return .toNobody() }
        let delivery = child.send(.terminate)
        stops.continuation.yield(grace)
        return delivery
    }

    private func removeFiles(of child: ChildProcess) {
        guard configuration.keepsStore else { return SystemFile.remove(configuration.folder) }
        // A later life may get the same pid, and must not take this one's word for its own.
        if let pid = child.pid { SystemFile.remove(configuration.portsFile(pid: pid)) }
    }

    private func begin(_ child: ChildProcess) throws(ChaosError) {
        let mayRun = phase.withLock { phase in
            guard case .idle = phase else { return false }
            phase = .starting(child)
            return true
        }
        guard mayRun else {
            throw ChaosError(.alreadyRun, context: "\(configuration.name) was already run by this handle")
        }
    }

    private func life(
        of child: ChildProcess,
        onReady: @escaping @Sendable (ServerEndpoint) -> Void
    ) async -> (Result<ChildExit, ChaosError>, isLate: Bool) {
        await withTaskGroup(of: Event.self) { group in
            group.addTask { .exited(await self.runChild(child)) }
            group.addTask { await self.watchStart(of: child, onReady: onReady) }
            group.addTask { await self.watchStops() }
            var result = Result<ChildExit, ChaosError>.failure(
                ChaosError(.cancelled, context: "the server was not started")
            )
            var isLate = false
            for await event in group {
                switch event {
                case .exited(let exit): result = exit
                case .startTimedOut: isLate = true
                case .graceOver: break
                case .startWatched: continue
                }
                // Ends the other tasks, and so kills the child, also where it is about to be spawned.
                group.cancelAll()
            }
            return (result, isLate)
        }
    }

    private func runChild(_ child: ChildProcess) async -> Result<ChildExit, ChaosError> {
        do throws(ChaosError) {
            // Who stopped the server before it was spawned found nobody to signal.
            return .success(
                try await child.run(
                    onStart: { _ in if self.isStopping { child.send(.terminate) } },
                    onLine: { _ in }
                )
            )
        } catch {
            return .failure(error)
        }
    }

    /// Until the server has written which port it got, and accepts connections there.
    private func watchStart(of child: ChildProcess, onReady: (ServerEndpoint) -> Void) async -> Event {
        let clock = ContinuousClock()
        let deadline = clock.now + configuration.startTimeout
        while clock.now < deadline {
            if let endpoint = endpoint(of: child) {
                if becomeReady(child) { onReady(endpoint) }
                return .startWatched
            }
            do { try await clock.sleep(for: .milliseconds(3)) } catch { return .startWatched }
        }
        return isStopping ? .startWatched : .startTimedOut
    }

    private func endpoint(of child: ChildProcess) -> ServerEndpoint? {
        guard let pid = child.pid, let ports = SystemFile.text(configuration.portsFile(pid: pid)),
            let port = ServerEndpoint.clientPort(inPortsFile: ports), ServerEndpoint.accepts(port: port)
        else { return nil }
        let monitoringPort = ServerEndpoint.monitoringPort(inPortsFile: ports)
        return ServerEndpoint(host: "127.0.0.1", port: port, pid: pid, monitoringPort: monitoringPort)
    }

    /// Until the server was told to stop and the grace that it was given is over.
    private func watchStops() async -> Event {
        for await grace in stops.stream {
            try? await Task.sleep(for: grace)
            break
        }
        return .graceOver
    }

    private func becomeReady(_ child: ChildProcess) -> Bool {
        phase.withLock { phase in
            guard case .starting = phase else { return false }
            phase = .ready(child)
            return true
        }
    }

    var isStopping: Bool {
        phase.withLock { if case .stopping = $0 { true } else { false } }
    }

    var isStarting: Bool {
        phase.withLock { if case .starting = $0 { true } else { false } }
    }
}
