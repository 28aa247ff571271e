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
        var pages: Pages?
        /// Counts the reports.
        var number = 0
        var drawings = Gnuplot.Drawings()
        var progress = "The run begins."
        /// When somebody last asked for figures.
        var asked: Timestamp?
    }

    /// What the analysis may take of a core, and what gnuplot may.
    static let measuring = Cadence(share: 0.006, least: .seconds(2))
    static let drawing = Cadence(share: 0.004, least: .seconds(10))
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
        case "/": return .html(shown.pages?.page ?? Array(Self.beginning.utf8))
        case "/summary.json": return shown.pages.map { .json($0.summary) } ?? Self.early
        case "/metrics": return shown.pages.map { .openMetrics($0.metrics) } ?? Self.early
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

    private static let early = WebAnswer.early(
        "The run is measured from the first request on: ask again in some seconds."
    )
    /// Until there is a first report.
    private static let beginning = """
        <!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="1">
        <title>electbench</title><p>The run is measured from the first request on: its figures come in a moment.</p></html>

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
            guard let (found, cost) = await Background.run({ run.report() }) else { return }
            due = begun + Self.measuring.interval(after: cost)
            guard let report = found else { continue }
            if begun >= drawingDue { drawingDue = begun + Self.drawing.interval(after: await draw(report)) }
            guard let (pages, effort) = await Background.run({ [drawings] in Pages(report, drawings()) }) else {
                return
            }
            publish(pages, to: server)
            due += Self.measuring.interval(after: effort)
        }
    }

    /// Shows a run that is over.
    func show(_ report: RunReport, _ server: WebServer) async {
        guard isWanted(by: server) else { return }
        let drawings = await Gnuplot.draw(RunPage(report).plots)
        publish(Pages(report, drawings), to: server)
    }

    private func isWanted(by server: WebServer) -> Bool {
        if server.listening > 0 { return true }
        return shown.withLock { $0.asked.map { Timestamp.now() - $0 < Self.patience } ?? false }
    }

    private func drawings() -> Gnuplot.Drawings { shown.withLock(\.drawings) }

    /// - Returns: at most the processor time that it took.
    private func draw(_ report: RunReport) async -> Duration {
        guard let (plots, cost) = await Background.run({ RunPage(report).plots }) else { return .zero }
        let begun = Timestamp.now()
        let drawings = await Gnuplot.draw(plots, givesWay: true)
        // What was cut short at the run's end is no drawing.
        if !Task.isCancelled { shown.withLock { $0.drawings = drawings } }
        return cost + (Timestamp.now() - begun)
    }

    private func publish(_ pages: Pages, to server: WebServer) {
        let number = shown.withLock { shown in
            shown.pages = pages
            shown.number += 1
            return shown.number
        }
        server.send(WebEvent(name: "report", data: String(number)))
    }
}

/// What is served of one report.
private struct Pages: Sendable {
    let page: [UInt8]
    let summary: [UInt8]
    let metrics: [UInt8]

    init(_ report: RunReport, _ drawings: Gnuplot.Drawings) {
        var page = RunPage(report).page(drawings)
        page.isLive = true
        if !report.summary.analysis.hasEnded { page.isUnfinished(report.judgement) }
        self.page = page.bytes
        summary = SummaryDocument(report.summary).json
        metrics = Export(report).bytes(.openmetrics)
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
