import ElectionCore
import Foundation
import Simulation
import Testing

@Suite struct SearchTests {
    @Test(arguments: [false, true])
    func probe(losesStore: Bool) async throws {
        let first = ProcessInfo.processInfo.environment["FIRST"].flatMap { UInt64($0) } ?? 1
        let count = ProcessInfo.processInfo.environment["COUNT"].flatMap { UInt64($0) } ?? 300
        var events = 0
        for seed in first..<(first + count) {
            let draw = WorldDraw(seed: seed, size: .init(losesStore: losesStore))
            let world = draw.run()
            events += world.eventCount
            if let violation = world.violation {
                let again = draw.run(isTraced: true)
                try again.trace.joined(separator: "\n").write(toFile: "/tmp/trace-\(losesStore)-\(seed).txt", atomically: true, encoding: .utf8)
                Issue.record("seed \(seed): \(violation) \(draw.plan.faults)")
            }
        }
        print("events", events)
    }
}
