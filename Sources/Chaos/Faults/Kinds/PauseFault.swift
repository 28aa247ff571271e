/// SIGSTOP to all victims, then SIGCONT.
struct PauseFault: Fault {
    let kind: FaultKind

    func unavailableReason(in scene: any FaultScene) -> String? { kind.lack(in: scene) }

    func inject(_ fault: ScheduledFault, in scene: any FaultScene) async -> [Injection] {
        scene.send(.suspend, to: fault.victims, of: kind.target)
    }

    /// A victim that was killed while it stood still is gone, and whoever killed it starts it again.
    func heal(_ fault: ScheduledFault, _ injections: [Injection], in scene: any FaultScene) async throws(ChaosError) {
        let hit = injections.filter { $0.delivery.outcome == .sent }.map(\.victim)
        _ = scene.send(.resume, to: hit, of: kind.target)
    }
}
