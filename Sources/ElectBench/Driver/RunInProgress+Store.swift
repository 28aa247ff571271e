import Chaos
import ElectionCore
import Measurement
import NATSStore
import Synchronization
import SystemPackage

/// The nats-server that a run starts.
struct ServerProgram: Sendable {
    let path: FilePath
    let version: String
}

/// What a run stands on: servers, links, and the driver's own connections to the store.
extension RunInProgress {
    /// - Parameter program: the server to start; nil where the user gave servers.
    func conduct(_ program: ServerProgram?) async {
        do {
            let links = plan.linksNeeded ? try startLinks() : nil
            if let program {
                try await withOwnServers(program, links)
            } else {
                _ = await live.wait(upTo: plan.rest) { _ in false }
                try await withStore(urls: plan.userServer ?? [], servers: [], links)
            }
        } catch let failure as Failure {
            live.end(.failed(failure.line))
        } catch {
            live.end(.failed("\(error)"))
        }
    }

    /// The proxy ends with the run's other jobs.
    private func startLinks() throws -> LinkProxy {
        let proxy = try LinkProxy(executable: Fleet.ownBinary, errorLog: folder.logs.appending("links.log"))
        supervise { [self] in
            do throws(ChaosError) {
                try await proxy.run()
            } catch {
                live.end(.failed("the links ended by themselves: \(error)"))
            }
        }
        return proxy
    }

    private func withOwnServers(_ program: ServerProgram, _ links: LinkProxy?) async throws {
        let temporary = try TemporaryFolder.make()
        self.temporary.withLock { $0 = temporary }
        defer { temporary.remove() }
        let servers = try await ServerFleet.make(
            run: self,
            program: program,
            temporary: temporary.path,
            links: links
        )
        do {
            let urls = try await servers.start().map(\.url)
            try await withStore(urls: urls, servers: servers.slots, links)
        } catch {
            await servers.stop()
            throw error
        }
        await servers.stop()
    }

    private func withStore(urls: [String], servers: [ServerSlot], _ links: LinkProxy?) async throws {
        let connections = try await StoreConnections.make(
            plan: plan,
            urls: urls,
            history: history,
            isOwn: !servers.isEmpty
        )
        for warning in connections.warnings { warn(warning) }
        if servers.isEmpty {
            history.record(.serverReady) { entry in
                entry.instance = "server-1"
                entry.server = connections.serverID
                entry.version = connections.version
            }
        }
        supervise { await self.sampleProcesses(servers: servers, links: links) }
        do {
            if let links { try await measureLinks(links, urls: urls, direct: connections.measuring) }
            connections.start(roles: plan.roles, supervise)
            try await carryOut(connections, urls: urls, servers: servers, links)
        } catch {
            live.leavesRecords()
            await connections.close()
            throw error
        }
        if plan.label != nil, servers.isEmpty, await !connections.observer.untilVacant() { live.leavesRecords() }
        // Before the servers end: their end is then nobody's lost connection.
        await connections.close()
    }

    private func carryOut(
        _ connections: StoreConnections,
        urls: [String],
        servers: [ServerSlot],
        _ links: LinkProxy?
    ) async throws {
        await connections.observer.untilSynced()
        if servers.isEmpty, let taken = connections.observer.leaders.min(by: { $0.key < $1.key }) {
            throw Failure.notCarriedOut(
                "bucket \(plan.election.bucket) is in use: \(taken.value) leads \(taken.key); give another --bucket"
            )
        }
        let instanceURLs = try await instanceURLs(links, urls)
        let fleet = Fleet(
            plan: plan,
            folder: folder,
            urls: { instanceURLs?[$0] ?? urls.joined(separator: ",") },
            history: history,
            live: live,
            start: supervise
        )
        let slots = fleet.slots()
        let scene = RunScene(
            instances: Dictionary(uniqueKeysWithValues: slots.map { ($0.id, $0) }),
            serverSlots: servers,
            links: links,
            probe: connections.probe
        )
        try await RunPhases(
            run: self,
            scene: scene,
            slots: slots,
            version: connections.version,
            observer: connections.observer
        ).carryOut()
    }

    /// - Returns: where each instance finds the store; nil where all reach it directly.
    private func instanceURLs(_ links: LinkProxy?, _ urls: [String]) async throws -> [String: String]? {
        guard let links else { return nil }
        let wanted = try InstanceLinks(owners: plan.instances, to: urls)
        let found = wanted.urls(try await links.open(wanted.links))
        guard found.count == plan.instances.count else {
            throw Failure.notCarriedOut("the links gave ports to \(found.count) of \(plan.instances.count) instances")
        }
        return found
    }

    // MARK: What a link costs

    private static let roundTrips = 200

    /// Writes by turns with and without a link, before anybody else does.
    private func measureLinks(_ links: LinkProxy, urls: [String], direct: NATSStore) async throws {
        let wanted = try InstanceLinks(owners: ["driver"], to: [urls[0]])
        let linkedURLs = wanted.urls(try await links.open(wanted.links))
        guard let url = linkedURLs["driver"] else { throw Failure.notCarriedOut("the links gave no port to measure") }
        let connection = try plan.store.connection(urls: [url], name: "electbench link")
        let linked = try await StoreConnections.connect(connection, plan.election.bucketSettings)
        var times: (direct: [Duration], linked: [Duration]) = ([], [])
        for _ in 0..<Self.roundTrips {
            if let time = await direct.acknowledgedWrite(key: StoreProbe.key, timeout: .seconds(1)) {
                times.direct.append(time)
            }
            if let time = await linked.acknowledgedWrite(key: StoreProbe.key, timeout: .seconds(1)) {
                times.linked.append(time)
            }
        }
        await linked.close()
        guard let direct = times.direct.sorted().sortedPercentile(.p50),
            let linked = times.linked.sorted().sortedPercentile(.p50)
        else { return }
        history.record(.linkCost) { entry in
            entry.count = min(times.direct.count, times.linked.count)
            entry.directNs = direct.nanoseconds
            entry.linkedNs = linked.nanoseconds
        }
    }
}
