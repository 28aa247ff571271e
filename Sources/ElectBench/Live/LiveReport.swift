import ElectionCore
import HTMLReport
import Measurement
import Synchronization
import SystemPackage

/// The report of a run that goes on, as a page that follows it and as figures for a scraper.
///
/// The run is measured while somebody asks, and so seldom that it costs no more than ``measuring`` and ``drawing`` allow.
final class LiveReport: WebSite {
    private struct Shown: Sendable {
        var page: [UInt8]?
        var summary: [UInt8]?
        var metrics: [UInt8]?
        /// Counts the reports.
        var number = 0
        var drawings = Gnuplot.Drawings()
        var progress = "The run begins."
        /// When somebody last asked for figures.
        var asked: Timestamp?
    }

    /// What the analysis may take of a core, and what gnuplot may.
    static let measuring = Cadence(share: 0.008, least: .seconds(2))
    static let drawing = Cadence(share: 0.008, least: .seconds(10))
    /// A scraper comes that often at the least.
    private static let patience = Duration.seconds(90)

    private let shown = Mutex(Shown())

    // MARK: The site

    func answer(_ path: String) -> WebAnswer? {
        let shown = shown.withLock { shown in
            shown.asked = .now()
            return shown
        }
        switch path {
        case "/": return .html(shown.page ?? Array(Self.beginning.utf8))
        case "/summary.json": return shown.summary.map { .json($0) }
        case "/metrics": return .openMetrics(shown.metrics ?? Array("# EOF\n".utf8))
        // Browsers ask for it; there is none.
        case "/favicon.ico": return WebAnswer(type: "image/x-icon", body: [])
        default: return nil
        }
    }

    func greeting() -> [WebEvent] {
        let shown = shown.withLock(\.self)
        return [WebEvent(name: "progress", data: shown.progress)]
            + (shown.number > 0 ? [WebEvent(name: "report", data: String(shown.number))] : [])
    }

    /// Until there is a first report.
    private static let beginning = """
        <!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="1">
        <title>electbench</title><p>The run begins: its first figures come in a moment.</p></html>

        """

    // MARK: What follows the run

    /// Follows a run until the task is cancelled.
    ///
    /// - Parameter progress: one line on where the run is.
    func follow(_ run: GrowingRun, _ server: WebServer, progress: @Sendable () -> String) async {
        shown.withLock { $0.drawings = Gnuplot.Drawings() }
        var due = Timestamp.now()
        var drawingDue = due
        while await Injector.sleep(until: .now() + .seconds(1)) {
            let line = progress()
            shown.withLock { $0.progress = line }
            server.send(WebEvent(name: "progress", data: line))
            let begun = Timestamp.now()
            guard begun >= due, isWanted(by: server) else { continue }
            let (report, cost) = await Background.run { run.report() }
            due = begun + Self.measuring.interval(after: cost)
            guard let report, !Task.isCancelled else { continue }
            if begun >= drawingDue { drawingDue = begun + Self.drawing.interval(after: await draw(report)) }
            if Task.isCancelled { return }
            due += Self.measuring.interval(after: await publish(report, to: server))
        }
    }

    /// Shows a run that is over.
    func show(_ report: RunReport, _ server: WebServer) async {
        guard isWanted(by: server) else { return }
        _ = await draw(report)
        _ = await publish(report, to: server)
    }

    private func isWanted(by server: WebServer) -> Bool {
        if server.listening > 0 { return true }
        return shown.withLock { $0.asked.map { Timestamp.now() - $0 < Self.patience } ?? false }
    }

    /// - Returns: at most the processor time that it took.
    private func draw(_ report: RunReport) async -> Duration {
        let (plots, cost) = await Background.run { RunPage(report).plots }
        let begun = Timestamp.now()
        let drawings = await Gnuplot.draw(plots, givesWay: true)
        // What was cut short at the run's end is no drawing.
        if !Task.isCancelled { shown.withLock { $0.drawings = drawings } }
        return cost + (Timestamp.now() - begun)
    }

    /// - Returns: the processor time that it took.
    private func publish(_ report: RunReport, to server: WebServer) async -> Duration {
        let drawings = shown.withLock(\.drawings)
        let (made, cost) = await Background.run {
            var page = RunPage(report).page(drawings)
            page.isLive = true
            if !report.summary.analysis.hasEnded { page.isUnfinished(report.judgement) }
            let metrics = Export(report).bytes(.openmetrics)
            return (page: page.bytes, summary: SummaryDocument(report.summary).json, metrics: metrics)
        }
        let number = shown.withLock { shown in
            shown.page = made.page
            shown.summary = made.summary
            shown.metrics = made.metrics
            shown.number += 1
            return shown.number
        }
        server.send(WebEvent(name: "report", data: String(number)))
        return cost
    }
}

extension HTMLPage {
    /// Of a run that goes on only what went wrong is certain.
    fileprivate mutating func isUnfinished(_ judgement: Judgement) {
        reasons = judgement.unsafe
        verdict = judgement.unsafe.isEmpty ? "nothing unsafe so far" : "UNSAFE"
        tone = judgement.unsafe.isEmpty ? .plain : .bad
    }
}
