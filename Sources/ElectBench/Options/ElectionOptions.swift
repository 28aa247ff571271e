public import ArgumentParser
import ElectionCore
public import NATSStore

/// How the election is held; the same for a run and for one instance.
struct ElectionOptions: ParsableArguments {
    @Option(help: "How long a record entitles its writer to lead. (default: 3s)", transform: Durations.parse)
    var ttl: Duration = .seconds(3)

    @Option(
        help: "How often a leader renews its record; at most a third of the ttl. (default: 1s)",
        transform: Durations.parse
    )
    var heartbeat: Duration = .seconds(1)

    @Option(
        help: """
            What is renewed: each role's own record, or one record of the instance, its session, on which all roles rest that it \
            leads: role or instance.
            """
    )
    var lease: LeaseScope = .role

    @Option(
        help: """
            Over how long followers spread their first try for a vacant role in a race; in a ranked campaign, by how much each \
            waits longer than the one before it. (default: 20ms)
            """,
        transform: Durations.parse
    )
    var spread: Duration = Campaign.defaultSpread

    @Option(help: "What an instance does where one of lower priority leads; needs a ranked campaign.")
    var takeover: Takeover = .none

    @Flag(help: "Even out how many roles each instance leads, one by one; needs a ranked campaign.")
    var balance = false

    @Option(help: "The bucket that holds the records.")
    var bucket = "leaders"

    @Option(help: "Where a bucket that we make keeps them: file or memory.")
    var storage: BucketSettings.Storage = .file

    @Option(help: "How many servers keep a copy of a bucket that we make. (default: all that we start, else 1)")
    var replicas: Int?

    var replicaCount: Int { replicas ?? 1 }

    @Option(help: "One watch over the bucket, or one a role as the Go library has it: bucket or role.")
    var watch: WatchMode = .bucket

    @Option(
        help: "How often a leader compares its token with the store's; never unless given.",
        transform: { try Durations.parse($0, atLeast: .milliseconds(10)) }
    )
    var validate: Duration?

    func timing() throws -> LeaseTiming {
        guard spread <= ttl else {
            throw Failure.badArgument(
                "--spread \(Durations.text(spread)): give at most the ttl (\(Durations.text(ttl))); it delays each takeover"
            )
        }
        do {
            return try LeaseTiming(ttl: ttl, heartbeat: heartbeat)
        } catch {
            throw Failure.badArgument(
                "--ttl \(Durations.text(ttl)), --heartbeat \(Durations.text(heartbeat)): \(error)"
            )
        }
    }

    var bucketSettings: BucketSettings {
        BucketSettings(
            name: bucket,
            storage: storage,
            replicas: replicaCount,
            leaseTTL: ttl,
            ageLimit: lease == .instance ? .zero : nil
        )
    }

    /// How long what an earlier run left behind can keep others waiting.
    var rest: Duration { ttl * 2 }

    /// What no server can be asked about, before there is one.
    ///
    /// - Throws: ``Failure`` with exit code 64.
    func validateBucket() throws {
        do throws(StoreError) {
            try bucketSettings.validate()
        } catch {
            throw Failure.of(error)
        }
    }

    /// - Throws: ``Failure`` with exit code 64 where something is wanted that one of the campaigns has not.
    func validate(for campaigns: [CampaignKind]) throws {
        guard campaigns.contains(.race) else { return }
        let wanted = takeover != .none ? "--takeover \(takeover.rawValue)" : balance ? "--balance" : nil
        guard let wanted else { return }
        let change = campaigns.count > 1 ? "leave race out of --campaign" : "add --campaign ranked"
        throw Failure.badArgument("\(wanted) needs members that know one another: \(change), or leave it out")
    }

    /// The options as words, for a child process.
    var arguments: [String] {
        var words = [
            "--ttl", Durations.text(ttl), "--heartbeat", Durations.text(heartbeat), "--spread", Durations.text(spread),
            "--bucket", bucket,
            "--storage", storage.rawValue, "--replicas", "\(replicaCount)", "--watch", watch.rawValue,
        ]
        if lease != .role { words += ["--lease", lease.rawValue] }
        if takeover != .none { words += ["--takeover", takeover.rawValue] }
        if balance { words.append("--balance") }
        if let validate { words += ["--validate", Durations.text(validate)] }
        return words
    }
}

extension BucketSettings.Storage: ExpressibleByArgument {}
extension WatchMode: ExpressibleByArgument {}
extension LeaseScope: ExpressibleByArgument {}
