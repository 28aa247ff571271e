import Chaos
import ElectionCore
import NATSStore
import SystemPackage

/// All that a run is decided by, checked.
struct RunPlan: Sendable {
    enum Shows: Sendable {
        case result, log, progress
    }

    var name: String
    var seed: UInt64
    /// The instances' ids.
    var instances: [String]
    /// The names of the servers that we start; none where the user gave one.
    var servers: [String]
    var roles: [Role]
    var timing: LeaseTiming
    var combination: Combination
    /// Whether it is one of several runs that differ in nothing but their combination.
    var isCompared: Bool
    var election: ElectionOptions
    /// By instance; who has none has 0.
    var priorities: [String: Int]
    var store: StoreOptions
    /// What the schedule is drawn from; one unless a scenario has more.
    var phases: [FaultPhase]
    var schedule: FaultSchedule
    /// The file that the run was read from.
    var scenario: Scenario?
    var warmUp: Duration
    var minFaults: Int
    var natsServer: String
    /// Of the first of our servers; the others have the next ones.
    var serverPort: Int?
    /// How often each leader appends to the ledger; nil for no ledger.
    var ledgerInterval: Duration?
    /// How the instances misbehave on purpose.
    var sabotage: Sabotage?
    /// What it has to reach, each a threshold's text.
    var thresholds: [String]
    /// Whether it ends when it can't reach them any more.
    var abortsOnFail: Bool
    var output: FilePath
    /// Where its live page is served; nil for none.
    var web: WebAddress?
    var shows: Shows
    /// How long it waits before it asks the user's servers for anything: records of the run before end meanwhile.
    var rest: Duration = .zero

    /// The server that the user gave; nil where we start our own.
    var userServer: [String]? { store.urls }
    /// The cell of a sweep that it is.
    var cell: String?
    /// What it is called beside the runs that it is compared with, or in its sweep; nil of a run by itself.
    var label: String? { cell ?? (isCompared ? combination.label : nil) }
    /// How long faults fall.
    var duration: Duration { schedule.duration }

    /// Every kind that may fall or is a step of a phase.
    var kinds: [FaultKind] { Self.kinds(of: phases) }

    static func kinds(of phases: [FaultPhase]) -> [FaultKind] {
        FaultKind.allCases.filter { kind in
            phases.contains { phase in
                phase.weights[kind, default: 0] > 0 || phase.steps.contains { $0.kind == kind }
            }
        }
    }

    /// Whether instances, or servers among themselves, have to talk through links.
    var linksNeeded: Bool { kinds.contains(where: \.needsLinks) }

    /// The text that the run's folder keeps of its scenario, without secrets; nil without one.
    var scenarioText: String? { scenario?.publicText }

    /// How long the instances may take until they watch, and then until every role is led.
    var startTimeout: Duration { .seconds(10) + .milliseconds(100 * instances.count) + timing.ttl * 2 }
    /// How long after the last fault a role may be without a leader.
    var settleTimeout: Duration { timing.ttl * 3 + .seconds(10) }
    /// How long an orderly stop may take before it is ended by force.
    var stopTimeout: Duration { timing.ttl + .seconds(5) }
    /// The longest time from a fault until it is undone.
    var longestFault: Duration { schedule.faults.map(\.duration).max() ?? .zero }
}

extension RunPlan {
    /// What an instance is told of the run.
    func arguments(of instance: String) -> [String] {
        var words = combination.arguments + election.arguments
        if let priority = priorities[instance] { words.append("--priority=\(priority)") }
        words += ["--ledger", ledgerInterval.map(Durations.text) ?? "none"]
        return words + (sabotage.map { ["--sabotage", $0.rawValue] } ?? [])
    }

    /// Entries are kept long enough for a reader that lost its connection for minutes.
    var ledgerBucket: BucketSettings {
        var bucket = election.bucketSettings
        bucket.name = LedgerWriter.bucket(of: election.bucket)
        bucket.history = 64
        bucket.ageLimit = .seconds(600)
        return bucket
    }
}
