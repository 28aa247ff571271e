/// Impairs all links of instances, as the schedule says.
struct LinkFault: Fault {
    let kind: FaultKind

    func unavailableReason(in scene: any FaultScene) -> String? { kind.lack(in: scene) }

    func inject(_ fault: ScheduledFault, in scene: any FaultScene) async -> [Injection] {
        guard let impairment = fault.impairment else { preconditionFailure("nothing to do to a link: \(fault)") }
        return await scene.impair(fault.victims, impairment, of: kind.target)
    }

    func heal(_ fault: ScheduledFault, _ injections: [Injection], in scene: any FaultScene) async throws(ChaosError) {
        try await scene.healLinks(injections)
    }
}
