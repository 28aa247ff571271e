/// What is left out of a drawn world, so that a smaller one shows the same.
package struct Reduction: Hashable, Sendable, CustomStringConvertible {
    /// What can be left out besides faults, instances and roles.
    package enum Trait: String, CaseIterable, Sendable {
        case loss, tail, duplicate, numberless, lag
        case callbackTime = "callback-time"
        case replicaLag = "replica-lag"
        case cross, deaf
        case lateNotice = "late-notice"
        case drift
        case thinOut = "thin-out"
    }

    /// By their place in the draw, from 1; nil: all.
    package var faults: [Int]?
    /// How many of the first; nil: all.
    package var instances: Int?
    package var roles: Int?
    package var without: [Trait] = []

    package init() {}

    /// Reads what ``description`` wrote; nil where it is no such text.
    package init?(_ text: String) {
        for part in text.split(separator: ";") {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard words.count == 2 else { return nil }
            let values = words[1].split(separator: ",")
            switch words[0] {
            case "faults":
                let numbers = values.compactMap { Int($0) }
                guard numbers.count == values.count else { return nil }
                faults = numbers
            case "instances":
                guard let count = Int(words[1]), count > 0 else { return nil }
                instances = count
            case "roles":
                guard let count = Int(words[1]), count > 0 else { return nil }
                roles = count
            case "without":
                let traits = values.compactMap { Trait(rawValue: String($0)) }
                guard traits.count == values.count else { return nil }
                without = traits
            default: return nil
            }
        }
    }

    /// Such as `instances=2;roles=1;faults=3,7;without=loss,drift`; empty where nothing is left out.
    package var description: String {
        var parts: [String] = []
        if let instances { parts.append("instances=\(instances)") }
        if let roles { parts.append("roles=\(roles)") }
        if let faults { parts.append("faults=" + faults.map(String.init).joined(separator: ",")) }
        if !without.isEmpty { parts.append("without=" + without.map(\.rawValue).joined(separator: ",")) }
        return parts.joined(separator: ";")
    }
}

extension WorldDraw {
    /// The same draw, with less in it.
    package func reduced(by reduction: Reduction) -> WorldDraw {
        var draw = self
        if let count = reduction.instances {
            draw.plan.hosts = Array(plan.hosts.prefix(count))
            draw.policies = Array(policies.prefix(count))
        }
        if let count = reduction.roles { draw.plan.roles = Array(plan.roles.prefix(count)) }
        if let kept = reduction.faults {
            draw.plan.faults = kept.filter { (1...plan.faults.count).contains($0) }.map { plan.faults[$0 - 1] }
        }
        for trait in reduction.without { draw.leaveOut(trait) }
        return draw
    }

    private mutating func leaveOut(_ trait: Reduction.Trait) {
        switch trait {
        case .loss: plan.conditions.loss = 0
        case .tail: plan.conditions.tailChance = 0
        case .duplicate: plan.conditions.duplicate = 0
        case .numberless: plan.conditions.numberless = 0
        case .lag: plan.conditions.lagChance = 0
        case .callbackTime: plan.conditions.callbackTime = 0
        case .replicaLag: plan.conditions.replicaLag = 0
        case .cross: plan.conditions.cross = 0
        case .deaf: plan.conditions.deaf = 0
        case .lateNotice: plan.conditions.lateNotice = 0
        case .drift:
            for index in plan.hosts.indices {
                plan.hosts[index].clock = HostClock(offset: plan.hosts[index].clock.offset)
            }
        case .thinOut: thinsOutAt = nil
        }
    }
}
