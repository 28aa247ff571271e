/// Nothing passes between servers and their peers.
struct ServerPartitionFault: Fault {
    func unavailableReason(in scene: any FaultScene) -> String? { FaultKind.serverPartition.lack(in: scene) }

    func inject(_ fault: ScheduledFault, in scene: any FaultScene) async -> [Injection] {
        await scene.impair(fault.victims, .blocked, of: .server)
    }

    func heal(_ fault: ScheduledFault, _ injections: [Injection], in scene: any FaultScene) async throws(ChaosError) {
        try await scene.healLinks(injections)
    }
}
