import ElectionCore

/// What is done to a link between an instance, or a server, and a server.
///
/// It begins at the proxy: what the kernel has already taken from there for a receiver that is slow to read goes on.
package enum LinkImpairment: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Which way bytes go: `toServer` from whoever opened the connection to the server.
    package enum Direction: String, Hashable, Sendable, CaseIterable, Codable {
        case toServer = "to-server"
        case fromServer = "from-server"
    }

    /// Who gets the reset; the other side of the connection hears nothing until the link is healed.
    package enum ResetSide: String, Hashable, Sendable, CaseIterable, Codable {
        case instance, server, both
    }

    /// Nothing passes and nothing closes; a new connection is taken, and nothing passes there either: the server hears of it
    /// when the link is healed, unless it was given up by then.
    case blocked
    /// The same in one direction; a new connection needs both, so the server doesn't hear of it either.
    case blockedOneWay(Direction)
    /// At once; connections made afterwards work.
    case reset(ResetSide)
    /// Every piece comes later by `latency` and up to `jitter` more, in order, in both directions.
    case delayed(latency: Duration, jitter: Duration)
    /// In each direction and on each connection.
    case limited(bytesPerSecond: Int)
    /// The server's side closes at once, the instance's stays open and silent until the link is healed; connections made
    /// afterwards work.
    case droppedAtServer

    package var description: String {
        switch self {
        case .blocked: "blocked"
        case .blockedOneWay(let direction): "blocked \(direction.rawValue)"
        case .reset(let side): "reset \(side.rawValue)"
        case .delayed(let latency, let jitter):
            "latency \(latency.nanoseconds / 1000)us jitter \(jitter.nanoseconds / 1000)us"
        case .limited(let rate): "\(rate) bytes/s"
        case .droppedAtServer: "dropped at the server"
        }
    }
}
