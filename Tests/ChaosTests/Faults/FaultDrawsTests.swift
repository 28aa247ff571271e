import Chaos
import ElectionCore
import Testing

/// What chance decides, over a thousand schedules.
@Suite struct FaultDrawsTests {
    private static let faults = ScheduleMix.thousand.flatMap(\.faults)

    @Test func `what falls and what is dropped come at the mean interval`() {
        let arrivals = ScheduleMix.thousand.map { $0.faults.count + $0.dropped }.reduce(0, +)
        // 1000 runs of 60 s with 2 s between: 30,000 expected, give or take 173 (one standard deviation).
        #expect((29_300...30_700).contains(arrivals), "\(arrivals)")
    }

    @Test func `kinds come by their weights, and none without one`() {
        let weights: [FaultKind: Int] = [.kill: 6, .stop: 3, .partition: 1, .slow: 0]
        let faults = (UInt64(0)..<1000).flatMap {
            ScheduleMix.schedule(seed: $0, ScheduleMix.phase(weights: weights)).faults
        }
        for kind in FaultKind.allCases {
            let share = Double(faults.count { $0.kind == kind }) / Double(faults.count)
            #expect(abs(share - Double(weights[kind] ?? 0) / 10) < 0.015, "\(kind) \(share)")
        }
    }

    @Test func `every instance is hit alike`() {
        let victims = Self.faults.filter { $0.kind.target != .server && $0.kind != .restartAll }.flatMap(\.victims)
        for instance in ScheduleMix.instances {
            let share = Double(victims.count { $0 == instance }) / Double(victims.count)
            #expect(abs(share - 0.2) < 0.02, "\(instance) \(share)")
        }
    }

    @Test func `offsets are spread over the phase of a heartbeat`() {
        let heartbeat = Duration.milliseconds(300).nanoseconds
        var tenths = [Int](repeating: 0, count: 10)
        for fault in Self.faults { tenths[Int(fault.offset.nanoseconds % heartbeat * 10 / heartbeat)] += 1 }
        let expected = Double(Self.faults.count) / 10
        #expect(tenths.allSatisfy { abs(Double($0) - expected) < expected * 0.1 }, "\(tenths)")
    }

    @Test func `a fixed downtime is kept`() {
        let phase = FaultPhase(
            name: "fixed",
            duration: .seconds(60),
            weights: [.stop: 1],
            downtime: .seconds(2)...(.seconds(2))
        )
        let faults = ScheduleMix.schedule(seed: 3, phase).faults
        #expect(Set(faults.map(\.duration)) == [.seconds(2)])
        #expect(Set(faults.map(\.kind)) == [.stop])
    }

    @Test(arguments: FaultKind.allCases)
    func `what is done to a link is told by its kind, and nothing else has it`(kind: FaultKind) {
        let impairments = Set(Self.faults.filter { $0.kind == kind }.map(\.impairment))
        switch kind {
        case .partition: #expect(impairments == [.blocked])
        case .halfOpen: #expect(impairments == [.blockedOneWay(.toServer), .blockedOneWay(.fromServer)])
        case .reset: #expect(impairments == [.reset(.instance), .reset(.server), .reset(.both)])
        case .delay, .slow: #expect(impairments.count > 100)
        case .dropServerSide: #expect(impairments == [.droppedAtServer])
        case .kill, .stop, .pause, .restartAll, .serverKill, .serverStop, .serverPause, .streamLeaderKill,
            .serverPartition, .quorumLoss:
            #expect(impairments == [nil])
        }
    }

    @Test func `latencies lie in their range and jitter is half of them`() {
        for fault in Self.faults where fault.kind == .delay {
            guard case .delayed(let latency, let jitter) = fault.impairment else {
                Issue.record("\(fault)")
                continue
            }
            #expect(ScheduleMix.latency.contains(latency))
            #expect(jitter.nanoseconds == latency.nanoseconds / 2)
        }
    }

    @Test func `each doubling of a bandwidth is as likely as the next`() {
        let rates = Self.faults.compactMap { fault in
            if case .limited(let rate) = fault.impairment { rate } else { nil }
        }
        #expect(rates.allSatisfy { ScheduleMix.bandwidth.contains($0) })
        // 1,000 to 100,000: half of all lie below 10,000.
        let below = Double(rates.count { $0 < 10_000 }) / Double(rates.count)
        #expect(abs(below - 0.5) < 0.05, "\(below) of \(rates.count)")
    }

    @Test(arguments: [1...1, 7...7, 999...1_000, 1...1_000_000_000])
    func `any range of bandwidths can be drawn from`(range: ClosedRange<Int>) {
        let phase = FaultPhase(name: "slow", duration: .seconds(60), weights: [.slow: 1], bandwidth: range)
        for seed in UInt64(0)..<50 {
            for fault in ScheduleMix.schedule(seed: seed, phase).faults {
                guard case .limited(let rate) = fault.impairment else {
                    Issue.record("\(fault)")
                    continue
                }
                #expect(range.contains(rate))
            }
        }
    }
}
