import ArgumentParser
import Chaos
import ElectionCore
import Measurement
import Testing

@testable import ElectBench

@Suite("Detectors and campaigns")
struct CombinationTests {
    @Test("make a plan for each of their combinations, which differ in nothing else")
    func all() throws {
        let words = ["--detector", "connection,lease", "--campaign", "race, ranked", "--seed", "3"]
        let plans = try Typed.run(words).plans()
        #expect(
            plans.map(\.combination.label) == [
                "connection-race", "connection-ranked", "lease-race", "lease-ranked",
            ]
        )
        #expect(Set(plans.map(\.schedule.text)).count == 1)
        #expect(Set(plans.map(\.seed)) == [3])
        #expect(plans.allSatisfy { $0.label == $0.combination.label })
        #expect(plans.map { "\($0.settings.detector)-\($0.settings.campaign)" } == plans.map(\.combination.label))
        var alike = plans[3].settings
        alike.detector = "connection"
        alike.campaign = "race"
        #expect(alike == plans[0].settings)
    }

    @Test("are lease and race unless something else is given, and a run of one has no label")
    func standard() throws {
        let plan = try Typed.plan()
        #expect(plan.combination == Combination(detector: .lease, campaign: .race))
        #expect(plan.label == nil)
        let ranked = try Typed.plan("--campaign", "ranked", "--detector", "connection")
        #expect(ranked.combination.label == "connection-ranked")
        #expect(ranked.label == nil)
    }

    @Test(
        "are repeated each by itself, or all together by the comparison's command",
        arguments: [[], ["--scenario", "flaky-network", "--campaign", "race"]]
    )
    func repeats(more: [String]) throws {
        let words = more + ["--detector", "lease,connection", "--campaign=ranked,race"]
        let plans = try Typed.run(words).plans()
        for plan in plans {
            let again = try Typed.plan(Array(plan.repeatCommand.dropFirst(2)))
            #expect(again.settings == plan.settings)
            #expect(again.schedule == plan.schedule)
        }
        let command = plans[0].repeatCommand(of: plans.map(\.combination))
        let again = try Typed.run(Array(command.dropFirst(2))).plans()
        #expect(again.map(\.settings) == plans.map(\.settings))
        #expect(again.map(\.seed) == plans.map(\.seed))
    }

    @Test("reach each instance, with its priority")
    func instances() throws {
        let plan = try Typed.plan(
            "--detector",
            "connection",
            "--campaign",
            "ranked",
            "--takeover",
            "ask",
            "--balance",
            "--priorities=20,-1",
            "--instances",
            "3",
            "--spread",
            "7ms"
        )
        let commands = try plan.instances.map { try InstanceCommand.parse(plan.arguments(of: $0)) }
        #expect(commands.map(\.priority) == [20, -1, 0])
        for command in commands {
            #expect(command.detector == .connection)
            #expect(command.campaign == .ranked)
            #expect(command.election.takeover == .ask)
            #expect(command.election.balance)
            #expect(command.election.spread == .milliseconds(7))
        }
    }

    @Test("are a race with a spread or a ranking with steps")
    func campaign() {
        #expect(CampaignKind.race.campaign(over: .milliseconds(3)) == .race(spread: .milliseconds(3)))
        #expect(CampaignKind.ranked.campaign(over: .milliseconds(3)) == .ranked(step: .milliseconds(3)))
    }

    @Test(
        "are refused where they are not known, or lack what is asked of them",
        arguments: [
            (
                ["--detector", "leese"],
                "there is no detector \"leese\"; did you mean lease? There are lease, connection"
            ),
            (["--campaign", "race,race"], "race is named twice"), (["--campaign", ""], "there is no campaign \"\""),
            (["--takeover", "ask"], "--takeover ask needs members that know one another: add --campaign ranked"),
            (["--balance"], "--balance needs members that know one another: add --campaign ranked, or leave it out"),
            (["--balance", "--campaign", "ranked,race"], "leave race out of --campaign"),
            (["--takeover", "never", "--campaign", "ranked"], "'--takeover"),
            (
                ["--priorities", "1,2", "--instances", "1", "--faults", "none", "--campaign", "ranked"],
                "--priorities names 2 and there are 1"
            ),
            (["--priorities", "1,2"], "--priorities count in a ranked campaign: add --campaign ranked"),
            (["--priorities", "1,,2"], "whole numbers with commas"),
        ] as [([String], String)]
    )
    func refuses(words: [String], line: String) throws {
        let refusal = try #require(try Typed.refusal(words))
        #expect(refusal.contains(line), "\(refusal)")
    }

    @Test("end with the exit code that counts most of all runs")
    func exitCodes() {
        func decisive(_ codes: Int32...) -> Int32 { ExitCode.decisive(of: codes.map { ExitCode($0) }).rawValue }
        #expect(decisive(0, 0) == 0)
        #expect(decisive(0, 2, 105) == 105)
        #expect(decisive(105, 99) == 99)
        #expect(decisive(99, 1) == 1)
        #expect(decisive(1, 3, 0) == 3)
        #expect(decisive(3, 64) == 64)
    }
}
