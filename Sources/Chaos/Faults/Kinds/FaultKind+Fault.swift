extension FaultKind {
    /// How it is done and undone.
    package var fault: any Fault {
        switch self {
        case .kill, .restartAll, .serverKill, .quorumLoss: EndFault(kind: self, signal: .kill)
        case .stop, .serverStop: EndFault(kind: self, signal: .terminate)
        case .pause, .serverPause: PauseFault(kind: self)
        case .partition, .halfOpen, .reset, .delay, .slow, .dropServerSide: LinkFault(kind: self)
        case .streamLeaderKill: StreamLeaderKillFault()
        case .serverPartition: ServerPartitionFault()
        }
    }

    /// Nil where a scene has all that it takes; else what is missing.
    func lack(in scene: any FaultScene) -> String? {
        if target == .server, scene.servers.isEmpty { return "needs servers of our own: --server names others" }
        if needsCluster, scene.servers.count < 3 { return "needs --servers 3" }
        if needsLinks, scene.links == nil { return "needs links, which this run does not have" }
        return nil
    }
}
