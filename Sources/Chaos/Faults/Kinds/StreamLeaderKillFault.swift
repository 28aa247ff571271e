/// SIGKILL to the server that leads the bucket's stream at the moment; it starts again.
struct StreamLeaderKillFault: Fault {
    func unavailableReason(in scene: any FaultScene) -> String? { FaultKind.streamLeaderKill.lack(in: scene) }

    /// - Returns: nothing where no server leads the stream.
    func inject(_ fault: ScheduledFault, in scene: any FaultScene) async -> [Injection] {
        guard let leader = await scene.streamLeader() else { return [] }
        return scene.end([leader], of: .server, by: .kill)
    }

    func heal(_ fault: ScheduledFault, _ injections: [Injection], in scene: any FaultScene) async throws(ChaosError) {
        try await scene.restart(injections, of: .server)
    }
}
