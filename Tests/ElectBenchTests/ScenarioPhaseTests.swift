import Chaos
import ElectionCore
import Testing

@testable import ElectBench

@Suite("A scenario's phases")
struct ScenarioPhaseTests {
    @Test("follow each other, each with faults of its own, else with the run's")
    func phases() throws {
        let plan = try Typed.plan(
            scenario: """
                instances: 4
                fault-interval: 2s
                link-delay: 1ms-2ms
                phases:
                  - name: quiet
                    duration: 10s
                  - duration: 20s
                    faults: {kill: 2, pause: 1}
                    fault-interval: 3s
                    downtime: 1s-2s
                """
        )
        #expect(plan.duration == .seconds(30))
        #expect(plan.phases.map(\.name) == ["quiet", "phase-2"])
        #expect(plan.phases[0].weights.isEmpty)
        #expect(plan.phases[0].meanInterval == .seconds(2))
        #expect(plan.phases[1].weights == [.kill: 2, .pause: 1])
        #expect(plan.phases[1].meanInterval == .seconds(3))
        #expect(plan.phases[1].downtime == .seconds(1)...(.seconds(2)))
        #expect(plan.phases.allSatisfy { $0.latency == .milliseconds(1)...(.milliseconds(2)) })
        #expect(plan.schedule.faults.allSatisfy { $0.offset >= .seconds(10) })
        #expect(plan.kinds == [.kill, .pause])
    }

    @Test("have the run's faults where it names any, and none by default")
    func runsFaults() throws {
        let phases = "phases: [{duration: 9s}, {duration: 9s, faults: none}]"
        #expect(try Typed.plan(scenario: phases).kinds.isEmpty)
        #expect(try Typed.plan(scenario: "faults: kill\n" + phases).phases.map(\.weights) == [[.kill: 1], [:]])
        #expect(try Typed.plan(scenario: phases, "--faults", "stop").phases.map(\.weights) == [[.stop: 1], [:]])
    }

    @Test("have steps at instants of their own")
    func steps() throws {
        let plan = try Typed.plan(
            scenario: """
                servers: 3
                instances: 12
                phases:
                  - duration: 60s
                    steps:
                      - {at: 1s, fault: stop, instances: [1, instance-03, 5-6, 1], duration: 2s, interval: 3s}
                      - {at: 2s, fault: kill, instances: 33%, duration: 2s}
                      - {at: 3s, fault: restart-all, duration: 2s}
                      - {at: 4s, fault: server-kill, server: 2, duration: 2s}
                      - {at: 5s, fault: server-stop, servers: [server-1, 3], duration: 2s}
                      - {at: 6s, fault: stream-leader-kill, duration: 2s}
                      - {at: 7s, fault: quorum-loss, duration: 2s}
                      - {at: 8s, fault: server-pause, servers: all, interval: 1s, duration: 2s}
                """
        )
        let steps = plan.phases[0].steps
        let third = FaultStep.Victims.share(percent: 33)
        #expect(steps.map(\.at) == (1...8).map { .seconds($0) })
        #expect(steps[0].victims == .names(["instance-01", "instance-03", "instance-05", "instance-06"]))
        #expect(steps[0].interval == .seconds(3))
        #expect(steps.map(\.duration).allSatisfy { $0 == .seconds(2) })
        #expect(steps[1].victims == third)
        #expect(steps[2].victims == .all)
        #expect(steps[3].victims == .names(["server-2"]))
        #expect(steps[4].victims == .names(["server-1", "server-3"]))
        #expect(steps[5...7].allSatisfy { $0.victims == .all })
        #expect(plan.schedule.faults.count == 4 + 6 + 3)
        #expect(plan.kinds.contains(.quorumLoss))
    }

    @Test(
        "say what a step does to a link, or leave it to the seed",
        arguments: [
            ("fault: partition", nil), ("fault: half-open", nil), ("fault: delay", nil),
            ("fault: drop-server-side", nil),
            ("fault: half-open, direction: to-server", .blockedOneWay(.toServer)),
            ("fault: half-open, direction: from-server", .blockedOneWay(.fromServer)),
            ("fault: reset, side: both", .reset(.both)), ("fault: reset, side: server", .reset(.server)),
            ("fault: delay, latency: 100ms", .delayed(latency: .milliseconds(100), jitter: .milliseconds(50))),
            ("fault: delay, latency: 100ms, jitter: 0s", .delayed(latency: .milliseconds(100), jitter: .zero)),
            ("fault: slow, bandwidth: 4k", .limited(bytesPerSecond: 4096)),
        ] as [(String, LinkImpairment?)]
    )
    func impairments(text: String, expected: LinkImpairment?) throws {
        let step = "{at: 1s, instances: all, duration: 2s, \(text)}"
        let plan = try Typed.plan(scenario: "phases: [{duration: 9s, steps: [\(step)]}]")
        #expect(plan.phases[0].steps.map(\.impairment) == [expected])
        #expect(plan.linksNeeded)
    }

    @Test("leave a step's victims away where there is one server")
    func oneServer() throws {
        let plan = try Typed.plan(
            scenario: "phases: [{duration: 9s, steps: [{at: 1s, fault: server-kill, duration: 1s}]}]"
        )
        #expect(plan.schedule.faults.map(\.victims) == [["server-1"]])
    }

    @Test("are refused where they make no sense", arguments: Self.refusals)
    func refuses(text: String, line: String) throws {
        let refusal = try #require(try Typed.refusal(ofScenario: "instances: 5\nphases:\n  - \(text)\n"))
        #expect(refusal.hasPrefix("@.yaml, line 3: \(line)"), "\(refusal)")
    }

    static let refusals = [
        ("x", "a phase is written as keys with values"), ("{}", "phase phase-1 has no duration"),
        ("{name: a}", "phase a has no duration"), ("{duration: 0s}", "duration: it must be above zero"),
        ("{duration: 5}", "duration: \"5\": a duration needs a unit"),
        (
            "{duration: 5s, fault-intervall: 3s}",
            "there is no key \"fault-intervall\"; did you mean fault-interval? A phase takes"
        ),
        ("{duration: 5s, roles: 3}", "there is no key \"roles\"; a phase takes name, duration, faults"),
        ("{duration: 5s, downtime: 3}", "downtime: The value '3' is invalid for '--downtime"),
        ("{duration: 5s, faults: kil}", "faults: --faults kil: there is no fault \"kil\"; did you mean kill?"),
        ("{duration: 5s, fault-interval: 0s}", "fault-interval: --fault-interval: give at least 1ms"),
        ("{duration: 5s, steps: {}}", "steps: it takes a list"),
        ("{duration: 5s, steps: []}", "steps: the list is empty"),
    ]

    @Test("are refused where a step makes no sense", arguments: Self.stepRefusals)
    func refusesSteps(text: String, line: String) throws {
        let scenario = "instances: 5\nphases:\n  - duration: 10s\n    steps:\n      - {\(text)}\n"
        let refusal = try #require(try Typed.refusal(ofScenario: scenario))
        #expect(refusal.hasPrefix("@.yaml, line 5: \(line)"), "\(refusal)")
    }

    static let stepRefusals = [
        ("at: 1s", "a step names its fault"), ("fault: kill", "a step says at which instant"),
        ("at: 1s, fault: kill", "a step says for how long"),
        ("at: 1s, fault: klil, duration: 1s", "fault: \"klil\": there is no fault \"klil\"; did you mean kill?"),
        ("at: 1s, fault: all, duration: 1s", "fault: \"all\": there is no fault \"all\""),
        ("att: 1s", "there is no key \"att\"; did you mean at?"),
        ("at: 1, fault: kill, duration: 1s", "at: \"1\": a duration needs a unit"),
        ("at: 1s, fault: kill, duration: 1s", "kill is done to whom? Say instances: all"),
        ("at: 1s, fault: kill, duration: 1s, servers: 1", "servers: kill is done to instances"),
        ("at: 1s, fault: server-kill, duration: 1s, instances: 1", "instances: server-kill is done to servers"),
        ("at: 1s, fault: server-kill, duration: 1s, server: 1, servers: 1", "server: servers are named there already"),
        ("at: 1s, fault: server-kill, duration: 1s, server: 2", "server: there is no server \"2\"; there are 1 to 1"),
        ("at: 1s, fault: quorum-loss, duration: 1s", "fault: quorum-loss faults need three servers: give --servers 3"),
        ("at: 1s, fault: stream-leader-kill, duration: 1s, server: 1", "server: which server leads the stream shows"),
        ("at: 1s, fault: restart-all, duration: 1s, instances: 1", "instances: restart-all is done to all"),
        ("at: 1s, fault: kill, duration: 1s, instances: 6", "instances: there is no instance \"6\"; there are 1 to 5"),
        ("at: 1s, fault: kill, duration: 1s, instances: 0-2", "instances: there is no instance \"0-2\""),
        ("at: 1s, fault: kill, duration: 1s, instances: 3-2", "instances: there is no instance \"3-2\""),
        (
            "at: 1s, fault: kill, duration: 1s, instances: instance-9",
            "instances: there is no instance \"instance-9\"; did you"
        ),
        ("at: 1s, fault: kill, duration: 1s, instances: 101%", "instances: 101%: a share is 1% to 100%"),
        ("at: 1s, fault: kill, duration: 1s, instances: []", "instances: it takes plain values"),
        ("at: 10s, fault: kill, duration: 1s, instances: 1", "at: it would last until 10s, and the phase ends at 10s"),
        ("at: 1s, fault: kill, duration: 1s, instances: all, interval: 3s", "interval: it would last until 13s"),
        ("at: 1s, fault: kill, duration: 1s, instances: 1, side: both", "side: kill has none"),
        (
            "at: 1s, fault: reset, duration: 1s, instances: 1, side: bth",
            "side: \"bth\": it is one of instance, server, both"
        ),
        ("at: 1s, fault: delay, duration: 1s, instances: 1, jitter: 1ms", "jitter: it needs a latency"),
        ("at: 1s, fault: slow, duration: 1s, instances: 1, bandwidth: x", "bandwidth: \"x\": bytes a second"),
    ]

    @Test("set the run's length, which can't be typed beside them")
    func duration() throws {
        let refusal = try Typed.refusal(ofScenario: "phases: [{duration: 9s}]", ["--duration", "5s"])
        #expect(
            refusal?.hasPrefix("--duration: the phases of @.yaml have durations of their own") == true,
            "\(refusal ?? "")"
        )
        let long = try Typed.refusal(ofScenario: "phases: [{duration: 100h}, {duration: 100h}]")
        #expect(long == "@.yaml: the phases last longer than 168h")
    }
}
