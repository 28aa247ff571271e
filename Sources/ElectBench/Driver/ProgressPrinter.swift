import ElectionCore
import Glibc
import Synchronization

/// Shows on standard error how the run goes: one line that changes on a terminal, a line now and then elsewhere.
final class ProgressPrinter: Sendable {
    private let shows: RunPlan.Shows
    private let live: LiveState
    /// Which of several runs it is; empty for a run by itself.
    private let prefix: String
    private let faultsEnd = Mutex<Timestamp?>(nil)
    private let hasLine = Mutex(false)

    init(shows: RunPlan.Shows, live: LiveState, label: String? = nil) {
        self.shows = shows
        self.live = live
        prefix = label.map { "\($0): " } ?? ""
    }

    func faultsEnd(at instant: Timestamp) { faultsEnd.withLock { $0 = instant } }

    func log(_ line: String) {
        if case .result = shows { return }
        clear()
        StandardError.line("electbench: \(prefix)\(line)")
    }

    /// Until its task is cancelled.
    func run() async {
        guard case .progress = shows else { return }
        let interval: Duration = StandardError.isTerminal ? .milliseconds(200) : .seconds(10)
        while await Injector.sleep(until: .now() + interval) { show() }
    }

    func end() { clear() }

    /// Where the run is.
    var line: String { prefix + Self.text(live.now, left: faultsEnd.withLock(\.self).map { $0 - .now() }) }

    private func show() {
        let text = line
        guard StandardError.isTerminal else {
            StandardError.line("electbench: \(text)")
            return
        }
        hasLine.withLock { $0 = true }
        StandardError.write("\r\u{1B}[K\(text.prefix(columns))")
    }

    private func clear() {
        let had = hasLine.withLock { line in
            defer { line = false }
            return line
        }
        if had { StandardError.write("\r\u{1B}[K") }
    }

    private var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 79 }
        return Int(size.ws_col) - 1
    }

    static func text(_ facts: LiveState.Facts, left: Duration?) -> String {
        var parts = [facts.phase.replacing("_", with: " ")]
        if facts.phase == "faults", let left { parts[0] += " \(max(0, left.nanoseconds / 1_000_000_000)) s left" }
        parts.append("\(facts.ready.count) instances up")
        parts.append("\(facts.leaders.count) roles led")
        if facts.faults > 0 { parts.append("\(facts.faults) faults") }
        let sorted = facts.failovers.sorted()
        // As in the report, a percentile needs enough samples.
        let (label, percent) = sorted.count < 100 ? ("max", 100) : ("p99", 99)
        if let median = rank(sorted, 50), let high = rank(sorted, percent) {
            parts.append("failover p50 \(milliseconds(median)) \(label) \(milliseconds(high)) ms")
        }
        return parts.joined(separator: " · ")
    }

    /// Nearest rank.
    private static func rank(_ sorted: [Duration], _ percent: Int) -> Duration? {
        sorted.isEmpty ? nil : sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }

    private static func milliseconds(_ duration: Duration) -> String { "\(duration.nanoseconds / 1_000_000)" }
}
