import ArgumentParser
import Chaos
import ElectionCore
import Glibc

struct InstanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instance",
        abstract: "Takes part in the elections of some roles until it is stopped.",
        discussion: """
            Start it in several terminals with the same roles; SIGTERM or Ctrl-C stops it in order.

            Examples:

              INSTANCE_ID=instance-1 electbench instance --roles database-writer,scheduler
            """
    )

    @Option(help: "The roles to take part in, with commas.")
    var roles: String?

    @Option(help: ArgumentHelp("The number of roles, named role-1 and so on.", visibility: .hidden))
    var roleCount: Int?

    @Option(help: "This instance's unique name; host name and process id unless given. (INSTANCE_ID)")
    var id: String?

    @Option(help: "How it learns that a leader is gone.")
    var detector: Detector = .lease

    @Option(
        help: "Who tries first for a vacant role: each after a time of its own, or all in an order that they agree on."
    )
    var campaign: CampaignKind = .race

    @Option(help: "Who has a higher one comes first in a ranked campaign and, with --takeover, takes roles.")
    var priority = 0

    @Option(help: "How often its status is printed. (default: 5s)", transform: Durations.parse)
    var statusInterval: Duration = .seconds(5)

    @OptionGroup(title: "Election")
    var election: ElectionOptions

    @OptionGroup(title: "Store")
    var store: StoreOptions

    @Flag(help: "Write history lines, begin to campaign when standard input ends.")
    var events = false

    @Option(
        help: ArgumentHelp("How often a leader writes to the ledger: a duration or none.", visibility: .hidden),
        transform: { try Durations.parseOrNone($0, atLeast: .milliseconds(100)) }
    )
    var ledger: Duration = .zero

    @Option(help: ArgumentHelp("How it misbehaves, to test the checkers.", visibility: .hidden))
    var sabotage: Sabotage?

    @Option(help: ArgumentHelp("Which life of the instance this is.", visibility: .hidden))
    var incarnation: Int64?

    @Option(help: ArgumentHelp("The process to die with.", visibility: .hidden))
    var parent: Int32?

    func run() async throws {
        if let parent { try dieWith(parent) }
        // Who reads our output may go away before we do.
        signal(SIGPIPE, SIG_IGN)
        try await InstanceProgram(settings: settings()).run()
    }

    private func dieWith(_ parent: Int32) throws {
        do {
            try ParentDeath.dieWithParent(expectedParent: parent)
        } catch {
            throw Failure.notCarriedOut("\(error)")
        }
    }

    private func settings() throws -> InstanceProgram.Settings {
        let urls = store.urls ?? ["nats://127.0.0.1:4222"]
        let name = id ?? getenv("INSTANCE_ID").map { String(cString: $0) } ?? "\(hostName())-\(getpid())"
        guard statusInterval > .zero else { throw Failure.badArgument("--status-interval must be above zero") }
        let instance: InstanceID
        let roles: [Role]
        do throws(ElectionError) {
            instance = try InstanceID(name)
            roles = try parsedRoles()
        } catch {
            throw Failure.badArgument("\(error)")
        }
        guard !roles.isEmpty else {
            throw Failure.badArgument("--roles is missing: name at least one, as --roles database-writer,scheduler")
        }
        guard Set(roles).count == roles.count else { throw Failure.badArgument("--roles names a role twice") }
        try election.validate(for: [campaign])
        let incarnation = incarnation ?? Timestamp.now().nanoseconds
        var settings = InstanceProgram.Settings(
            roles: roles,
            election: ElectionSettings(
                instance: instance,
                incarnation: incarnation,
                timing: try election.timing(),
                lease: election.lease,
                detector: detector,
                // Who doesn't compare loses no race: without a spread many acquire a role at once.
                campaign: campaign.campaign(over: sabotage == .noCAS ? .zero : election.spread),
                priority: priority,
                takeover: election.takeover,
                balances: election.balance,
                validationInterval: election.validate,
                startsOnStandby: events
            ),
            connection: try store.connection(urls: urls, name: "\(name)#\(incarnation)"),
            bucket: election.bucketSettings,
            watch: election.watch,
            statusInterval: statusInterval,
            writesEvents: events,
            patience: events ? patience : .zero,
            ledgerInterval: ledger > .zero ? ledger : nil,
            sabotage: sabotage
        )
        // A driver's instances share a host.
        settings.election.gathersRenewals = events
        return settings
    }

    /// Where hundreds of instances share a host, each time that one wakes up costs all. Under leases this long it makes no
    /// difference to when they end; who hears of lost connections, or is given roles, is to hear of it soon, and does so the sooner,
    /// the less the others are busy.
    private var patience: Duration {
        let ttl = election.ttl
        let isTold = detector == .connection || campaign == .ranked
        let patience = isTold ? ttl / 500 - .milliseconds(10) : ttl / 120 - .milliseconds(25)
        return max(.zero, min(patience, .milliseconds(isTold ? 20 : 100)))
    }

    private func parsedRoles() throws(ElectionError) -> [Role] {
        if let roleCount { return try Roles.numbered(roleCount) }
        var named: [Role] = []
        for name in roles?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
            named.append(try Role(String(name)))
        }
        return named
    }

    private func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "instance" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// The roles of a run: `role-01` … with as many digits as the last one needs.
enum Roles {
    static func numbered(_ count: Int) throws(ElectionError) -> [Role] {
        let width = String(count).count
        var roles: [Role] = []
        for number in stride(from: 1, through: count, by: 1) {
            let digits = String(number)
            roles.append(try Role("role-" + String(repeating: "0", count: width - digits.count) + digits))
        }
        return roles
    }
}
