import Chaos
import ElectionCore
import Glibc
import Measurement
import SystemPackage

/// The phases of a run, one after the other.
struct RunPhases: Sendable {
    let run: RunInProgress
    let scene: RunScene
    let slots: [InstanceSlot]
    let version: String?
    let observer: Observer

    private var plan: RunPlan { run.plan }
    /// So many start at the same time. Where hundreds did, each took so long that the server took it for dead before it had said a word.
    private static let startsAtOnce = 20

    func carryOut() async throws {
        do {
            try await start()
            try await inject()
        } catch {
            await stop()
            throw error
        }
        await stop()
    }

    private func start() async throws {
        run.enter("instances")
        let gate = try Gate.make()
        let count = slots.count
        let deadline = Timestamp.now() + plan.startTimeout
        for (started, slot) in slots.enumerated() {
            let hasRoom = await run.live.wait(upTo: deadline - .now(), every: .milliseconds(3)) {
                started - $0.ready.count < Self.startsAtOnce
            }
            guard hasRoom else { break }
            slot.start(input: gate.reading)
        }
        let watching = await run.live.wait(upTo: deadline - .now(), every: .milliseconds(3)) { $0.ready.count == count }
        run.enter("roles")
        // Now, all at once, they may campaign.
        gate.open()
        guard watching else {
            let missing = absent(run.live.now)
            return try giveUp("\(missing.count) of \(count) instances do not watch the bucket", missing)
        }
        let roles = plan.roles.count
        guard
            await run.live.wait(upTo: plan.startTimeout, every: .milliseconds(3), until: { $0.leaders.count == roles })
        else {
            let missing = leaderless(run.live.now)
            return try giveUp("\(missing.count) of \(roles) roles have no leader", missing)
        }
        run.enter("warm_up")
        _ = await run.live.wait(upTo: plan.warmUp) { _ in false }
    }

    private func leaderless(_ facts: LiveState.Facts) -> Set<String> {
        Set(plan.roles.map(\.name)).subtracting(facts.leaders.keys)
    }

    private func absent(_ facts: LiveState.Facts) -> Set<String> { Set(plan.instances).subtracting(facts.ready) }

    /// - Throws: ``Failure``, unless something else has ended the run already.
    private func giveUp(_ what: String, _ which: Set<String>) throws {
        if run.live.now.ending != nil { return }
        let named = which.sorted().prefix(5).joined(separator: ", ") + (which.count > 5 ? ", …" : "")
        throw Failure.notCarriedOut(
            "\(what) after \(Durations.text(plan.startTimeout)): \(named); see \(run.folder.logs) for why"
        )
    }

    private func inject() async throws {
        if run.live.now.ending != nil { return }
        let start = Timestamp.now()
        try run.describe(started: start, version: version)
        run.history.record(.runStarted, at: start)
        run.enter("faults")
        run.printer.faultsEnd(at: start + plan.duration)
        let watch = plan.abortsOnFail ? FailureWatch(GrowingRun(folder: run.folder.path)) : nil
        watch?.start { [run] in run.abort($0) }
        defer { watch?.stop() }
        let injector = Injector(
            history: run.history,
            live: run.live,
            scene: scene
        )
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await injector.carryOut(plan.schedule, from: start, supervise: run.supervise) }
            _ = await run.live.wait(upTo: start + plan.duration - .now()) { _ in false }
            // The last fault may be due in this very moment: only an early end leaves faults out.
            if run.live.now.ending != nil { group.cancelAll() }
        }
        if run.live.now.ending != nil { return }
        run.enter("settle")
        let (roles, count) = (plan.roles.count, slots.count)
        let settled = await run.live.wait(upTo: plan.settleTimeout + plan.longestFault) {
            $0.unhealed == 0 && $0.ready.count == count && $0.leaders.count == roles
        }
        // What the instances say of the last fault is still to be confirmed by what the store shows.
        if settled { _ = await run.live.wait(upTo: plan.settleTimeout) { _ in observer.isWatching } }
        if !settled && run.live.now.ending == nil {
            let facts = run.live.now
            let (roles, instances) = (leaderless(facts), absent(facts))
            let missing = (roles.sorted() + instances.sorted()).prefix(5).joined(separator: ", ")
            run.warn(
                "at the end \(roles.count) roles had no leader and \(instances.count) instances were not up: \(missing)"
            )
        }
    }

    private func stop() async {
        run.enter("stop")
        // What still stands still or is cut off when the run ends early couldn't release its roles.
        await scene.letPass(slots.map(\.id))
        for slot in slots { slot.retire() }
        let ended = Latch()
        run.supervise {
            for slot in slots { await slot.untilGone() }
            ended.open()
        }
        run.supervise {
            guard await Injector.sleep(until: .now() + plan.stopTimeout) else { return }
            for slot in slots where slot.process != nil {
                run.warn("\(slot.id) did not stop in order and was killed")
                slot.process?.send(.kill)
            }
        }
        await ended.wait()
    }
}

/// A pipe that all instances read from: its end tells them to begin.
struct Gate: Sendable {
    let reading: FileDescriptor
    private let writing: FileDescriptor

    static func make() throws -> Gate {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) else {
            throw Failure.notCarriedOut("no pipe could be made: \(String(cString: strerror(errno)))")
        }
        return Gate(reading: FileDescriptor(rawValue: ends[0]), writing: FileDescriptor(rawValue: ends[1]))
    }

    func open() {
        try? writing.close()
        try? reading.close()
    }
}
