extension NATSServer {
    /// Runs a server for as long as `body` runs, then stops it in order.
    ///
    /// - Parameter body: starts once the server accepts connections; is cancelled where the server ends by itself.
    /// - Throws: what `body` throws, or ``ChaosError`` as ``run(onReady:)`` does, and with code `serverFailed` where the server
    ///   ended before `body` did.
    package static func withServer<Result: Sendable>(
        _ configuration: ServerConfiguration,
        body: @escaping @Sendable (NATSServer, ServerEndpoint) async throws -> Result
    ) async throws -> Result {
        let server = NATSServer(configuration)
        let ready = AsyncStream.makeStream(of: ServerEndpoint.self)
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                defer { ready.continuation.finish() }
                let exit = try await server.run { ready.continuation.yield($0) }
                if exit.wasWanted { return nil }
                throw ChaosError(
                    .serverFailed,
                    context:
                        "\(configuration.name) ended with \(exit.exit.status): \(exit.lastErrors.joined(separator: " | "))"
                )
            }
            group.addTask {
                defer { server.stop() }
                for await endpoint in ready.stream { return try await body(server, endpoint) }
                return nil
            }
            var result: Result?
            for try await value in group { result = value ?? result }
            guard let result else {
                throw ChaosError(.cancelled, context: "\(configuration.name): the task was cancelled")
            }
            return result
        }
    }
}
