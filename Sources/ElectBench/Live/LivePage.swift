import ElectionCore
import Measurement

/// A server and the report that it serves, for one run or for several, one after the other.
struct LivePage: Sendable {
    private let report: LiveReport
    private let server: WebServer

    /// - Throws: ``Failure`` with exit code 64 where nobody can listen there.
    static func open(at address: WebAddress) async throws -> LivePage {
        let report = LiveReport()
        return LivePage(report: report, server: try await WebServer.start(at: address, report))
    }

    private init(report: LiveReport, server: WebServer) {
        self.report = report
        self.server = server
    }

    var url: String { server.url }

    /// Until the task is cancelled.
    func follow(_ run: GrowingRun, progress: @Sendable () -> String) async {
        await report.follow(run, server, progress: progress)
    }

    /// Shows a run that is over.
    func show(_ run: RunReport) async { await report.show(run, server) }

    /// Tells whoever looks on that there is no more to come, and ends.
    func close(_ line: String) async {
        server.send(WebEvent(name: "end", data: line))
        // A browser that was told of a last report fetches it first.
        if server.listening > 0 { _ = await Injector.sleep(until: .now() + .seconds(2)) }
        await server.stop()
    }
}
