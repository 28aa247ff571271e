import Chaos
import SystemPackage

/// The run's own servers: one, or three that form a cluster.
struct ServerFleet: Sendable {
    let slots: [ServerSlot]

    /// - Parameter links: peers reach each other through them; nil: directly.
    /// - Throws: ``ChaosError`` where no port is free or a link can't be opened.
    static func make(
        run: RunInProgress,
        program: ServerProgram,
        temporary: FilePath,
        links: LinkProxy?
    ) async throws(ChaosError) -> ServerFleet {
        var servers = try ServerConfiguration.cluster(
            of: run.plan.servers.count,
            executable: program.path,
            port: run.plan.serverPort,
            temporaryFolder: temporary,
            logs: run.folder.logs,
            launcher: Fleet.ownBinary
        )
        if let links { try await lead(&servers, through: links) }
        return ServerFleet(slots: servers.map { ServerSlot($0, version: program.version, run: run) })
    }

    /// Lets each server reach its peers through links of its own.
    private static func lead(_ servers: inout [ServerConfiguration], through links: LinkProxy) async throws(ChaosError)
    {
        func name(_ from: ServerConfiguration, _ to: ServerConfiguration) -> String { "\(from.name)>\(to.name)" }
        let pairs = servers.flatMap { from in servers.filter { $0.name != from.name }.map { (from, $0) } }
        let ports = try await links.open(
            pairs.map { from, to in
                Link(name: name(from, to), owners: [from.name, to.name], target: to.cluster?.port ?? 0)
            }
        )
        let all = servers
        for (index, from) in all.enumerated() {
            servers[index].cluster?.routes = all.compactMap { ports[name(from, $0)] }
        }
    }

    /// - Returns: where they accept connections, in order.
    /// - Throws: ``ChaosError`` of the first that could not be started.
    func start() async throws(ChaosError) -> [ServerEndpoint] {
        let results = await withTaskGroup(of: (Int, Result<ServerEndpoint, ChaosError>).self) { group in
            for (index, slot) in slots.enumerated() {
                group.addTask {
                    do throws(ChaosError) {
                        return (index, .success(try await slot.start()))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        var endpoints: [ServerEndpoint] = []
        for result in results { endpoints.append(try result.get()) }
        return endpoints
    }

    /// Ends them in order and waits until they are gone.
    func stop() async {
        for slot in slots { slot.retire() }
        for slot in slots { await slot.untilGone() }
    }
}
