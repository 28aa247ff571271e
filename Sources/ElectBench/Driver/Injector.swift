import Chaos
import ElectionCore
import Measurement

/// Carries the schedule out: each fault at its instant, each victim back after its downtime.
struct Injector: Sendable {
    let history: HistoryLog
    let live: LiveState
    let slots: [String: InstanceSlot]
    let stopTimeout: Duration

    /// - Parameters:
    ///   - start: where the schedule's offsets count from.
    ///   - supervise: runs what comes after the fault for as long as the run lasts, so that a downtime can outlast the schedule.
    /// - Returns: when every fault was injected, or its task was cancelled.
    func carryOut(
        _ schedule: FaultSchedule,
        from start: Timestamp,
        supervise: @escaping @Sendable (@escaping @Sendable () async -> Void) -> Void
    ) async {
        for scheduled in schedule.faults {
            let due = start + scheduled.offset
            guard await Self.sleep(until: due), let slot = slots[scheduled.instance] else { return }
            inject(scheduled, into: slot, due: due, supervise)
        }
    }

    private func inject(
        _ scheduled: ScheduledFault,
        into slot: InstanceSlot,
        due: Timestamp,
        _ supervise: (@escaping @Sendable () async -> Void) -> Void
    ) {
        let healed = live.faultBegins()
        supervise {
            let incarnation = slot.incarnation
            slot.expectExit()
            let fault = scheduled.kind.fault
            let delivery = await fault.inject(into: slot)
            guard delivery.outcome == .sent else {
                slot.expectExit(false)
                history.record(.faultSkipped, at: delivery.before) { entry in
                    entry.describe(scheduled, incarnation)
                    entry.dueNs = due.nanoseconds
                    entry.reason = "the instance was not running"
                }
                healed()
                return
            }
            history.record(.fault, at: delivery.before) { entry in
                entry.describe(scheduled, incarnation)
                entry.dueNs = due.nanoseconds
            }
            history.record(.faultApplied, at: delivery.after) { $0.describe(scheduled, incarnation) }
            live.faultApplied(to: slot.id, at: delivery.before)
            await heal(scheduled, fault, slot, at: due + scheduled.downtime)
            healed()
        }
    }

    private func heal(_ scheduled: ScheduledFault, _ fault: any Fault, _ slot: InstanceSlot, at restart: Timestamp)
        async
    {
        guard await Self.sleep(until: restart) else { return }
        await ended(slot, within: stopTimeout)
        if Task.isCancelled { return }
        do throws(ChaosError) {
            try await fault.heal(slot)
            history.record(.faultEnded) { $0.describe(scheduled, slot.incarnation) }
        } catch {
            live.end(.failed("\(slot.id) could not be started again: \(error)"))
        }
    }

    /// A victim that does not stop in order is ended by force: its restart may not wait for ever.
    private func ended(_ slot: InstanceSlot, within limit: Duration) async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await slot.untilGone()
                return true
            }
            group.addTask { await !Self.sleep(until: .now() + limit) }
            if await group.next() == false {
                history.record(.warning) {
                    $0.message = "\(slot.id) did not stop within \(Durations.text(limit)) and was killed"
                }
                slot.process?.send(.kill)
            }
            group.cancelAll()
        }
    }

    /// - Returns: false where the task was cancelled first.
    static func sleep(until instant: Timestamp) async -> Bool {
        let left = instant - .now()
        if left > .zero { try? await Task.sleep(for: left, tolerance: .zero) }
        return !Task.isCancelled
    }
}

extension HistoryEntry {
    fileprivate mutating func describe(_ scheduled: ScheduledFault, _ incarnation: Int64) {
        faultId = scheduled.id
        fault = scheduled.kind.rawValue
        instance = scheduled.instance
        instanceIncarnation = incarnation
    }
}
