import Chaos
import ElectionCore
import Testing

@Suite struct FaultScheduleTests {
    @Test func `a seed gives this very schedule, on every machine and in every version`() {
        let schedule = FaultSchedule(
            seed: 42,
            instances: ["a", "b", "c"],
            servers: ["server-1", "server-2", "server-3"],
            phases: [
                FaultPhase(
                    name: "mixed",
                    duration: .seconds(30),
                    weights: ScheduleMix.alike(FaultKind.allCases),
                    meanInterval: .seconds(2)
                ),
                FaultPhase(
                    name: "steps",
                    duration: .seconds(10),
                    steps: [
                        FaultStep(at: .seconds(1), kind: .restartAll, duration: .seconds(1)),
                        FaultStep(at: .seconds(3), kind: .slow, victims: .share(percent: 34), duration: .seconds(2)),
                        FaultStep(at: .seconds(4), kind: .quorumLoss, duration: .seconds(2)),
                    ]
                ),
            ]
        )
        #expect(
            schedule.text == """
                1 delay a 686583844+1134715786 latency 141844us jitter 70922us
                2 stop c 1077286963+2434926995
                3 pause b 2967182438+2339909305
                4 server-partition server-2 6674598347+2328121354
                5 slow b 12674034873+1889875449 10283 bytes/s
                6 drop-server-side c 14881945183+1428146592 dropped at the server
                7 delay b 15671578799+2370848047 latency 131105us jitter 65552us
                8 slow c 18537620107+1511821144 1219 bytes/s
                9 kill a 19815753217+1387424711
                10 delay b 21711630836+1774192524 latency 56829us jitter 28414us
                11 drop-server-side c 22897582610+2307188354 dropped at the server
                12 half-open b 24973388448+1726744482 blocked from-server
                13 restart-all a,b,c 31000000000+1000000000
                14 slow a,b 33000000000+2000000000 2960 bytes/s
                15 quorum-loss server-1,server-3 34000000000+2000000000

                """
        )
        #expect(schedule.dropped == 5)
        #expect(schedule.duration == .seconds(40))
    }

    @Test func `the same seed gives the same schedule and another seed another`() {
        #expect(ScheduleMix.schedule(seed: 7, ScheduleMix.phase()) == ScheduleMix.thousand[7])
        #expect(Set(ScheduleMix.thousand.map(\.text)).count == 1000)
    }

    @Test func `faults are numbered from one, sorted, and inside the duration`() {
        for schedule in ScheduleMix.thousand + ScheduleMix.thousandWithSteps {
            #expect(schedule.faults.map(\.id) == Array(1...schedule.faults.count))
            #expect(schedule.faults.map(\.offset) == schedule.faults.map(\.offset).sorted())
            #expect(schedule.faults.allSatisfy { $0.offset >= .zero && $0.offset < schedule.duration })
        }
    }

    @Test func `downtimes and durations lie in the range of what they are`() {
        let outside = ScheduleMix.thousand.flatMap(\.faults).filter { fault in
            let range = fault.kind.takesDown ? ScheduleMix.downtime : ScheduleMix.faultDuration
            return !range.contains(fault.duration)
        }
        #expect(outside.isEmpty)
    }

    @Test func `no instance is hit by two faults at once, nor before it has settled`() {
        for schedule in ScheduleMix.thousand + ScheduleMix.thousandWithSteps {
            for instance in ScheduleMix.instances {
                let spans = schedule.faults.filter { $0.victims.contains(instance) }.map(\.span)
                #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
            }
        }
    }

    @Test func `at least one instance is always free, but where all are hit on purpose`() {
        for schedule in ScheduleMix.thousand + ScheduleMix.thousandWithSteps {
            let faults = schedule.faults.filter { $0.kind.target != .server }
            let sparesNobody = faults.filter { fault in
                let hits = faults.filter { $0.span.contains(fault.offset) }
                let isHerd = hits.contains { $0.kind == .restartAll }
                return !isHerd && hits.flatMap(\.victims).count >= ScheduleMix.instances.count
            }
            #expect(sparesNobody.isEmpty)
        }
    }

    @Test(arguments: [2, 3, 5])
    func `few instances and long faults leave one free`(count: Int) {
        for seed in UInt64(0)..<300 {
            let schedule = FaultSchedule(
                seed: seed,
                instances: Array(ScheduleMix.instances.prefix(count)),
                phases: [ScheduleMix.phase(weights: [.kill: 1, .partition: 1], meanInterval: .milliseconds(300))]
            )
            #expect(!schedule.faults.isEmpty)
            let hit = schedule.faults.map { fault in schedule.faults.count { $0.span.contains(fault.offset) } }
            #expect(hit.allSatisfy { $0 < count })
        }
    }

    @Test func `all instances that are free restart at once, and only where these are most`() {
        let count = ScheduleMix.instances.count
        for schedule in ScheduleMix.thousand {
            for herd in schedule.faults where herd.kind == .restartAll {
                let busy = schedule.faults.filter { other in
                    other.id != herd.id && other.kind.target != .server && other.span.overlaps(herd.span)
                }
                #expect(Set(herd.victims).isDisjoint(with: busy.flatMap(\.victims)))
                #expect(herd.victims.count * 3 >= count * 2)
            }
        }
        let herds = ScheduleMix.thousand.flatMap(\.faults).filter { $0.kind == .restartAll }
        #expect(herds.count > 100)
    }

    @Test func `one fault at a time takes hold of the servers, and leaves them time to settle`() {
        for schedule in ScheduleMix.thousand + ScheduleMix.thousandWithSteps {
            let spans = schedule.faults.filter { $0.kind.target == .server }.map(\.span)
            #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
        }
    }

    @Test func `a single server settles sooner than a cluster`() {
        #expect(FaultSchedule.serverSettleMargin(servers: 1) == .seconds(6))
        #expect(FaultSchedule.serverSettleMargin(servers: 3) == .seconds(10))
        let counts = [1, 3].map { servers in
            FaultSchedule(
                seed: 1,
                instances: [],
                servers: Array(ScheduleMix.servers.prefix(servers)),
                phases: [ScheduleMix.phase(weights: [.serverKill: 1], meanInterval: .milliseconds(100))]
            ).faults.count
        }
        #expect(counts[0] > counts[1])
    }

    @Test func `faults on servers hit one, a majority, or whom only the moment can tell`() {
        let faults = ScheduleMix.thousand.flatMap(\.faults).filter { $0.kind.target == .server }
        for kind in FaultKind.allCases where kind.target == .server {
            let victims = Set(faults.filter { $0.kind == kind }.map(\.victims))
            let (first, second, third) = (ScheduleMix.servers[0], ScheduleMix.servers[1], ScheduleMix.servers[2])
            switch kind {
            case .streamLeaderKill: #expect(victims == [[]])
            case .quorumLoss: #expect(victims == [[first, second], [first, third], [second, third]])
            default: #expect(victims == [[first], [second], [third]])
            }
        }
    }

    @Test func `faults of instances and of servers overlap, and those of several instances do`() {
        func overlaps(_ isWanted: (ScheduledFault, ScheduledFault) -> Bool) -> Int {
            ScheduleMix.thousand.reduce(0) { count, schedule in
                count
                    + zip(schedule.faults, schedule.faults.dropFirst()).count {
                        $0.offset + $0.duration > $1.offset && isWanted($0, $1)
                    }
            }
        }
        #expect(overlaps { ($0.kind.target == .server) != ($1.kind.target == .server) } > 500)
        #expect(overlaps { $0.kind.target != .server && $1.kind.target != .server } > 500)
    }

    @Test func `nobody to spare means no faults`() {
        func faults(_ weights: [FaultKind: Int], instances: [String] = [], servers: [String] = []) -> FaultSchedule {
            FaultSchedule(
                seed: 1,
                instances: instances,
                servers: servers,
                phases: [ScheduleMix.phase(weights: weights)]
            )
        }
        #expect(faults(ScheduleMix.alike(ScheduleMix.instanceKinds), instances: ["a"]).faults.isEmpty)
        #expect(faults(ScheduleMix.alike(ScheduleMix.kinds)).faults.isEmpty)
        #expect(faults([.streamLeaderKill: 1, .quorumLoss: 1], servers: ["server-1"]).faults.isEmpty)
        #expect(faults([.serverKill: 1], servers: ["server-1"]).faults.isEmpty == false)
        #expect(faults([.restartAll: 1], instances: ["a"]).faults.isEmpty == false)
    }

    @Test func `no weights and no steps mean no faults, and none dropped`() {
        for weights in [[:], [FaultKind.kill: 0]] {
            let schedule = ScheduleMix.schedule(seed: 1, ScheduleMix.phase(weights: weights))
            #expect(schedule.faults.isEmpty && schedule.text.isEmpty)
            #expect(schedule.dropped == 0)
            #expect(schedule.duration == .seconds(60))
        }
    }
}
