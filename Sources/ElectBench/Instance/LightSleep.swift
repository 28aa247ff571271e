import ElectionCore

/// A thread's sleep that others may cut short.
final class LightSleep: @unchecked Sendable {
    // Unchecked: `end` and `wanted` are touched inside `monitor` alone.
    private let monitor = Monitor()
    /// Nil: nobody sleeps.
    private var end: Timestamp?
    /// The earliest instant that was asked for since the last sleep.
    private var wanted: Timestamp?

    /// Blocks the thread until the instant, or until an earlier one that is asked for.
    func until(_ instant: Timestamp) {
        monitor.locked {
            while true {
                let next = min(instant, wanted ?? instant)
                guard Timestamp.now() < next else { break }
                end = next
                monitor.wait(until: next)
            }
            end = nil
            wanted = nil
        }
    }

    /// Lets nobody sleep on beyond the instant.
    func ends(by instant: Timestamp) {
        monitor.locked {
            wanted = min(instant, wanted ?? instant)
            if let end, instant < end { monitor.signal() }
        }
    }
}
