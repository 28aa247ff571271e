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
    @Test("repeats itself by a command that parses back to the same settings")
    func repeats() throws {
        let plan = try plan(["--ttl", "1s", "--heartbeat", "300ms", "--bucket", "b", "--validate", "2s"], [])
        let words = plan.repeatCommand
        #expect(Array(words.prefix(2)) == ["electbench", "run"])
        let command = try #require(try ElectBench.parseAsRoot(Array(words.dropFirst())) as? RunCommand)
        #expect(command.instances == 3)
        #expect(command.roles == 4)
        #expect(command.seed == 7)
        #expect(command.faults == "kill,stop")
        #expect(command.duration == plan.duration)
        #expect(command.faultInterval == plan.faultInterval)
        #expect(command.downtime == plan.downtime)
        #expect(command.warmUp == plan.warmUp)
        #expect(command.minFaults == 2)
        #expect(command.election.ttl == .seconds(1))
        #expect(command.election.heartbeat == .milliseconds(300))
        #expect(command.election.bucket == "b")
        #expect(command.election.validate == .seconds(2))
        #expect(command.store.server == nil)
    }

    @Test("without faults says so in the command that repeats it")
    func withoutFaults() throws {
        var plan = try plan([], [])
        plan.kinds = []
        let words = plan.repeatCommand
        #expect(words.firstIndex(of: "--faults").map { words[$0 + 1] } == "none")
    }

    @Test("names the user's servers, and no secret, in its command and its settings")
    func noSecrets() throws {
        let urls = "nats://ann:pass-word@one:4222, nats://tok-en@two:4222,three:4222"
        let plan = try plan([], ["--server", urls, "--user", "ann", "--password", "pass-word", "--token", "tok-en"])
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

    @Test("repeats itself with the server that it was given to start")
    func ownServer() throws {
        var plan = try plan([], [])
        plan.natsServer = "/opt/nats server"
        plan.serverPort = 4333
        let command = try #require(try ElectBench.parseAsRoot(Array(plan.repeatCommand.dropFirst())) as? RunCommand)
        #expect(command.natsServer == "/opt/nats server")
        #expect(command.serverPort == 4333)
    }

    @Test("settles in its settings what was not given")
    func settings() throws {
        let settings = try plan([], []).settings
        #expect(settings.server == "own")
        #expect(settings.instances == 3)
        #expect(settings.roles == ["role-1", "role-2", "role-3", "role-4"])
        #expect(settings.faults == ["kill", "stop"])
        #expect(settings.ttlNs == 3_000_000_000)
        #expect(settings.heartbeatNs == 1_000_000_000)
        #expect(settings.minFaults == 2)
        #expect(settings.bucket == "leaders")
        #expect(settings.storage == "file")
        #expect(settings.validationNs == nil)
    }

    @Test("hands its election to its instances word by word")
    func arguments() throws {
        let given = try ElectionOptions.parse([
            "--ttl", "900ms", "--heartbeat", "200ms", "--bucket", "b", "--storage", "memory", "--watch", "role",
            "--validate", "1s",
        ])
        let again = try ElectionOptions.parse(given.arguments)
        #expect(again.arguments == given.arguments)
        #expect(try again.timing() == LeaseTiming(ttl: .milliseconds(900), heartbeat: .milliseconds(200)))
        #expect(again.bucketSettings == given.bucketSettings)
        #expect(again.watch == .role)
        #expect(again.validate == .seconds(1))
    }

    private func plan(_ election: [String], _ store: [String]) throws -> RunPlan {
        let election = try ElectionOptions.parse(election)
        let instances = ["instance-1", "instance-2", "instance-3"]
        return RunPlan(
            name: "run",
            seed: 7,
            instances: instances,
            roles: try Roles.numbered(4),
            timing: try election.timing(),
            election: election,
            store: try StoreOptions.parse(store),
            schedule: FaultSchedule(
                seed: 7,
                instances: instances,
                kinds: [.kill, .stop],
                meanInterval: .milliseconds(700),
                downtime: .milliseconds(300)...(.milliseconds(800)),
                duration: .seconds(6)
            ),
            kinds: [.kill, .stop],
            faultInterval: .milliseconds(700),
            downtime: .milliseconds(300)...(.milliseconds(800)),
            duration: .seconds(6),
            warmUp: .milliseconds(500),
            minFaults: 2,
            natsServer: "nats-server",
            serverPort: nil,
            output: "results",
            shows: .result
        )
    }
}
