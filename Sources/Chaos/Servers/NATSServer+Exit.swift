extension NATSServer {
    /// Whether an exit is what somebody wanted, a server's death, or a start that failed.
    func judge(
        _ result: Result<ChildExit, ChaosError>,
        isLate: Bool,
        log: ServerLog
    ) throws(ChaosError) -> ServerExit {
        let lastErrors = log.lastErrors()
        if isLate { throw notReady(lastErrors) }
        let exit = try result.get()
        if isStopping || Task.isCancelled { return ServerExit(exit: exit, wasWanted: true, lastErrors: []) }
        if isStarting { throw failure(exit, lastErrors) }
        return ServerExit(exit: exit, wasWanted: false, lastErrors: lastErrors)
    }

    private func notReady(_ lastErrors: [String]) -> ChaosError {
        ChaosError(
            .serverNotReady,
            context:
                "\(name) took no connections within \(configuration.startTimeout) and was killed; \(said(lastErrors))"
        )
    }

    private func failure(_ exit: ChildExit, _ lastErrors: [String]) -> ChaosError {
        if let port = configuration.port, lastErrors.contains(where: { $0.contains("address already in use") }) {
            return ChaosError(
                .portTaken,
                context:
                    "port \(port) of 127.0.0.1 is taken: choose another, leave it out to get a free one, or stop what "
                    + "listens there (`ss -ltnp sport = :\(port)` shows it)"
            )
        }
        return ChaosError(
            .serverFailed,
            context: "\(name) ended with \(exit.status) before it was ready; \(said(lastErrors))"
        )
    }

    private var name: String { "\(configuration.name) (\(configuration.executable))" }

    private func said(_ lastErrors: [String]) -> String {
        let lines = lastErrors.isEmpty ? "it logged nothing" : "it logged: " + lastErrors.joined(separator: " | ")
        return "\(lines); its log is \(configuration.log)"
    }
}
