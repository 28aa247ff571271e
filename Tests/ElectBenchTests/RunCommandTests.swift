import ArgumentParser
import Chaos
import ElectionCore
import Testing

@testable import ElectBench

@Suite("The options of run")
struct RunCommandTests {
    @Test("have defaults that make a run")
    func defaults() throws {
        let plan = try Typed.plan()
        #expect(plan.instances.count == 20)
        #expect(plan.servers == ["server-1"])
        #expect(plan.kinds == [.kill, .stop])
        #expect(plan.duration == .seconds(60))
        #expect(plan.ledgerInterval == .seconds(2))
        #expect(plan.sabotage == nil)
        #expect(plan.scenarioText == nil)
        #expect(!plan.linksNeeded)
        let phase = try #require(plan.phases.first)
        #expect(plan.phases.count == 1)
        #expect(phase.meanInterval == .milliseconds(1500))
        #expect(phase.downtime == .milliseconds(500)...(.seconds(3)))
        #expect(phase.faultDuration == .seconds(1)...(.seconds(6)))
        #expect(phase.latency == .milliseconds(20)...(.milliseconds(500)))
        #expect(phase.bandwidth == 4096...65536)
    }

    @Test("let faults last past the ttl, whatever it is")
    func faultDurationFollowsTTL() throws {
        let plan = try Typed.plan("--ttl", "900ms", "--heartbeat", "300ms")
        #expect(plan.phases[0].faultDuration == .milliseconds(300)...(.milliseconds(1800)))
    }

    @Test("are all taken over")
    func given() throws {
        let plan = try Typed.plan(
            "--servers",
            "3",
            "--replicas",
            "3",
            "--faults",
            "kill=3,server-partition",
            "--fault-interval",
            "2s",
            "--downtime",
            "1s-2s",
            "--fault-duration",
            "100ms-4s",
            "--link-delay",
            "1ms-2ms",
            "--link-bandwidth",
            "1k-2k",
            "--ledger",
            "500ms",
            "--sabotage",
            "no-cas",
            "--duration",
            "10s",
            "--seed",
            "5"
        )
        #expect(plan.servers == ["server-1", "server-2", "server-3"])
        #expect(plan.election.replicas == 3)
        #expect(plan.kinds == [.kill, .serverPartition])
        #expect(plan.linksNeeded)
        #expect(plan.ledgerInterval == .milliseconds(500))
        #expect(plan.sabotage == .noCAS)
        let phase = plan.phases[0]
        #expect(phase.weights == [.kill: 3, .serverPartition: 1])
        #expect(phase.duration == .seconds(10))
        #expect(phase.meanInterval == .seconds(2))
        #expect(phase.downtime == .seconds(1)...(.seconds(2)))
        #expect(phase.faultDuration == .milliseconds(100)...(.seconds(4)))
        #expect(phase.latency == .milliseconds(1)...(.milliseconds(2)))
        #expect(phase.bandwidth == 1024...2048)
        #expect(
            plan.schedule
                == FaultSchedule(seed: 5, instances: plan.instances, servers: plan.servers, phases: plan.phases)
        )
    }

    @Test(
        "need links for link faults and for a server that is cut off, and for nothing else",
        arguments: FaultKind.allCases
    )
    func links(kind: FaultKind) throws {
        let plan = try Typed.plan("--servers", "3", "--faults", kind.rawValue)
        #expect(plan.linksNeeded == (kind.target == .link || kind == .serverPartition))
    }

    @Test("turn the ledger off", arguments: ["none", "0s"])
    func noLedger(text: String) throws {
        #expect(try Typed.plan("--ledger", text).ledgerInterval == nil)
    }

    @Test("know the server that the user has: it is none of ours")
    func userServer() throws {
        let plan = try Typed.plan("--server", "nats://h", "--replicas", "3", "--faults", "all")
        #expect(plan.servers.isEmpty)
        #expect(plan.kinds == FaultKind.allCases.filter { $0.target != .server })
    }

    @Test("keep what is only for tests out of the help, and the rest in it")
    func help() {
        let help = RunCommand.helpMessage()
        #expect(!help.contains("sabotage"))
        for word in [
            "--faults", "--scenario", "--print-schedule", "--servers", "--ledger", "rolling-deploy", "quorum-loss",
        ] {
            #expect(help.contains(word), "\(word)")
        }
    }

    @Test(
        "are refused where they make no sense, alone or together",
        arguments: [
            (["--servers", "2"], "--servers 2: give 1 or 3"),
            (["--replicas", "3"], "--replicas 3 needs as many servers: give --servers 3"),
            (["--servers", "3", "--server", "nats://h"], "--servers 3 starts servers of our own"),
            (
                ["--servers", "3", "--server-port", "65534"],
                "--server-port 65534: 3 servers take the ports from there on"
            ),
            (["--faults", "quorum-loss"], "give --servers 3"),
            (["--faults", "server-stop", "--server", "nats://h"], "servers of our own"),
            (["--instances", "1"], "at least two instances"),
            (["--fault-interval", "0ms"], "--fault-interval: give at least 1ms"),
            (["--fault-duration", "0s-1s"], "--fault-duration must be above zero"),
            (["--fault-duration", "3s-1s"], "the shorter one first"),
            (["--link-delay", "5"], "'--link-delay"), (["--link-bandwidth", "0-1"], "'--link-bandwidth"),
            (["--ledger", "10ms"], "give at least 100ms"), (["--ledger", "3"], "needs a unit"),
            (["--sabotage", "all"], "'--sabotage"),
            (
                ["--ttl", "2s", "--heartbeat", "1s"],
                "--ttl 2s, --heartbeat 1s: the ttl must be at least three heartbeats"
            ),
            (["--ttl", "50ms", "--heartbeat", "1ms"], "--ttl 50ms, --heartbeat 1ms: the ttl is under 100 ms"),
            (["--instnaces", "3"], "Did you mean '--instances'?"),
        ] as [([String], String)]
    )
    func refuses(words: [String], line: String) throws {
        let refusal = try #require(try Typed.refusal(words))
        #expect(refusal.contains(line), "\(refusal)")
    }

    @Test(
        "are not looked for in a word that is no command",
        arguments: [
            (["runn"], "there is no command \"runn\"; did you mean run?"),
            (["chek", "--help"], "did you mean check? There are run, "),
            (["help", "instence"], "did you mean instance?"),
            (["explode"], "there is no command \"explode\"; there are"),
        ] as [([String], String)]
    )
    func commands(words: [String], line: String) throws {
        let refusal = try #require(try Typed.refusal(words))
        #expect(refusal.contains(line), "\(refusal)")
        #expect(!refusal.contains("exec-server"))
    }

    @Test(
        "go the usual way where help is asked for",
        arguments: [["help"], ["help", "run"], ["help", "help"], ["--help"]]
    )
    func asksForHelp(words: [String]) {
        let error = #expect(throws: (any Error).self) {
            var command = try ElectBench.command(words)
            try command.run()
        }
        #expect(error.map { ElectBench.exitCode(for: $0) } == .success)
    }
}
