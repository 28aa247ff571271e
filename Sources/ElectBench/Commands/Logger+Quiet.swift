import Logging

extension Logger {
    /// What goes wrong with a connection, on standard error.
    static var quiet: Logger {
        var logger = Logger(label: "nats") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
    }

    /// Nothing: the driver's own connection is in the history, and standard error is for the progress and the one line.
    static var silent: Logger { Logger(label: "nats") { _ in SwiftLogNoOpLogHandler() } }
}
