import Chaos
import ElectionCore
import Measurement

/// Carries the schedule out: each fault at its instant, undone after its duration.
struct Injector: Sendable {
    let history: HistoryLog
    let live: LiveState
    let scene: RunScene

    /// - Parameters:
    ///   - start: where the schedule's offsets count from.
    ///   - supervise: runs what comes after the fault for as long as the run lasts, so that it can outlast the schedule.
    /// - Returns: when every fault was injected, or its task was cancelled.
    func carryOut(
        _ schedule: FaultSchedule,
        from start: Timestamp,
        supervise: @escaping @Sendable (@escaping @Sendable () async -> Void) -> Void
    ) async {
        for scheduled in schedule.faults {
            let due = start + scheduled.offset
            guard await Self.sleep(until: due) else { return }
            let over = begin(scheduled)
            supervise {
                await carryOut(scheduled, due: due)
                over()
            }
        }
    }

    /// - Returns: to be called when it is undone.
    private func begin(_ scheduled: ScheduledFault) -> @Sendable () -> Void {
        let healed = live.faultBegins()
        guard scheduled.kind.target == .server else { return healed }
        let over = scene.probe.faultBegins()
        return {
            over()
            healed()
        }
    }

    private func carryOut(_ scheduled: ScheduledFault, due: Timestamp) async {
        let fault = scheduled.kind.fault
        if let reason = fault.unavailableReason(in: scene) {
            return skip(scheduled, due: due, reason)
        }
        let injections = await fault.inject(scheduled, in: scene)
        let done = injections.filter { $0.delivery.outcome == .sent }
        for injection in injections where injection.delivery.outcome != .sent {
            record(.faultSkipped, scheduled, injection, at: injection.delivery.before) { entry in
                entry.dueNs = due.nanoseconds
                entry.reason = "it was not running"
            }
        }
        if injections.isEmpty { skip(scheduled, due: due, "there was nobody to hit") }
        if done.isEmpty { return }
        for injection in done {
            record(.fault, scheduled, injection, at: injection.delivery.before) { entry in
                entry.dueNs = due.nanoseconds
                entry.durationNs = scheduled.duration.nanoseconds
                entry.detail = scheduled.impairment?.description
            }
            record(.faultApplied, scheduled, injection, at: injection.delivery.after)
        }
        // Whom it only disturbs may well keep its roles.
        let victims = scheduled.kind.target == .instance && scheduled.kind.takesDown ? done.map(\.victim) : []
        live.faultApplied(to: victims, at: done[0].delivery.before)
        await heal(scheduled, fault, done, at: due + scheduled.duration)
    }

    private func heal(_ scheduled: ScheduledFault, _ fault: any Fault, _ done: [Injection], at instant: Timestamp) async
    {
        guard await Self.sleep(until: instant) else { return }
        do throws(ChaosError) {
            try await fault.heal(scheduled, done, in: scene)
            for injection in done {
                let slot = scene.instance(injection.victim)
                record(.faultEnded, scheduled, injection, at: .now()) { $0.instanceIncarnation = slot?.incarnation }
            }
        } catch {
            let victims = done.map(\.victim).joined(separator: ", ")
            live.end(.failed("\(scheduled.kind.rawValue) of \(victims) could not be undone: \(error)"))
        }
    }

    private func skip(_ scheduled: ScheduledFault, due: Timestamp, _ reason: String) {
        history.record(.faultSkipped) { entry in
            entry.faultId = scheduled.id
            entry.fault = scheduled.kind.rawValue
            entry.target = scheduled.kind.target.rawValue
            entry.instance = scheduled.victims.isEmpty ? nil : scheduled.victims.joined(separator: ";")
            entry.dueNs = due.nanoseconds
            entry.reason = reason
        }
    }

    private func record(
        _ event: HistoryEvent,
        _ scheduled: ScheduledFault,
        _ injection: Injection,
        at instant: Timestamp,
        _ fill: (inout HistoryEntry) -> Void = { _ in }
    ) {
        history.record(event, at: instant) { entry in
            entry.faultId = scheduled.id
            entry.fault = scheduled.kind.rawValue
            entry.target = scheduled.kind.target.rawValue
            entry.instance = injection.victim
            entry.instanceIncarnation = injection.incarnation
            fill(&entry)
        }
    }

    /// - Returns: false where the task was cancelled first.
    static func sleep(until instant: Timestamp) async -> Bool {
        let left = instant - .now()
        if left > .zero { try? await Task.sleep(for: left, tolerance: .zero) }
        return !Task.isCancelled
    }
}
