import Chaos
import ElectionCore

/// Schedules of five instances and three servers, with every kind that there is.
enum ScheduleMix {
    static let instances = ["a", "b", "c", "d", "e"]
    static let servers = ["server-1", "server-2", "server-3"]
    static let downtime: ClosedRange<Duration> = .milliseconds(500)...(.seconds(3))
    static let faultDuration: ClosedRange<Duration> = .milliseconds(100)...(.seconds(2))
    static let latency: ClosedRange<Duration> = .milliseconds(20)...(.milliseconds(200))
    static let bandwidth = 1_000...100_000

    static let kinds = FaultKind.allCases
    static let instanceKinds = kinds.filter { $0.target != .server && $0 != .restartAll }

    /// Every kind alike.
    static func alike(_ kinds: [FaultKind]) -> [FaultKind: Int] {
        Dictionary(uniqueKeysWithValues: kinds.map { ($0, 1) })
    }

    static func phase(
        _ name: String = "all",
        duration: Duration = .seconds(60),
        weights: [FaultKind: Int] = alike(kinds),
        meanInterval: Duration = .seconds(2),
        steps: [FaultStep] = []
    ) -> FaultPhase {
        FaultPhase(
            name: name,
            duration: duration,
            weights: weights,
            meanInterval: meanInterval,
            downtime: downtime,
            faultDuration: faultDuration,
            latency: latency,
            bandwidth: bandwidth,
            steps: steps
        )
    }

    static func schedule(seed: UInt64, _ phases: FaultPhase...) -> FaultSchedule {
        FaultSchedule(seed: seed, instances: instances, servers: servers, phases: phases)
    }

    /// A thousand schedules of one phase, made once for all tests.
    static let thousand = (UInt64(0)..<1000).map { schedule(seed: $0, phase()) }

    /// Two phases, of which the second holds steps that random faults have to keep away from.
    static let thousandWithSteps = (UInt64(0)..<1000).map { seed in
        schedule(
            seed: seed,
            phase("first", duration: .seconds(20), weights: alike(instanceKinds + [.restartAll, .serverKill])),
            phase(
                "second",
                duration: .seconds(20),
                steps: [
                    FaultStep(at: .seconds(1), kind: .partition, victims: .share(percent: 30), duration: .seconds(3)),
                    FaultStep(at: .seconds(6), kind: .kill, victims: .names(["c", "d", "e"]), duration: .seconds(2)),
                    FaultStep(
                        at: .seconds(10),
                        kind: .serverStop,
                        victims: .names(["server-2"]),
                        duration: .seconds(1)
                    ),
                    FaultStep(at: .seconds(12), kind: .stop, duration: .milliseconds(200), interval: .seconds(1)),
                ]
            )
        )
    }
}

extension ScheduledFault {
    /// Until its victims count as free again.
    var span: Range<Duration> {
        let margin =
            kind.target == .server
            ? FaultSchedule.serverSettleMargin(servers: ScheduleMix.servers.count) : FaultSchedule.settleMargin
        return offset..<(offset + duration + margin)
    }
}
