import ElectionCore
import Foundation
import Testing

/// Thousands of random schedules of everything that can go wrong. `ELECTBENCH_SCHEDULES` sets how many;
/// `ELECTBENCH_SEED` repeats one alone and prints its trace.
@Suite("In any schedule of faults")
struct ElectionPropertyTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let chunks = 20

    @Test(
        "no two lead at once, terms rise, callbacks alternate, and somebody leads in the end",
        .timeLimit(.minutes(10)),
        .enabled(if: environment["ELECTBENCH_SEED"] == nil),
        arguments: 0..<chunks
    )
    func electionIsSafeAndLive(chunk: Int) async {
        let schedules = Self.environment["ELECTBENCH_SCHEDULES"].flatMap { Int($0) } ?? 5000
        for index in stride(from: chunk, to: schedules, by: Self.chunks) {
            let seed = UInt64(index + 1)
            var world = World(seed: seed)
            world.run()
            // Other tests of the process shall not wait for thousands of schedules.
            await Task.yield()
            if let violation = world.violation {
                Issue.record("\(Self.story(of: seed, violation))")
                return
            }
        }
    }

    @Test(
        "somebody leads in the end, though the server lost its store, and callbacks alternate",
        .timeLimit(.minutes(10))
    )
    func electionSurvivesAStoreLoss() async {
        for seed in 1...300 as ClosedRange<UInt64> {
            var world = World(seed: seed, losesStore: true)
            world.run()
            // Other tests of the process shall not wait for thousands of schedules.
            await Task.yield()
            if let violation = world.violation {
                Issue.record("seed \(seed): \(violation)")
                return
            }
        }
    }

    @Test("one seed is repeated", .enabled(if: environment["ELECTBENCH_SEED"] != nil))
    func seedIsRepeated() throws {
        let seed = try #require(Self.environment["ELECTBENCH_SEED"].flatMap { UInt64($0) })
        var world = World(seed: seed, isTraced: true)
        world.run()
        print(world.lines.joined(separator: "\n"))
        #expect(world.violation == nil)
    }

    private static func story(of seed: UInt64, _ violation: String) -> String {
        var world = World(seed: seed, isTraced: true)
        world.run()
        let tail = world.lines.suffix(40).joined(separator: "\n")
        return "ELECTBENCH_SEED=\(seed): \(violation)\n\(world.mix)\n\(tail)"
    }
}
