import Chaos

/// What faults can be done to in a run.
struct FaultSetup: Hashable, Sendable {
    /// The instances' ids, in order.
    let instances: [String]
    /// Our own servers' names, in order; none where the user gave a server.
    let servers: [String]
    /// How many of them keep the bucket.
    let replicas: Int

    /// The kinds that can be done here.
    var kinds: [FaultKind] { FaultKind.allCases.filter { missing(for: $0) == nil } }

    /// What a kind lacks here and what to do, for a person to read; nil where it can be done.
    func missing(for kind: FaultKind) -> String? {
        let name = kind.rawValue
        switch kind.target {
        case .instance, .link:
            guard instances.count < 2 else { return nil }
            return
                "\(name) faults need at least two instances: one always lives; give more --instances, or --faults none"
        case .server:
            if servers.isEmpty {
                return "\(name) faults need servers of our own: leave out --server and NATS_URL, or leave \(name) out"
            }
            guard kind.needsCluster else { return nil }
            if servers.count < 3 { return "\(name) faults need three servers: give --servers 3, or leave \(name) out" }
            // With one copy there is no majority that could go on without a server.
            guard replicas < 3 else { return nil }
            return "\(name) faults need a bucket that all servers keep: give --replicas 3, or leave \(name) out"
        }
    }
}
