import Chaos
import ElectionCore
import Testing

@Suite struct FaultScheduleTests {
    private static let instances = ["a", "b", "c", "d", "e"]

    private static func schedule(
        seed: UInt64,
        instances: [String] = instances,
        kinds: [FaultKind] = FaultKind.allCases
    ) -> FaultSchedule {
        FaultSchedule(
            seed: seed,
            instances: instances,
            kinds: kinds,
            meanInterval: .seconds(2),
            downtime: .milliseconds(500)...(.seconds(3)),
            duration: .seconds(60)
        )
    }

    /// A thousand schedules, made once for all tests.
    private static let thousand = (0..<1000).map { schedule(seed: $0) }

    @Test func `a seed gives this very schedule, on every machine and in every version`() {
        let schedule = FaultSchedule(
            seed: 42,
            instances: ["a", "b", "c"],
            kinds: [.kill, .stop],
            meanInterval: .seconds(2),
            downtime: .seconds(1)...(.seconds(2)),
            duration: .seconds(15)
        )
        #expect(
            schedule.faults.map(\.description) == [
                "1 kill b 4436810387+1204901832", "2 stop c 5422788758+1203435109", "3 stop c 11300751150+1789908268",
                "4 stop a 14575809479+1530254135", "5 stop c 14893919299+1321391289",
            ]
        )
        #expect(schedule.dropped == 2)
    }

    @Test func `the same seed gives the same schedule and another seed another`() {
        #expect(Self.schedule(seed: 7) == Self.schedule(seed: 7))
        #expect(Set(Self.thousand).count == 1000)
    }

    @Test func `faults are numbered from one, sorted, and inside the duration`() {
        for schedule in Self.thousand {
            #expect(schedule.faults.map(\.id) == Array(1...schedule.faults.count))
            #expect(schedule.faults.map(\.offset) == schedule.faults.map(\.offset).sorted())
            #expect(schedule.faults.allSatisfy { $0.offset >= .zero && $0.offset < .seconds(60) })
        }
    }

    @Test func `downtimes lie in their range and end at the restart`() {
        for fault in Self.thousand.flatMap(\.faults) {
            #expect(fault.downtime >= .milliseconds(500) && fault.downtime <= .seconds(3))
            #expect(fault.restartOffset == fault.offset + fault.downtime)
        }
    }

    @Test func `a victim has lived for the settle margin`() {
        for schedule in Self.thousand {
            var livesAgainAt: [String: Duration] = [:]
            for fault in schedule.faults {
                #expect(livesAgainAt[fault.instance, default: .zero] <= fault.offset)
                livesAgainAt[fault.instance] = fault.restartOffset + FaultSchedule.settleMargin
            }
        }
    }

    @Test(arguments: [2, 3, 5])
    func `at least one instance always lives, also with those that settle counted as down`(count: Int) {
        for seed in 0..<300 {
            let instances = Array(Self.instances.prefix(count))
            let schedule = FaultSchedule(
                seed: UInt64(seed),
                instances: instances,
                kinds: [.kill],
                meanInterval: .milliseconds(300),
                downtime: .seconds(1)...(.seconds(4)),
                duration: .seconds(30)
            )
            for fault in schedule.faults {
                let down = schedule.faults.filter {
                    $0.offset <= fault.offset && $0.restartOffset + FaultSchedule.settleMargin > fault.offset
                }
                #expect(Set(down.map(\.instance)).count < count)
            }
        }
    }

    @Test func `what falls and what is dropped come at the mean interval`() {
        let arrivals = Self.thousand.map { $0.faults.count + $0.dropped }.reduce(0, +)
        // 1000 runs of 60 s with 2 s between: 30,000 expected, give or take 173 (one standard deviation).
        #expect((29_300...30_700).contains(arrivals), "\(arrivals)")
    }

    @Test func `every kind and every instance is drawn alike`() {
        let faults = Self.thousand.flatMap(\.faults)
        let kills = Double(faults.count { $0.kind == .kill }) / Double(faults.count)
        #expect(abs(kills - 0.5) < 0.02)
        for instance in Self.instances {
            let share = Double(faults.count { $0.instance == instance }) / Double(faults.count)
            #expect(abs(share - 0.2) < 0.02)
        }
    }

    @Test func `downtimes of several instances overlap at times`() {
        let overlaps = Self.thousand.map { schedule in
            zip(schedule.faults, schedule.faults.dropFirst()).count { $0.restartOffset > $1.offset }
        }
        #expect(overlaps.reduce(0, +) > 1000)
    }

    @Test func `offsets are spread over the phase of a heartbeat`() {
        let heartbeat = Duration.milliseconds(300).nanoseconds
        var tenths = [Int](repeating: 0, count: 10)
        let faults = Self.thousand.flatMap(\.faults)
        for fault in faults { tenths[Int(fault.offset.nanoseconds % heartbeat * 10 / heartbeat)] += 1 }
        let expected = Double(faults.count) / 10
        #expect(tenths.allSatisfy { abs(Double($0) - expected) < expected * 0.1 }, "\(tenths)")
    }

    @Test func `nobody to spare means no faults`() {
        #expect(Self.schedule(seed: 1, instances: ["a"]).faults.isEmpty)
        #expect(Self.schedule(seed: 1, instances: []).faults.isEmpty)
        #expect(Self.schedule(seed: 1, kinds: []).faults.isEmpty)
    }

    @Test func `a fixed downtime is kept`() {
        let schedule = FaultSchedule(
            seed: 3,
            instances: Self.instances,
            kinds: [.stop],
            meanInterval: .seconds(2),
            downtime: .seconds(2)...(.seconds(2)),
            duration: .seconds(60)
        )
        #expect(Set(schedule.faults.map(\.downtime)) == [.seconds(2)])
        #expect(Set(schedule.faults.map(\.kind)) == [.stop])
    }
}
