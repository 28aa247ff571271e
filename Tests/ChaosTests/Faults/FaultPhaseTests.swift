import Chaos
import ElectionCore
import Testing

/// Several phases, and what comes at instants of its own.
@Suite struct FaultPhaseTests {
    private static func quiet(_ steps: FaultStep..., duration: Duration = .seconds(20)) -> FaultPhase {
        ScheduleMix.phase("quiet", duration: duration, weights: [:], steps: steps)
    }

    private static func lines(_ phases: FaultPhase...) -> [String] {
        FaultSchedule(
            seed: 5,
            instances: ScheduleMix.instances,
            servers: ScheduleMix.servers,
            phases: phases
        ).faults.map(\.description)
    }

    @Test func `a phase's faults follow the phase before`() {
        for seed in UInt64(0)..<200 {
            let schedule = ScheduleMix.schedule(
                seed: seed,
                ScheduleMix.phase("kills", duration: .seconds(20), weights: [.kill: 1]),
                ScheduleMix.phase("nothing", duration: .seconds(5), weights: [:]),
                ScheduleMix.phase("pauses", duration: .seconds(20), weights: [.pause: 1])
            )
            let (kills, rest) = (
                schedule.faults.filter { $0.kind == .kill }, schedule.faults.filter { $0.kind == .pause }
            )
            #expect(kills.count + rest.count == schedule.faults.count)
            #expect(kills.allSatisfy { $0.offset < .seconds(20) })
            #expect(rest.allSatisfy { $0.offset >= .seconds(25) })
            #expect(schedule.duration == .seconds(45))
        }
    }

    @Test func `a phase at the end changes nothing before it`() {
        for (seed, one) in zip(UInt64(0)..<1000, ScheduleMix.thousand) {
            let two = ScheduleMix.schedule(seed: seed, ScheduleMix.phase(), ScheduleMix.phase("more"))
            #expect(two.faults.prefix(one.faults.count) == one.faults[...])
            #expect(two.faults.dropFirst(one.faults.count).allSatisfy { $0.offset >= .seconds(60) })
        }
    }

    @Test func `steps of a later phase change at most what would reach into them`() {
        for (seed, one) in zip(UInt64(0)..<1000, ScheduleMix.thousand) {
            let step = FaultStep(at: .seconds(1), kind: .kill, duration: .seconds(1))
            let two = ScheduleMix.schedule(seed: seed, ScheduleMix.phase(), Self.quiet(step))
            // Three seconds down and one to settle, before the second of the 62nd in which all are hit.
            let certain = one.faults.filter { $0.offset < .seconds(57) }
            #expect(two.faults.prefix(certain.count) == certain[...])
            #expect(two.faults.last?.victims == ScheduleMix.instances)
        }
    }

    @Test func `steps come at their instants, in the order of time, whatever the seed`() {
        let lines = Self.lines(
            Self.quiet(duration: .seconds(10)),
            Self.quiet(
                FaultStep(at: .seconds(3), kind: .serverKill, victims: .names(["server-2"]), duration: .seconds(4)),
                FaultStep(at: .seconds(1), kind: .pause, victims: .names(["e", "a"]), duration: .seconds(2))
            )
        )
        #expect(lines == ["1 pause e,a 11000000000+2000000000", "2 server-kill server-2 13000000000+4000000000"])
    }

    @Test(arguments: [(1, 1), (20, 1), (21, 2), (30, 2), (60, 3), (100, 5)])
    func `a share is the first so many in order, rounded up`(percent: Int, count: Int) {
        let step = FaultStep(at: .zero, kind: .partition, victims: .share(percent: percent), duration: .seconds(1))
        let victims = ScheduleMix.instances.prefix(count).joined(separator: ",")
        #expect(Self.lines(Self.quiet(step)) == ["1 partition \(victims) 0+1000000000 blocked"])
    }

    @Test func `an interval makes a fault of each victim, one after the other`() {
        let step = FaultStep(
            at: .seconds(2),
            kind: .stop,
            victims: .names(["b", "d", "a"]),
            duration: .seconds(1),
            interval: .seconds(3)
        )
        #expect(
            Self.lines(Self.quiet(step)) == [
                "1 stop b 2000000000+1000000000", "2 stop d 5000000000+1000000000", "3 stop a 8000000000+1000000000",
            ]
        )
    }

    @Test func `what would begin at the end or after it is dropped`() {
        let step = FaultStep(at: .seconds(2), kind: .kill, duration: .seconds(9), interval: .seconds(9))
        let schedule = ScheduleMix.schedule(seed: 1, Self.quiet(step))
        #expect(schedule.faults.map(\.offset) == [.seconds(2), .seconds(11)])
        #expect(schedule.dropped == 3)
    }

    @Test func `a step on links does as it says, or as chance has it`() {
        let given = FaultStep(
            at: .zero,
            kind: .delay,
            victims: .names(["a"]),
            duration: .seconds(1),
            impairment: .delayed(latency: .milliseconds(5), jitter: .zero)
        )
        #expect(Self.lines(Self.quiet(given)) == ["1 delay a 0+1000000000 latency 5000us jitter 0us"])
        let drawn = FaultStep(at: .zero, kind: .reset, victims: .names(["a"]), duration: .seconds(1))
        let sides = (UInt64(0)..<100).compactMap {
            ScheduleMix.schedule(seed: $0, Self.quiet(drawn)).faults.first?.impairment
        }
        #expect(Set(sides) == [.reset(.instance), .reset(.server), .reset(.both)])
    }

    @Test func `steps on servers hit all of them, a majority, or the one that leads then`() {
        func victims(_ kind: FaultKind, _ victims: FaultStep.Victims = .all) -> [String]? {
            let step = FaultStep(at: .zero, kind: kind, victims: victims, duration: .seconds(1))
            return ScheduleMix.schedule(seed: 1, Self.quiet(step)).faults.first?.victims
        }
        #expect(victims(.serverStop) == ScheduleMix.servers)
        #expect(victims(.serverStop, .share(percent: 50)) == ["server-1", "server-2"])
        #expect(victims(.quorumLoss)?.count == 2)
        #expect(victims(.quorumLoss, .names(["server-3", "server-1"])) == ["server-3", "server-1"])
        #expect(victims(.streamLeaderKill) == [])
    }

    @Test func `a step comes as it is written, whatever else happens`() {
        for schedule in ScheduleMix.thousandWithSteps {
            let text = schedule.faults.map { "\($0.kind.rawValue) \($0.victims.joined(separator: ",")) \($0.offset)" }
            #expect(text.contains("partition a,b 21.0 seconds"))
            #expect(text.contains("kill c,d,e 26.0 seconds"))
            #expect(text.contains("server-stop server-2 30.0 seconds"))
            for (index, instance) in ScheduleMix.instances.enumerated() {
                #expect(text.contains("stop \(instance) \(32 + index).0 seconds"))
            }
        }
    }
}
