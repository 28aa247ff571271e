import Chaos
import ElectionCore

/// What the run's faults are done to.
struct RunScene: FaultScene {
    let instances: [String: InstanceSlot]
    /// Those that are ours, in order.
    let serverSlots: [ServerSlot]
    let links: (any LinkControl)?
    let probe: StoreProbe

    func instance(_ id: String) -> (any FaultTarget)? { instances[id] }
    func server(_ name: String) -> (any FaultTarget)? { serverSlots.first { $0.name == name } }
    var servers: [String] { serverSlots.map(\.name) }
    func streamLeader() async -> String? { await probe.streamLeader() }

    /// Lets servers go on that stand still, and everything pass on all links.
    func letPass(_ owners: [String]) async {
        for slot in serverSlots { slot.process?.send(.resume) }
        // A proxy that is gone carries nothing that could be healed.
        for owner in owners + servers { try? await links?.heal(owner) }
    }
}
