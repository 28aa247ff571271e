import Chaos
import ElectionCore
import Measurement
import NATSStore
import Simulation

/// What a run's plan is in virtual time.
extension RunPlan {
    /// - Parameter drift: how far each host's clock may be from true, in parts per million.
    func world(_ model: ClusterModel, drift: Int) throws -> WorldPlan {
        var random = SplitMix64(seed: seed ^ 0xC10C)
        let hosts = try instances.map { name in
            let most = Int64(drift) * 1000
            let rate = Int64(random.number(below: UInt64(2 * most + 1))) - most
            return WorldPlan.Host(
                settings: try electionSettings(of: name),
                clock: HostClock(drift: rate),
                hearsLosses: true
            )
        }
        let ageLimit = election.bucketSettings.ageLimit
        return WorldPlan(
            seed: seed,
            hosts: hosts,
            roles: roles,
            model: model,
            ageLimit: ageLimit == .zero ? nil : ageLimit,
            servers: servers.count
        )
    }

    private func electionSettings(of name: String) throws -> ElectionSettings {
        do throws(ElectionError) {
            return ElectionSettings(
                instance: try InstanceID(name),
                incarnation: 0,
                timing: timing,
                lease: election.lease,
                detector: combination.detector,
                campaign: combination.campaign.campaign(over: election.spread),
                priority: priorities[name] ?? 0,
                takeover: election.takeover,
                balances: election.balance,
                validationInterval: election.validate,
                startsOnStandby: true
            )
        } catch {
            throw Failure.badArgument("\(error)")
        }
    }

    func course(serverVersion: String) -> SimulatedRun.Course {
        SimulatedRun.Course(
            warmUp: warmUp.nanoseconds,
            startTimeout: startTimeout.nanoseconds,
            settleTimeout: settleTimeout.nanoseconds,
            stopTimeout: stopTimeout.nanoseconds,
            schedule: schedule,
            keepsStore: election.storage == .file || election.replicaCount > 1,
            serverVersion: serverVersion
        )
    }
}
