import Chaos
import ElectionCore
import Measurement
import Synchronization
import SystemPackage

/// One instance of the run through all its incarnations: what faults are done to.
final class InstanceSlot: FaultTarget {
    private struct State {
        var process: ChildProcess?
        var incarnation: Int64 = 0
        /// A signal was sent that ends it.
        var mayExit = false
        /// The run is over: no incarnation follows.
        var isRetired = false
        var gone = Latch(isOpen: true)
    }

    let id: String
    private let fleet: Fleet
    private let state = Mutex(State())

    init(id: String, fleet: Fleet) {
        self.id = id
        self.fleet = fleet
    }

    var process: ChildProcess? { state.withLock(\.process) }
    var incarnation: Int64 { state.withLock(\.incarnation) }

    /// Whether the end of the present incarnation is what somebody wanted.
    func expectExit(_ isExpected: Bool = true) { state.withLock { $0.mayExit = isExpected } }

    /// Ends the present incarnation in order; no other follows.
    func retire() {
        state.withLock { state in
            state.isRetired = true
            state.mayExit = true
        }
        process?.send(.terminate)
    }

    /// Starts the first incarnation.
    ///
    /// - Parameter input: campaigns begin when it ends.
    func start(input: FileDescriptor) { spawn(input: input) }

    func restart() async throws(ChaosError) {
        await untilGone()
        spawn(input: nil)
    }

    func untilGone() async { await state.withLock(\.gone).wait() }

    private func spawn(input: FileDescriptor?) {
        let life: (ChildProcess, Int64, Latch)? = state.withLock { state in
            if state.isRetired { return nil }
            state.incarnation += 1
            state.mayExit = false
            state.gone = Latch()
            let process = ChildProcess(fleet.configuration(of: id, incarnation: state.incarnation, input: input))
            state.process = process
            return (process, state.incarnation, state.gone)
        }
        guard let (process, incarnation, gone) = life else { return }
        fleet.supervise {
            await self.live(process, incarnation)
            gone.open()
        }
    }

    private func live(_ process: ChildProcess, _ incarnation: Int64) async {
        let status: String
        do throws(ChaosError) {
            let exit = try await process.run { pid in
                self.fleet.spawned(self.id, incarnation: incarnation, pid: pid)
                // Who retired it before it was spawned found nobody to signal.
                if self.state.withLock(\.isRetired) { process.send(.terminate) }
            } onLine: { line in
                self.fleet.received(line)
            }
            status = exit.status.description
        } catch {
            status = "\(error)"
        }
        let wasExpected = state.withLock { state in
            state.process = nil
            return state.mayExit
        }
        fleet.exited(id, incarnation: incarnation, status: status, wasExpected: wasExpected)
    }
}

/// Opens once; who waits goes on then.
final class Latch: Sendable {
    private enum State {
        case open
        case closed([CheckedContinuation<Void, Never>])
    }

    private let state: Mutex<State>

    init(isOpen: Bool = false) {
        state = Mutex(isOpen ? .open : .closed([]))
    }

    func open() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            defer { state = .open }
            if case .closed(let waiting) = state { return waiting }
            return []
        }
        waiting.forEach { $0.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                guard case .closed(let waiting) = state else { return true }
                state = .closed(waiting + [continuation])
                return false
            }
            if isOpen { continuation.resume() }
        }
    }
}
