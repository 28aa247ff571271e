package import ElectionCore
import Glibc
import Synchronization

/// A thread of its own that sleeps in small steps and tells when the machine woke it late: then figures of that moment are suspect.
package final class LatenessProbe: Sendable {
    private let interval: Duration
    private let threshold: Duration
    private let onLate: @Sendable (Timestamp, Duration) -> Void
    private let isStopped = Atomic(false)

    /// - Parameter onLate: called on the probe's thread with the instant at which it woke and by how much that was late.
    package init(
        interval: Duration = .milliseconds(10),
        threshold: Duration = .milliseconds(1),
        onLate: @escaping @Sendable (_ woke: Timestamp, _ lateness: Duration) -> Void
    ) {
        precondition(interval > .zero, "interval \(interval)")
        self.interval = interval
        self.threshold = threshold
        self.onLate = onLate
    }

    /// Probes until the task is cancelled; no callback comes after it has returned. To be called once.
    ///
    /// - Throws: ``ChaosError`` with code `threadFailed`.
    package func run() async throws(ChaosError) {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Int32, Never>) in
                let work = Unmanaged.passRetained(ProbeThread(probe: self, ended: continuation))
                var thread = pthread_t()
                let failure = pthread_create(&thread, nil, runProbeThread, work.toOpaque())
                if failure == 0 {
                    pthread_detach(thread)
                } else {
                    work.release()
                    continuation.resume(returning: failure)
                }
            }
        } onCancel: {
            isStopped.store(true, ordering: .relaxed)
        }
        if outcome != 0 {
            throw ChaosError(
                .threadFailed,
                cause: SystemError.code(outcome),
                context: "cannot start the lateness probe's thread"
            )
        }
    }

    fileprivate func probe() {
        var meter = LatenessMeter(interval: interval, threshold: threshold, start: .now())
        while !isStopped.load(ordering: .relaxed) {
            MonotonicSleep.until(meter.due)
            let woke = Timestamp.now()
            if let lateness = meter.woke(at: woke) { onLate(woke, lateness) }
        }
    }
}

/// When the next sleep is due, and which were late.
struct LatenessMeter: Sendable {
    let interval: Duration
    let threshold: Duration
    private(set) var due: Timestamp

    init(interval: Duration, threshold: Duration, start: Timestamp) {
        self.interval = interval
        self.threshold = threshold
        due = start + interval
    }

    /// - Returns: by how much the sleep was late, where that is more than the threshold.
    mutating func woke(at now: Timestamp) -> Duration? {
        let lateness = now - due
        // From now on, not from the missed instant: one lateness is reported once.
        due = now + interval
        return lateness > threshold ? lateness : nil
    }
}

package enum MonotonicSleep {
    /// Blocks the thread until an instant of ``Timestamp``'s clock.
    package static func until(_ instant: Timestamp) {
        var time = timespec()
        time.tv_sec = Int(instant.nanoseconds / 1_000_000_000)
        time.tv_nsec = Int(instant.nanoseconds % 1_000_000_000)
        while clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &time, nil) == EINTR {}
    }
}

private final class ProbeThread: Sendable {
    let probe: LatenessProbe
    let ended: CheckedContinuation<Int32, Never>

    init(probe: LatenessProbe, ended: CheckedContinuation<Int32, Never>) {
        self.probe = probe
        self.ended = ended
    }
}

private func runProbeThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let work = Unmanaged<ProbeThread>.fromOpaque(context).takeRetainedValue()
    work.probe.probe()
    work.ended.resume(returning: 0)
    return nil
}
