import ElectionCore

/// Connections, and what the server tells of those that it lost.
///
/// With the detector `connection`, nothing but this keeps two from leading: *the server tells others of a connection only when
/// its process has been told, or is dead.* So the network of the model tells both sides of a closed connection:
/// - Where the server closes one, or somebody between does (``FaultMix/Fault/drop``), the process gets `disconnected` at that
///   instant, before anything about it leaves the server. What a real network adds, the way from the closing to the process, is
///   what this detector risks.
/// - A connection that is cut is closed for the server when the client library notices, not before: a server that hears nothing
///   any more takes it for stale, which is no reason that counts.
/// - A paused process's connection stays open: its kernel answers for it. What it didn't notice it notices first of all when it is
///   resumed, and the server tells nobody before.
/// - The process takes that notice before it answers whether it leads: whatever waits in its threads comes later.
///
/// All else is free: an event comes at once or many leases late, twice, or never; events name connections that were closed long
/// ago, or that never were.
extension World {
    mutating func cut(_ process: Int, for span: Int64) {
        processes[process].healsAt = max(processes[process].healsAt, now + span)
        guard !processes[process].isCut else { return }
        processes[process].isCut = true
        watchers[process] = nil
        trace { _ in "network: \(process) is cut off for \(span)" }
        queue.add(.noticesCut(process), at: now + random.upTo(mix.longestTTL / 2))
    }

    mutating func noticeCut(_ process: Int) {
        guard processes[process].isAlive else { return }
        switch mix.detector {
        case .lease: arrive(.disconnected, at: process)
        case .connection where processes[process].isPaused:
            processes[process].noticesOnResumption = true
            return
        case .connection: self.process(.disconnected, at: process, stamp: nil)
        }
        processes[process].noticesOnResumption = false
        processes[process].isConnected = false
        tellLoss(of: process)
        dialLater(process)
    }

    /// The connection is reset.
    mutating func drop(_ process: Int) {
        guard !processes[process].isCut, !processes[process].isPaused else { return }
        trace { _ in "network: \(process) is dropped" }
        processes[process].isCut = true
        watchers[process] = nil
        noticeCut(process)
    }

    mutating func dialLater(_ process: Int) {
        queue.add(
            .dials(process),
            at: max(now, processes[process].healsAt) + random.upTo(isCalm ? 1 : mix.longestTTL / 10)
        )
    }

    mutating func dial(_ process: Int) {
        guard processes[process].isAlive else { return }
        guard processes[process].healsAt <= now else { return dialLater(process) }
        connections.append(ConnectionID(server: "s\(serverLife)", client: UInt64(connections.count + 1)))
        processes[process].connection = connections.count
        processes[process].isConnected = true
        processes[process].isCut = false
        processes[process].watchArrival = now
        arrive(.connected(generation: processes[process].connection), at: process)
        send(.watch, from: process)
    }

    func connectionID(_ number: Int) -> ConnectionID { connections[number - 1] }

    // MARK: Losses

    /// The process's last connection is closed, and the process knows or is dead.
    mutating func tellLoss(of process: Int) {
        guard processes[process].connection > 0 else { return }
        tell(connectionID(processes[process].connection), except: process)
    }

    /// Whom the server tells, how often, and when, is drawn for each.
    private mutating func tell(_ connection: ConnectionID, except process: Int?) {
        for other in processes.indices where processes[other].isAlive && other != process {
            guard mix.policies[processes[other].host].isHearingLosses else { continue }
            guard !random.isTrue(mix.deafChance) else { continue }
            for _ in 0..<(random.isTrue(0.1) ? 2 : 1) {
                let isLate = random.isTrue(0.15)
                queue.add(
                    .arrives(.lost(connection), other),
                    at: now + (isLate ? random.upTo(mix.longestTTL * 4) : min(delay(), random.upTo(1_000_000)))
                )
            }
        }
    }

    /// An event of a connection that was closed before, or that nobody ever had.
    mutating func spreadRumour() {
        let open = processes.filter { $0.isAlive && $0.isConnected }.map(\.connection)
        let unnoticed = processes.filter { $0.isAlive && $0.noticesOnResumption }.map(\.connection)
        let closed = (1..<connections.count + 1).filter { !open.contains($0) && !unnoticed.contains($0) }
        var connection = ConnectionID(server: "s\(serverLife)", client: UInt64(1_000_000 + connections.count))
        if !closed.isEmpty { connection = connectionID(random.pick(closed)) }
        if random.isTrue(0.1) { connection.client = 0 }
        trace { _ in "server: a rumour of \(connection)" }
        tell(connection, except: nil)
    }

    /// Nobody answers for an incarnation that has no connection: the server says so at once.
    mutating func probe(_ member: Member, for process: Int) {
        let isThere = processes.contains {
            $0.isAlive && $0.isConnected && name($0.host) == member.id && $0.incarnation == member.incarnation
        }
        if !isThere { answer(.lost(member.connection), to: process) }
    }
}
