import ElectionCore

/// Whether somebody waits for what the reading thread has yet to read; if so, it reads at once.
final class Attention: @unchecked Sendable {
    // Unchecked: everything below is touched inside `monitor` alone.
    private let monitor = Monitor()
    private var unanswered = 0
    private var until = Timestamp(nanoseconds: 0)

    /// An answer that takes longer, or never comes, is no reason to read often.
    static let longest = Duration.seconds(1)

    /// Something was sent that is answered.
    func asked(at now: Timestamp) {
        monitor.locked {
            if until <= now { unanswered = 0 }
            unanswered += 1
            extend(to: now + Self.longest)
        }
    }

    func answered() {
        monitor.locked {
            unanswered = max(0, unanswered - 1)
            if unanswered == 0 { until = Timestamp(nanoseconds: 0) }
        }
    }

    /// Whatever comes in the time to come is news.
    func call(for span: Duration, at now: Timestamp) {
        monitor.locked {
            unanswered += 1
            extend(to: now + span)
        }
    }

    /// Waits until then, unless somebody waits for what comes.
    func rest(until instant: Timestamp) {
        monitor.locked {
            while true {
                let now = Timestamp.now()
                if now >= instant || now < until { return }
                monitor.wait(until: instant)
            }
        }
    }

    private func extend(to instant: Timestamp) {
        until = max(until, instant)
        monitor.signal()
    }
}
