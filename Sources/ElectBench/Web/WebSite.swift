/// What a server serves.
protocol WebSite: Sendable {
    /// Called on the server's thread: it answers with what there is and waits for nothing.
    ///
    /// - Returns: nil where there is no such page.
    func answer(_ path: String) -> WebAnswer?
    /// Somebody began to listen to the events; what it is told first.
    func greeting() -> [WebEvent]
}

struct WebAnswer: Hashable, Sendable {
    /// Not there yet: worth asking again in some seconds.
    var isEarly = false
    var type: String
    var body: [UInt8]

    static func early(_ line: String) -> WebAnswer {
        WebAnswer(isEarly: true, type: "text/plain; charset=utf-8", body: Array("\(line)\n".utf8))
    }
    static func html(_ body: [UInt8]) -> WebAnswer { WebAnswer(type: "text/html; charset=utf-8", body: body) }
    static func json(_ body: [UInt8]) -> WebAnswer { WebAnswer(type: "application/json", body: body) }
    /// https://prometheus.io/docs/specs/om/open_metrics_spec/
    static func openMetrics(_ body: [UInt8]) -> WebAnswer {
        WebAnswer(type: "application/openmetrics-text; version=1.0.0; charset=utf-8", body: body)
    }
}

/// One server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html).
struct WebEvent: Hashable, Sendable {
    var name: String
    /// One line.
    var data: String

    var text: String { "event: \(name)\ndata: \(data)\n\n" }
}
