package import SystemPackage

/// What makes a server one of a cluster.
package struct ClusterMembership: Hashable, Sendable {
    /// The same for all its members.
    package var name: String
    /// Where it takes its peers' connections, on the loopback.
    package var port: Int
    /// The ports on the loopback that it reaches its peers at: their own, or those of links that lead there. It knows no other
    /// way: what peers tell each other of their addresses leads nowhere.
    package var routes: [Int]

    package init(name: String, port: Int, routes: [Int]) {
        self.name = name
        self.port = port
        self.routes = routes
    }

    /// Peers tell each other where they listen, and connect to whomever they hear of. Nobody listens at the port that ours tell.
    var text: String {
        """
        cluster {
            name: "\(name)"
            listen: "127.0.0.1:\(port)"
            advertise: "127.0.0.1:1"
            no_advertise: true
            routes: [\(routes.map { "\"nats://127.0.0.1:\($0)\"" }.joined(separator: ", "))]
        }

        """
    }
}

extension ServerConfiguration {
    /// The servers of a run, `server-1` and so on, whose ports and stores outlive their lives: one by itself, or a cluster whose
    /// members connect with each other.
    ///
    /// The free ports are theirs for as long as the configurations live.
    ///
    /// - Parameters:
    ///   - port: where the first takes clients; the others take the next ones. Nil for free ones.
    ///   - logs: the folder for `<name>.log`.
    /// - Throws: ``ChaosError`` with code `portTaken` where no port is free.
    package static func cluster(
        of count: Int,
        executable: FilePath,
        port: Int? = nil,
        temporaryFolder: FilePath,
        logs: FilePath,
        launcher: FilePath? = nil
    ) throws(ChaosError) -> [ServerConfiguration] {
        var servers: [ServerConfiguration] = []
        for index in 0..<count {
            var server = ServerConfiguration(
                name: "server-\(index + 1)",
                executable: executable,
                port: port.map { $0 + index },
                temporaryFolder: temporaryFolder,
                log: logs.appending("server-\(index + 1).log"),
                launcher: launcher
            )
            server.keepsStore = true
            if server.port == nil { server.port = try server.reserve() }
            if count > 1 {
                server.cluster = ClusterMembership(name: "electbench", port: try server.reserve(), routes: [])
            }
            servers.append(server)
        }
        let ports = servers.compactMap(\.cluster?.port)
        for (index, own) in zip(servers.indices, ports) {
            servers[index].cluster?.routes = ports.filter { $0 != own }
        }
        return servers
    }
}
