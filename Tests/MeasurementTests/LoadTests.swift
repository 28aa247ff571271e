import ElectionCore
import Measurement
import Testing

@Suite struct AvailabilityTests {
    @Test func `A role is leaderless where no belief covers the measured time`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(-5))
        story.demote("r", "a", term: 1, at: .seconds(20))
        story.lead("r", "b", term: 2, from: .seconds(26))
        story.demote("r", "b", term: 2, at: .seconds(70))
        let role = try #require(story.analysis().availability.first)
        #expect(role.leaderless == .seconds(6))
        #expect(role.availability == 0.9)
    }

    @Test func `Beliefs that overlap are not counted twice`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .zero)
        story.demote("r", "a", term: 1, at: .seconds(30))
        story.lead("r", "b", term: 2, from: .seconds(10))
        story.demote("r", "b", term: 2, at: .seconds(20))
        #expect(try #require(story.analysis().availability.first).leaderless == .seconds(30))
    }

    @Test func `A role that nobody ever led is leaderless throughout`() {
        let rows = Story().analysis(roles: ["r", "s"]).availability
        #expect(rows.map(\.leaderless) == [.seconds(60), .seconds(60)])
        #expect(rows.map(\.availability) == [0, 0])
    }

    @Test func `Without a stop phase the measured time ends with the history`() {
        var story = Story(end: nil)
        story.add(.late, at: .seconds(7))
        #expect(story.analysis().window.span.length == .seconds(7))
    }
}

@Suite struct FairnessTests {
    @Test func `Gini and Jain of known values`() throws {
        let even = try #require(Fairness([3, 3, 3, 3]))
        #expect(even.gini == 0)
        #expect(even.jain == 1)
        #expect(even.standardDeviation == 0)

        let one = try #require(Fairness([0, 0, 0, 8]))
        #expect(one.gini == 0.75)
        #expect(one.jain == 0.25)

        let rising = try #require(Fairness([4, 2, 1, 3]))
        #expect(rising.gini == 0.25)
        #expect(abs(rising.jain - 100.0 / 120) < 1e-12)
        #expect(abs(rising.standardDeviation - 1.25.squareRoot()) < 1e-12)
        #expect(rising.mean == 2.5)
    }

    @Test func `Nothing to share has no fairness`() {
        #expect(Fairness([0, 0]) == nil)
        #expect(Fairness([]) == nil)
    }

    @Test func `Fifty roles drawn by lot among twenty instances give the known band`() throws {
        let band = try #require(BandOfChance(roles: 50, instances: 20))
        #expect(abs(band.low - 0.63) < 0.015)
        #expect(abs(band.high - 0.83) < 0.015)
        #expect(BandOfChance(roles: 50, instances: 20) == band)
    }

    @Test func `One instance has everything by any lot`() throws {
        let band = try #require(BandOfChance(roles: 5, instances: 1, draws: 100))
        #expect(band.low == 1)
        #expect(band.high == 1)
        #expect(BandOfChance(roles: 0, instances: 3) == nil)
    }
}

@Suite struct DistributionTests {
    @Test func `Load is weighted by time and counted at the end`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .seconds(-1))
        story.demote("r", "a", term: 1, at: .seconds(30))
        story.lead("s", "a", term: 2, from: .zero)
        story.demote("s", "a", term: 2, at: .milliseconds(60_010))
        story.lead("r", "b", term: 3, from: .seconds(30))
        story.demote("r", "b", term: 3, at: .milliseconds(60_020))
        let distribution = story.analysis().distribution
        #expect(distribution.loads.map(\.instance) == ["a", "b", "c"])
        #expect(distribution.loads.map(\.rolesLedMean) == [1.5, 0.5, 0])
        #expect(distribution.loads.map(\.rolesLedMax) == [2, 1, 0])
        #expect(distribution.loads.map(\.rolesLedEnd) == [1, 1, 0])
        #expect(distribution.loads.map(\.share) == [0.75, 0.25, 0])
        #expect(abs(try #require(distribution.overTime).jain - 4 / 7.5) < 1e-12)
        #expect(abs(try #require(distribution.atEnd).jain - 2.0 / 3) < 1e-12)
        #expect(distribution.chance == BandOfChance(roles: 2, instances: 3))
    }

    @Test func `Uptime adds up the lives of an instance within the measured time`() throws {
        var story = Story(instances: ["a"])
        story.kill(1, "a", at: .seconds(10))
        story.endFault(1, FaultName.kill, "a", 2, at: .seconds(15))
        story.exit("a", 2, at: .seconds(65))
        let load = try #require(story.analysis().distribution.loads.first)
        #expect(load.incarnations == 2)
        #expect(load.uptime == .seconds(55) + .microseconds(100))
    }

    @Test func `Terms that follow each other at one instant are not led at once`() throws {
        var story = Story()
        story.lead("r", "a", term: 1, from: .zero)
        story.demote("r", "a", term: 1, at: .seconds(10))
        story.lead("s", "a", term: 2, from: .seconds(10))
        #expect(try #require(story.analysis().distribution.loads.first).rolesLedMax == 1)
    }
}

@Suite struct OperationTests {
    @Test func `A renewal's latency counts from when it was due, others' from when they were sent`() throws {
        var story = Story()
        story.operate(.renew, "r", "a", due: .seconds(1), sent: .milliseconds(1_009), at: .milliseconds(1_010))
        story.operate(.acquire, "r", "a", sent: .milliseconds(999), at: .seconds(1))
        let rows = story.analysis().operations
        #expect(rows.map(\.operation) == ["acquire", "renew"])
        #expect(rows.map(\.latency.maxUs) == [1_000, 10_000])
    }

    @Test func `Errors and lost races are counted and have no latency`() throws {
        var story = Story()
        for (index, outcome) in OperationOutcome.allCases.enumerated() {
            story.operate(.acquire, "r", "b", sent: .milliseconds(index), at: .seconds(2), outcome: outcome)
        }
        let row = try #require(story.analysis().operations.first)
        #expect(row.count == 5)
        #expect(row.errors == 2)
        #expect(row.lostRaces == 1)
        #expect(row.latency.count == 2)
    }

    @Test func `A write of unknown outcome that is settled later counts once, as it ended`() throws {
        var story = Story()
        story.operate(.renew, "r", "b", sent: .seconds(1), at: .seconds(2), outcome: .unknown)
        story.operate(.renew, "r", "b", sent: .seconds(1), at: .seconds(3), outcome: .ok)
        story.operate(.renew, "r", "b", sent: .seconds(4), at: .seconds(5), outcome: .unknown)
        let row = try #require(story.analysis().operations.first)
        #expect(row.count == 2)
        #expect(row.errors == 1)
        #expect(row.latency.maxUs == 2_000_000)
    }

    @Test func `Operations before and after the measured time don't count`() {
        var story = Story()
        story.operate(.release, "r", "a", sent: .seconds(-2), at: .seconds(-1))
        story.operate(.release, "r", "a", sent: .seconds(60), at: .seconds(61))
        #expect(story.analysis().operations.isEmpty)
    }

    @Test func `Percentiles of many latencies are within a thousandth`() throws {
        let latency = LatencyFigures(nanoseconds: (1...1000).map { $0 * 1000 })
        let p50 = try #require(latency.percentilesUs[.p50])
        let p999 = try #require(latency.percentilesUs[.p999])
        #expect(abs(p50 - 500) <= 0.5)
        #expect(abs(p999 - 999) <= 1)
        #expect(latency.maxUs == 1000)
        #expect(
            LatencyFigures(nanoseconds: [1, 2, 3]).percentilesUs.keys.sorted { $0.rawValue < $1.rawValue } == [.p50]
        )
    }
}

@Suite struct ResourceTests {
    private func sampled() -> Story {
        var story = Story()
        func sample(_ source: String, _ incarnation: Int64, _ offset: Duration, cpu: Int, threads: Int) {
            story.add(.sample, at: offset, source: source, incarnation: incarnation) {
                $0.cpuMs = cpu
                $0.threads = threads
                $0.tasks = ["heartbeat": threads, "watch": 1]
            }
        }
        for second in stride(from: 1, through: 59, by: 1) {
            sample("a", 1, .seconds(second), cpu: second * 100, threads: second < 50 ? 10 : 12)
            if second < 20 { sample("b", 1, .seconds(second), cpu: second * 50, threads: 99) }
            if second > 30 { sample("b", 2, .seconds(second), cpu: second * 50, threads: 99) }
            sample("server-1", 1, .seconds(second), cpu: second * 20, threads: 7)
        }
        sample("driver", 0, .seconds(1), cpu: 5, threads: 3)
        return story
    }

    @Test func `Growth compares the first and the last quarter of each life`() {
        let use = sampled().analysis().resources
        #expect(use.lasting == 3)
        #expect(use.growth[.threads] == ResourceUse.Growth(early: 10, late: 12))
        #expect(use.growth[.tasks] == ResourceUse.Growth(early: 11, late: 13))
        #expect(use.growth[.privateKb] == ResourceUse.Growth(early: nil, late: nil))
    }

    @Test func `The start lasts from the first moment until every role is led`() {
        var story = Story()
        #expect(story.analysis().start == nil)
        story.add(.phase, at: .seconds(-9)) { $0.name = "servers" }
        story.add(.phase, at: .seconds(-8)) { $0.name = "warm_up" }
        #expect(story.analysis().start == .seconds(1))
    }

    @Test func `Processor time is per life and per kind of process`() throws {
        let use = sampled().analysis().resources
        #expect(abs(try #require(use.processorPercent[.instances]) - 15) < 1e-9)
        #expect(abs(try #require(use.processorPercent[.servers]) - 2) < 1e-9)
        #expect(use.processorPercent[.driver] == nil)
        #expect(use.processes == [.instances: 2, .servers: 1])
    }
}
