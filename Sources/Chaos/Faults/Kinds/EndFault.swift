/// A signal that ends all victims, as close together as can be; each starts again, one that does not stop in time after it was
/// ended by force.
struct EndFault: Fault {
    let kind: FaultKind
    let signal: ChildSignal

    func unavailableReason(in scene: any FaultScene) -> String? { kind.lack(in: scene) }

    func inject(_ fault: ScheduledFault, in scene: any FaultScene) async -> [Injection] {
        scene.end(fault.victims, of: kind.target, by: signal)
    }

    func heal(_ fault: ScheduledFault, _ injections: [Injection], in scene: any FaultScene) async throws(ChaosError) {
        try await scene.restart(injections, of: kind.target)
    }
}
