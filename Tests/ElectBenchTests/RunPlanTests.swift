import ArgumentParser
import Chaos
import ElectionCore
import Measurement
import NATSStore
import SystemPackage
import Testing

@testable import ElectBench

@Suite("A run's plan")
struct RunPlanTests {
    @Test(
        "repeats itself by a command that makes the same plan",
        arguments: [
            [], ["--faults", "none"], ["--ttl", "1s", "--heartbeat", "300ms", "--bucket", "b", "--validate", "2s"],
            ["--servers", "3", "--replicas", "3", "--faults", "all,kill=4", "--server-port", "4333"],
            ["--fault-duration", "1s-2s", "--link-delay", "3ms", "--link-bandwidth", "7-9", "--faults", "delay,slow"],
            ["--ledger", "none", "--sabotage", "late-demotion", "--nats-server", "/opt/nats server"],
            ["--detector", "connection", "--campaign", "ranked", "--takeover", "force", "--priorities=-20,10"],
            ["--campaign", "ranked", "--balance"],
            ["--scenario", "flaky-network"], ["--scenario", "zone-outage", "--roles", "3", "--ttl=5s", "--quiet"],
            ["--scenario=rolling-deploy", "--name", "mine", "--seed", "4", "--output", "/tmp"],
        ]
    )
    func repeats(words: [String]) throws {
        let plan = try Typed.plan(words + ["--warm-up", "500ms", "--min-faults", "2"])
        let command = plan.repeatCommand
        #expect(Array(command.prefix(2)) == ["electbench", "run"])
        let again = try Typed.plan(Array(command.dropFirst(2)))
        #expect(again.settings == plan.settings)
        #expect(again.schedule == plan.schedule)
        #expect(again.seed == plan.seed)
        #expect(again.name == plan.name)
        #expect(again.natsServer == plan.natsServer)
        #expect(again.serverPort == plan.serverPort)
        #expect(again.repeatCommand == command)
    }

    @Test("repeats a scenario by its name, what was typed beside it, and the seed")
    func repeatsScenario() throws {
        let plan = try Typed.plan(
            "--quiet",
            "--scenario",
            "zone-outage",
            "--roles=7",
            "--output",
            "/tmp",
            "--seed",
            "3",
            "--storage",
            "memory"
        )
        let words = "electbench run --scenario zone-outage --roles 7 --storage memory --seed 3"
        #expect(plan.repeatCommand.joined(separator: " ") == words)
    }

    @Test("leaves a scenario's own server in its file, with what its URL holds")
    func scenarioServer() throws {
        let text = "server: nats://ann:pw@h\n"
        let own = try Typed.plan(scenario: text).repeatCommand
        #expect(!own.contains("--server"))
        let typed = try Typed.plan(scenario: text, "--server", "nats://bob:pw@i", "--password", "pw").repeatCommand
        #expect(typed.suffix(2) == ["--server", "nats://i"])
        #expect(!typed.contains("pw"))
    }

    @Test("names the user's servers, and no secret, in its command and its settings")
    func noSecrets() throws {
        let urls = "nats://ann:pass-word@one:4222, nats://tok-en@two:4222,three:4222"
        let plan = try Typed.plan("--server", urls, "--user", "ann", "--password", "pass-word", "--token", "tok-en")
        let words = plan.repeatCommand
        #expect(words.firstIndex(of: "--server").map { words[$0 + 1] } == "nats://one:4222,nats://two:4222,three:4222")
        #expect(plan.settings.server == "nats://one:4222,nats://two:4222,three:4222")
        let all = words.joined(separator: " ") + " \(plan.settings)"
        #expect(!all.contains("pass-word"))
        #expect(!all.contains("tok-en"))
    }

    @Test(
        "leaves what stands before the host out of a URL",
        arguments: [
            ("nats://127.0.0.1:4222", "nats://127.0.0.1:4222"), ("nats://ann:secret@host", "nats://host"),
            ("nats://secret@host:1", "nats://host:1"), ("tls://ann:p@ss@host", "tls://host"),
            ("ann:secret@host", "host"),
            ("host:4222", "host:4222"), ("", ""),
        ]
    )
    func redacts(url: String, expected: String) {
        #expect(RunPlan.withoutSecret(url) == expected)
    }

    @Test("leaves passwords and tokens out of a command line, and the rest as it is")
    func redactsCommand() {
        let words = [
            "electbench", "--user", "ann", "--password", "pass-word", "--token=tok-en", "--server", "nats://a:b@host",
            "--password=pass-word", "--token", "tok-en", "--seed", "7",
        ]
        #expect(
            RunPlan.withoutSecrets(words) == [
                "electbench", "--user", "ann", "--password", "…", "--token=…", "--server", "nats://host",
                "--password=…", "--token", "…", "--seed", "7",
            ]
        )
        #expect(RunPlan.withoutSecrets([]).isEmpty)
    }

    @Test("settles in its settings what was not given")
    func settings() throws {
        let settings = try Typed.plan("--instances", "3", "--roles", "4", "--min-faults", "2").settings
        #expect(settings.server == "own")
        #expect(settings.servers == 1)
        #expect(settings.instances == 3)
        #expect(settings.faultWeights == ["kill": 1, "stop": 1])
        #expect(settings.faultDurationMinNs == 1_000_000_000)
        #expect(settings.faultDurationMaxNs == 6_000_000_000)
        #expect(settings.ledgerIntervalNs == 2_000_000_000)
        #expect(settings.scenario == nil)
        #expect(settings.phases == nil)
        #expect(settings.sabotage == nil)
        #expect(settings.roles == ["role-1", "role-2", "role-3", "role-4"])
        #expect(settings.faults == ["kill", "stop"])
        #expect(settings.ttlNs == 3_000_000_000)
        #expect(settings.heartbeatNs == 1_000_000_000)
        #expect(settings.minFaults == 2)
        #expect(settings.bucket == "leaders")
        #expect(settings.storage == "file")
        #expect(settings.validationNs == nil)
        #expect(settings.detector == "lease")
        #expect(settings.campaign == "race")
        #expect(settings.balance == nil)
        #expect(settings.takeover == nil)
        #expect(settings.priorities == nil)
    }

    @Test("tells of a scenario its name, its phases and every kind that may fall in one of them")
    func scenarioSettings() throws {
        let plan = try Typed.plan("--scenario", "store-upgrade", "--sabotage", "no-cas")
        let settings = plan.settings
        #expect(settings.scenario == "store-upgrade")
        #expect(settings.phases?.map(\.name) == ["upgrade", "crash"])
        #expect(settings.phases?.map(\.durationNs).reduce(0, +) == settings.durationNs)
        #expect(settings.faults == ["server-stop", "stream-leader-kill"])
        #expect(settings.faultWeights == nil)
        #expect(settings.servers == 3)
        #expect(settings.sabotage == "no-cas")
        #expect(plan.longestFault == .seconds(5))
    }

    @Test("hands its election to its instances word by word")
    func arguments() throws {
        let given = try ElectionOptions.parse([
            "--ttl", "900ms", "--heartbeat", "200ms", "--bucket", "b", "--storage", "memory", "--watch", "role",
            "--validate", "1s", "--takeover", "ask", "--balance",
        ])
        let again = try ElectionOptions.parse(given.arguments)
        #expect(again.arguments == given.arguments)
        #expect(try again.timing() == LeaseTiming(ttl: .milliseconds(900), heartbeat: .milliseconds(200)))
        #expect(again.bucketSettings == given.bucketSettings)
        #expect(again.watch == .role)
        #expect(again.validate == .seconds(1))
        #expect(again.takeover == .ask)
        #expect(again.balance)
    }
}
