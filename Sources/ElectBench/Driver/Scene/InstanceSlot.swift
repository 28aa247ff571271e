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
        /// Signals were sent that end the present incarnation.
        var expectedExits = 0
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
    var incarnation: Int64? { state.withLock(\.incarnation) }

    func expectExit(of life: ChildProcess) { state.withLock { $0.expectedExits += 1 } }

    func retractExit(of life: ChildProcess) {
        let endedByItself = state.withLock { state in
            guard state.process === life || state.process == nil else { return false }
            state.expectedExits = max(0, state.expectedExits - 1)
            return state.process == nil && state.expectedExits == 0 && !state.isRetired
        }
        if endedByItself { fleet.endedByItself(id, status: "a signal that came too late for it") }
    }

    /// Ends the present incarnation in order; no other follows.
    func retire() {
        state.withLock { state in
            state.isRetired = true
        }
        // One that stands still can't stop.
        process?.send(.resume)
        process?.send(.terminate)
    }

    /// Starts the first incarnation.
    ///
    /// - Parameter input: campaigns begin when it ends.
    func start(input: FileDescriptor) { spawn(input: input) }

    /// A life that does not end in order is ended by force: its restart may not wait for ever.
    func restart() async throws(ChaosError) {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.untilGone()
                return true
            }
            group.addTask { await !Injector.sleep(until: .now() + self.fleet.stopTimeout) }
            if await group.next() == false {
                fleet.warn("\(id) did not stop within \(Durations.text(fleet.stopTimeout)) and was killed")
                process?.send(.kill)
            }
            group.cancelAll()
        }
        if Task.isCancelled { return }
        spawn(input: nil)
    }

    func untilGone() async { await state.withLock(\.gone).wait() }

    private func spawn(input: FileDescriptor?) {
        let life: (ChildProcess, Int64, Latch)? = state.withLock { state in
            if state.isRetired { return nil }
            state.incarnation += 1
            state.expectedExits = 0
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
            return state.expectedExits > 0 || state.isRetired
        }
        fleet.exited(id, incarnation: incarnation, status: status, wasExpected: wasExpected)
    }
}
