import Logging

/// The store's log for a person at a terminal: a line each on standard error, as the instance's own.
struct ConsoleLog: LogHandler {
    let name: String
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.notice

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { StandardError.line("\(name): \(event.message)") }
}

extension Logger {
    static func console(_ name: String) -> Logger { Logger(label: "nats") { _ in ConsoleLog(name: name) } }
}
