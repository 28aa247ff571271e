import Glibc
import Measurement
import TestSupport
import Testing

@Suite("The page of a run that goes on", .serialized, .timeLimit(.minutes(1)))
struct LivePageTests {
    /// The answer to a path, once it holds; what answers meanwhile is no answer yet.
    private func page(_ path: String, port: Int, where holds: (HTTPReply) -> Bool) async throws -> HTTPReply {
        while true {
            if let reply = HTTPRequest.send(path, port: port), holds(reply) { return reply }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// The port of the page, as the run tells it.
    private func port(of driver: Program) async throws -> Int {
        let mark = "follow the run at http://127.0.0.1:"
        try #require(await driver.errors.wait { $0.contains { $0.contains(mark) } }, "\(driver.errors.text)")
        let line = try #require(driver.errors.lines.first { $0.contains(mark) })
        return try #require(line.split(separator: ":").last.flatMap { Int($0.prefix { $0.isNumber }) })
    }

    @Test("follows the run, tells figures to programs, and ends with it")
    func follows() async throws {
        try await Sandbox.with { sandbox in
            let driver = try await sandbox.start(
                ["--no-progress", "--web", "0", "--output", sandbox.output] + InterruptTests.endless
            )
            let port = try await port(of: driver)
            let page = try await page("/", port: port) { $0.body.contains("nothing unsafe so far") }
            #expect(page.body.contains("connect-src 'self'"))
            #expect(HTTPRequest.send("/nothing", port: port)?.status == 404)
            let summary = try #require(HTTPRequest.send("/summary.json", port: port))
            #expect(try SummaryDocument(json: Array(summary.body.utf8)).run.settings.instances == 3)
            let metrics = try #require(HTTPRequest.send("/metrics", port: port))
            #expect(metrics.body.contains("\nelectbench_run_info{"))
            #expect(metrics.body.hasSuffix("# EOF\n"))

            let listening = Task.detached {
                // The run is told to end once somebody listens.
                var isTold = false
                return HTTPRequest.send("/events", port: port) { text in
                    if !isTold, text.contains("event: progress\n") {
                        isTold = true
                        driver.send(SIGINT)
                    }
                    return false
                }
            }
            let events = try #require(await listening.value)
            #expect(events.body.contains("event: progress\ndata: "))
            #expect(events.body.contains("event: end\ndata: The run is over: "))
            #expect(await Finished(driver).status == 105)
        }
    }

    @Test("needs a port that is free")
    func taken() async throws {
        try await Sandbox.with { sandbox in
            let driver = try await sandbox.start(
                ["--no-progress", "--web", "0", "--output", sandbox.output] + InterruptTests.endless
            )
            let port = try await port(of: driver)
            let other = try await sandbox.electbench(["--web", String(port)])
            other.expectFailure(64, saying: ["--web", "port \(port)", "in use"])
            driver.send(SIGINT)
            #expect(await Finished(driver).status == 105)
        }
    }
}
