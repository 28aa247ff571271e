import Chaos
import ElectionCore
import Measurement
import NATSStore
import Synchronization
import SystemPackage

/// One server of our own through all its lives, on one store and one port: what faults are done to.
final class ServerSlot: FaultTarget {
    private struct State {
        var configuration: ServerConfiguration
        var server: NATSServer?
        var lives: Int64 = 0
        /// Where the present life tells what it counted.
        var monitoringPort: Int?
        /// Signals were sent that end the present life.
        var expectedExits = 0
        /// The run is over: its end is what we want, and no life follows.
        var isRetired = false
        var gone = Latch(isOpen: true)
    }

    let name: String
    private let run: RunInProgress
    private let version: String
    private let state: Mutex<State>

    /// - Parameter configuration: keeps its store; its port may be free to choose for the first life.
    init(_ configuration: ServerConfiguration, version: String, run: RunInProgress) {
        name = configuration.name
        self.version = version
        self.run = run
        state = Mutex(State(configuration: configuration))
    }

    var process: ChildProcess? { state.withLock { $0.server?.process } }
    /// Servers have lives, but no incarnations.
    var incarnation: Int64? { nil }
    /// The present life, counted from 1, with its process; nil between two.
    var life: (number: Int64, pid: Int32)? {
        state.withLock { state in state.server?.pid.map { (state.lives, $0) } }
    }

    /// What a life has counted since its start; nil where it doesn't answer, or another one has begun.
    func traffic(of life: Int64) async -> ServerTraffic? {
        guard let port = state.withLock({ $0.lives == life ? $0.monitoringPort : nil }) else { return nil }
        return await ServerTraffic.ask(port: port)
    }

    func expectExit(of life: ChildProcess) { state.withLock { $0.expectedExits += 1 } }
    func retractExit(of life: ChildProcess) { state.withLock { $0.expectedExits = max(0, $0.expectedExits - 1) } }

    func restart() async throws(ChaosError) {
        await untilGone()
        if state.withLock(\.isRetired) { return }
        do throws(ChaosError) {
            _ = try await start()
        } catch {
            // The run may have ended meanwhile.
            if !state.withLock(\.isRetired) { throw error }
        }
    }

    func untilGone() async { await state.withLock(\.gone).wait() }

    /// Ends the present life in order; no other follows.
    func retire() {
        let server = state.withLock { state in
            state.isRetired = true
            return state.server
        }
        // A server that stands still can't stop.
        server?.process?.send(.resume)
        server?.stop()
    }

    /// Starts a life.
    ///
    /// - Returns: where it accepts connections, once it does.
    /// - Throws: ``ChaosError`` as ``NATSServer/run(onReady:)`` does.
    func start() async throws(ChaosError) -> ServerEndpoint {
        let life = state.withLock { state -> (NATSServer, Latch)? in
            if state.isRetired { return nil }
            let server = NATSServer(state.configuration)
            let gone = Latch()
            state.server = server
            state.lives += 1
            state.monitoringPort = nil
            state.expectedExits = 0
            state.gone = gone
            return (server, gone)
        }
        guard let (server, gone) = life else {
            throw ChaosError(.cancelled, context: "\(name) is not to start again")
        }
        let started = Started()
        run.supervise {
            await self.live(server, started)
            gone.open()
        }
        let endpoint = try await started.value()
        state.withLock { $0.monitoringPort = endpoint.monitoringPort }
        let ready = Timestamp.now()
        let id = await NATSStore.serverID(at: endpoint.url)
        run.history.record(.serverReady, at: ready) { entry in
            entry.instance = name
            entry.pid = endpoint.pid
            entry.server = id
            entry.version = version
        }
        return endpoint
    }

    private func live(_ server: NATSServer, _ started: Started) async {
        var problem: String?
        do throws(ChaosError) {
            let exit = try await server.run { started.finish(.success($0)) }
            if !exit.wasWanted { problem = "\(exit.exit.status): \(exit.lastErrors.joined(separator: " | "))" }
        } catch {
            problem = "\(error)"
            started.finish(.failure(error))
        }
        let (wasExpected, log) = state.withLock { state in
            state.server = nil
            return (state.expectedExits > 0 || state.isRetired, state.configuration.log)
        }
        run.history.record(.serverExited) { entry in
            entry.instance = name
            if !wasExpected { entry.message = problem }
        }
        started.finish(.failure(ChaosError(.serverFailed, context: "\(name) ended before it was ready")))
        if !wasExpected, let problem {
            run.live.end(.failed("\(name) ended by itself with \(problem); its log is \(log)"))
        }
    }
}

/// Whether a life began, told once.
private final class Started: Sendable {
    private let result = Mutex<Result<ServerEndpoint, ChaosError>?>(nil)
    private let isKnown = Latch()

    /// The first word counts.
    func finish(_ result: Result<ServerEndpoint, ChaosError>) {
        self.result.withLock { $0 = $0 ?? result }
        isKnown.open()
    }

    func value() async throws(ChaosError) -> ServerEndpoint {
        await isKnown.wait()
        guard let result = result.withLock(\.self) else { preconditionFailure("known without a result") }
        return try result.get()
    }
}
