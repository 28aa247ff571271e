import TestSupport
import Testing

@testable import ElectBench

private struct StillSite: WebSite {
    func answer(_ path: String) -> WebAnswer? {
        switch path {
        case "/": .html(Array("<p>ready".utf8))
        case "/soon": .early("not yet")
        default: nil
        }
    }
    func greeting() -> [WebEvent] { [WebEvent(name: "facts", data: "{}")] }
}

@Suite(.timeLimit(.minutes(1))) struct WebServerTests {
    private func withServer(_ body: (WebServer, Int) async throws -> Void) async throws {
        let server = try await WebServer.start(at: WebAddress("0"), StillSite())
        let port = try #require(server.url.split(separator: ":").last.flatMap { Int($0.dropLast()) })
        do { try await body(server, port) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    @Test func `It serves the site's pages and nothing else`() async throws {
        try await withServer { _, port in
            let page = try #require(HTTPRequest.send("/?x=1", port: port))
            #expect(page.status == 200)
            #expect(page.body == "<p>ready")
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.headers["cache-control"] == "no-store")
            #expect(HTTPRequest.send("/other", port: port)?.status == 404)
            let soon = try #require(HTTPRequest.send("/soon", port: port))
            #expect(soon.status == 503)
            #expect(soon.body == "not yet\n")
            #expect(soon.headers["retry-after"] == "3")
            #expect(HTTPRequest.send("/", port: port, method: "POST")?.status == 405)
            let head = try #require(HTTPRequest.send("/", port: port, method: "HEAD"))
            #expect(head.body.isEmpty)
            #expect(head.headers["content-length"] == "8")
        }
    }

    @Test func `Who listens to the events is greeted and told what is sent from then on`() async throws {
        try await withServer { server, port in
            let listening = Task.detached {
                HTTPRequest.send("/events", port: port) { $0.contains("event: report\ndata: 7\n\n") }
            }
            while server.listening == 0 { await Task.yield() }
            server.send(WebEvent(name: "report", data: "7"))
            let stream = try #require(await listening.value)
            #expect(stream.headers["content-type"] == "text/event-stream")
            #expect(stream.body.contains("event: facts\ndata: {}\n\n"))
        }
    }

    @Test func `A port that is taken is a bad argument`() async throws {
        try await withServer { _, port in
            let address = try WebAddress("127.0.0.1:\(port)")
            let failure = await #expect(throws: Failure.self) { try await WebServer.start(at: address, StillSite()) }
            #expect(failure == .badArgument(failure?.line ?? ""))
            #expect(failure?.line.contains("port \(port): Address already in use") == true)
        }
    }

    @Test func `A port alone is the loopback's`() throws {
        #expect(try WebAddress("8080").host == "127.0.0.1")
        #expect(try WebAddress("0.0.0.0:8080").url(port: 8080) == "http://127.0.0.1:8080/")
        #expect(try WebAddress("[::1]:8080").url(port: 8080) == "http://[::1]:8080/")
        for wrong in ["", ":", "http", "65536", "+1", ":80", "::1:80", "host:"] {
            #expect(throws: (any Error).self, "\(wrong)") { try WebAddress(wrong) }
        }
    }
}
