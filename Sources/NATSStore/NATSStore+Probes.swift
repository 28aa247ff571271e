import ElectionCore

/// The server that leads a bucket's stream: the only one that takes its writes.
package struct BucketLeader: Hashable, Sendable {
    /// The server's name, as its configuration has it, or its id where it has none; nil for a server by itself that does not
    /// tell.
    package let server: String?
}

/// What a driver asks of the servers; for a store that is connected and never run, one call after the other.
extension NATSStore {
    /// The id of the server at a URL, which it has for one life; nil where it doesn't tell in plain TCP.
    package static func serverID(at url: String) async -> String? {
        await withCheckedContinuation { continuation in
            WorkerThread { continuation.resume(returning: Greeting.serverID(url: url, timeout: .seconds(1))) }.detach()
        }
    }

    /// The server that leads the bucket's stream.
    ///
    /// - Returns: nil where none leads, or nobody told in time. Then the next call asks another server, if there is one.
    package func bucketLeader(timeout: Duration) async -> BucketLeader? {
        await withCheckedContinuation { send(.bucketLeader(timeout: timeout, $0)) }
    }

    /// Writes a value under a key whatever stands there.
    ///
    /// - Returns: how long it took until the bucket had acknowledged it; nil where it did not in time.
    package func acknowledgedWrite(key: String, timeout: Duration = .seconds(2)) async -> Duration? {
        await withCheckedContinuation { send(.acknowledgedWrite(key: key, timeout: timeout, $0)) }
    }
}
