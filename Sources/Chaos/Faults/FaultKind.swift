/// What can be done to a run on purpose.
package enum FaultKind: String, Hashable, Sendable, CaseIterable {
    // MARK: instances

    /// SIGKILL: it dies without a word.
    case kill
    /// SIGTERM: it is asked to stop in order.
    case stop
    /// SIGSTOP, then SIGCONT: it stands still for a while and knows nothing of it.
    case pause
    /// SIGKILL to every instance at once, but for those that another fault has: all come back together.
    case restartAll = "restart-all"

    // MARK: links

    /// Nothing passes between an instance and the servers, and nothing closes.
    case partition
    /// The same in one direction only.
    case halfOpen = "half-open"
    /// The connection is reset, for one side or for both.
    case reset
    /// Everything comes later, by a latency with jitter.
    case delay
    /// Little passes in a second.
    case slow
    /// The server sees the connection close; the instance doesn't.
    case dropServerSide = "drop-server-side"

    // MARK: servers

    /// SIGKILL; it starts again on the same store.
    case serverKill = "server-kill"
    /// SIGTERM; it starts again on the same store.
    case serverStop = "server-stop"
    /// SIGSTOP, then SIGCONT.
    case serverPause = "server-pause"
    /// SIGKILL to the server that leads the bucket's stream; it starts again on the same store.
    case streamLeaderKill = "stream-leader-kill"
    /// One server of a cluster is cut from its peers; its clients still reach it.
    case serverPartition = "server-partition"
    /// SIGKILL to a majority of a cluster's servers; they start again on the same stores.
    case quorumLoss = "quorum-loss"

    /// What a kind is done to.
    package enum Target: String, Hashable, Sendable {
        case instance, link, server
    }

    package var target: Target {
        switch self {
        case .kill, .stop, .pause, .restartAll: .instance
        case .partition, .halfOpen, .reset, .delay, .slow, .dropServerSide: .link
        case .serverKill, .serverStop, .serverPause, .streamLeaderKill, .serverPartition, .quorumLoss: .server
        }
    }

    /// Whether it takes three servers.
    package var needsCluster: Bool {
        switch self {
        case .streamLeaderKill, .serverPartition, .quorumLoss: true
        case .kill, .stop, .pause, .restartAll, .partition, .halfOpen, .reset, .delay, .slow, .dropServerSide,
            .serverKill, .serverStop, .serverPause:
            false
        }
    }

    /// Whether instances, or servers among themselves, have to talk through links.
    package var needsLinks: Bool { target == .link || self == .serverPartition }

    /// Whether its victims are gone until they are started again; all others are only disturbed.
    package var takesDown: Bool {
        switch self {
        case .kill, .stop, .restartAll, .serverKill, .serverStop, .streamLeaderKill, .quorumLoss: true
        case .pause, .partition, .halfOpen, .reset, .delay, .slow, .dropServerSide, .serverPause, .serverPartition:
            false
        }
    }
}
