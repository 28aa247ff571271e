import ArgumentParser
import Chaos
import ElectionCore
import Testing

@testable import ElectBench

@Suite("A scenario")
struct ScenarioTests {
    @Test("has a key for every option of run but the one that names it, and no other")
    func keys() throws {
        let help = RunCommand.helpMessage(includeHidden: true, columns: 1000)
        var declared: Set<String> = []
        for line in help.split(separator: "\n") {
            let line = line.drop { $0 == " " }
            if line.hasPrefix("--") { declared.insert(String(line.dropFirst(2).prefix { $0.isLetter || $0 == "-" })) }
        }
        let known = Set(Scenario.options.map(\.name))
        #expect(declared == known.union(["scenario"]))
        #expect(Scenario.options.count == known.count)
    }

    @Test("takes every option as the command line does")
    func sameAsTyped() throws {
        #expect(Set(Self.samples.map(\.0)) == Set(Scenario.options.map(\.name)))
        let isFlag = Set(Scenario.options.filter { !$0.takesValue }.map(\.name))
        let typed = try Typed.run(Self.samples.flatMap { isFlag.contains($0) ? ["--\($0)"] : ["--\($0)", $1] })
        let text = Self.samples.map { "\($0): \($1)\n" }.joined()
        let read = try Typed.withFile(text) { try Typed.run("--scenario", $0) }
        #expect(Self.values(of: typed) == Self.values(of: read))
        let defaults = try Self.values(of: Typed.run())
        for (value, standard) in zip(Self.values(of: read), defaults) where value == standard {
            Issue.record("\(value) is what the option has anyway")
        }
    }

    static let samples = [
        ("instances", "7"), ("roles", "8"), ("duration", "9s"), ("seed", "10"), ("warm-up", "11ms"),
        ("min-faults", "0"),
        ("print-schedule", "true"), ("faults", "kill=2"), ("fault-interval", "2s"), ("downtime", "1s-2s"),
        ("fault-duration", "1s-3s"), ("link-delay", "1ms-2ms"), ("link-bandwidth", "1k-2k"), ("ttl", "10s"),
        ("heartbeat", "200ms"), ("lease", "instance"), ("spread", "5ms"),
        ("detector", "lease,connection"), ("campaign", "ranked"), ("takeover", "ask"), ("balance", "true"),
        ("priorities", "20,10"), ("bucket", "b"), ("storage", "memory"), ("replicas", "3"),
        ("watch", "role"), ("validate", "1s"), ("server", "nats://h"), ("user", "ann"), ("password", "geheim"),
        ("token", "t"), ("creds", "/c"), ("tls-ca", "/a"), ("tls-cert", "/b"), ("tls-key", "/d"), ("servers", "3"),
        ("nats-server", "/bin/nats-server"), ("server-port", "4333"), ("ledger", "none"), ("output", "/tmp/o"),
        ("name", "n"), ("quiet", "true"), ("no-progress", "true"), ("sabotage", "no-cas"),
        ("baseline", "results/before"), ("tolerance", "gap_ms=2"), ("force", "true"), ("web", "8080"),
        ("threshold", "violations:count<1"), ("abort-on-fail", "true"),
        ("export-json", "/j"), ("export-markdown", "/m"), ("export-csv", "/c"), ("export-junit", "/u"),
        ("export-openmetrics", "/o"), ("export-benchmark", "/b"),
    ]

    /// Every option's value, but the scenario's own.
    private static func values(of command: RunCommand) -> [String] {
        let groups: [(label: String, members: any ParsableArguments)] = [
            ("_faults", command.faults), ("_comparison", command.comparison), ("_election", command.election),
            ("_store", command.store), ("_gate", command.gate), ("_exports", command.exports),
        ]
        let own = Mirror(reflecting: command).children.filter { child in
            child.label != "_file" && !groups.contains { $0.label == child.label }
        }
        let grouped = groups.flatMap { Mirror(reflecting: $0.members).children }
        return (own + grouped).map { "\($0.label ?? "")=\($0.value)" }
    }

    @Test("is overridden by what is typed")
    func overrides() throws {
        let text = "instances: 5\nroles: 6\nfaults: {kill: 3, pause: 1}\nquiet: false\n"
        let file = try Typed.plan(scenario: text)
        #expect(file.instances.count == 5)
        #expect(file.roles.count == 6)
        #expect(file.phases[0].weights == [.kill: 3, .pause: 1])
        let typed = try Typed.plan(scenario: text, "--instances", "4", "--faults=stop")
        #expect(typed.instances.count == 4)
        #expect(typed.roles.count == 6)
        #expect(typed.kinds == [.stop])
    }

    @Test(
        "writes kinds of faults as text, as a list, or with weights",
        arguments: ["kill,stop", "[kill, stop]", "{kill: 1, stop: 1}"]
    )
    func faults(text: String) throws {
        #expect(try Typed.plan(scenario: "faults: \(text)").phases[0].weights == [.kill: 1, .stop: 1])
    }

    @Test("gives the run its name, unless another one is given")
    func name() throws {
        #expect(try Typed.plan("--scenario", "rolling-deploy").name == "rolling-deploy")
        #expect(try Typed.plan("--scenario", "rolling-deploy.yaml").name == "rolling-deploy")
        #expect(try Typed.plan("--scenario", "rolling-deploy", "--name", "mine").name == "mine")
        #expect(try Scenario(name: "/a/my file.yaml", text: "roles: 3").words == ["--roles=3"])
        #expect(try Scenario(name: "/a/mine.yml", text: "roles: 3").words == ["--name=mine", "--roles=3"])
    }

    @Test("leaves commands alone that are not run")
    func otherCommands() throws {
        #expect(throws: (any Error).self) { try ElectBench.command(["check", "--scenario", "rolling-deploy"]) }
        #expect(try Scenario.named(in: ["check", "--scenario", "rolling-deploy"]) == nil)
        #expect(try Scenario.named(in: ["--scenario=rolling-deploy"])?.name == "rolling-deploy")
        #expect(try Scenario.named(in: []) == nil)
    }

    @Test("compares detectors and campaigns that it lists")
    func comparison() throws {
        let text = "detector: [lease, connection]\ncampaign: [race, ranked]\npriorities: [20, 10]\n"
        let plans = try Typed.withFile(text) { try Typed.run("--scenario", $0).plans() }
        #expect(plans.count == 4)
        #expect(plans[0].priorities == ["instance-01": 20, "instance-02": 10])
        #expect(try Typed.plan(scenario: text, "--detector", "lease", "--campaign", "ranked").label == nil)
    }

    @Test("is kept with the run, without what is secret")
    func secrets() throws {
        let text = "password: 'geheim'\nuser: ann\nserver: [nats://ann:pw@h, nats://i]\n"
        let scenario = try Scenario(name: "a.yaml", text: text)
        #expect(scenario.publicText == "password: '…'\nuser: ann\nserver: [nats://h, nats://i]\n")
        #expect(try Scenario(name: "a.yaml", text: "token: ge@heim").publicText == "token: …")
        #expect(try Scenario(name: "a.yaml", text: "password: \"ge\\x68eim\"").publicText == nil)
        #expect(try Scenario(name: "a.yaml", text: "roles: 3").publicText == "roles: 3")
    }

    @Test("is refused with its name, the line and the nearest key", arguments: Self.refusals)
    func refuses(text: String, line: String) throws {
        let refusal = try #require(try Typed.refusal(ofScenario: text))
        #expect(refusal.hasPrefix("@.yaml"), "\(refusal)")
        #expect(refusal.contains(line), "\(refusal)")
    }

    static let refusals = [
        ("", "@.yaml: a scenario is empty"), ("# only a comment", "a scenario is empty"),
        ("- a", "line 1: a scenario is written as keys with values"), ("hello", "written as keys with values"),
        ("a: [1", "it is not YAML"), ("roles: 1\n---\nroles: 2", "it is not YAML"),
        ("roles: 3\nroles: 4", "given twice: roles"),
        ("roles: 3\ninstnaces: 4", "line 2: there is no key \"instnaces\"; did you mean instances?"),
        (
            "explode: 4",
            "line 1: there is no key \"explode\"; a scenario takes the options of run, description and phases"
        ),
        ("scenario: other", "there is no key \"scenario\""),
        ("\n\nttl: 3", "line 3: ttl: The value '3' is invalid for '--ttl"), ("ttl: 3", "needs a unit"),
        ("roles: 0", "line 1: roles: --roles 0: give 1 to 100000"),
        ("roles: many", "roles: The value 'many' is invalid"),
        ("roles:", "roles: it has no value"), ("roles: [3, 4]", "'3,4' is invalid"),
        ("ttl: {a: [1]}", "ttl: it takes plain values"), ("quiet: 1", "quiet: \"1\" is neither true nor false"),
        ("faults: [kill, kil]", "line 1: faults: --faults kill,kil: there is no fault \"kil\"; did you mean kill?"),
        ("faults: {kill: x}", "a weight is a whole number"), ("faults: {kill: {}}", "faults: it takes plain values"),
        ("detector: [lease, conection]", "detector: The value 'lease,conection' is invalid"),
        ("campaign: ranked\ncampain: race", "line 2: there is no key \"campain\"; did you mean campaign?"),
        ("balence: true", "there is no key \"balence\"; did you mean balance?"),
        ("balance: maybe", "balance: \"maybe\" is neither true nor false"),
        ("storage: tape", "storage: The value 'tape' is invalid"),
        ("description: [a]", "description: it takes one value"),
        ("duration: 3s\nphases: [{duration: 3s}]", "line 1: duration: the phases have durations of their own"),
    ]
}
