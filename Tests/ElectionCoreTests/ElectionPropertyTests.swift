import ElectionCore
import Foundation
import Testing

/// Thousands of random schedules of everything that can go wrong. `ELECTBENCH_SCHEDULES` sets how many;
/// `ELECTBENCH_SEED` repeats one alone and prints its trace, with `ELECTBENCH_LOSES_STORE` one in which stores are lost.
@Suite("In any schedule of faults")
struct ElectionPropertyTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let chunks = 20

    @Test(
        "no two lead at once, terms rise, callbacks alternate, and in the end the right ones lead and stay",
        .timeLimit(.minutes(10)),
        .enabled(if: environment["ELECTBENCH_SEED"] == nil),
        arguments: 0..<chunks
    )
    func electionIsSafeAndLive(chunk: Int) async {
        await Self.run(chunk, of: 4000, losesStore: false)
    }

    @Test(
        "the same holds though the server loses its store over and over",
        .timeLimit(.minutes(10)),
        .enabled(if: environment["ELECTBENCH_SEED"] == nil),
        arguments: 0..<chunks
    )
    func electionSurvivesStoreLosses(chunk: Int) async {
        await Self.run(chunk, of: 1500, losesStore: true)
    }

    private static func run(_ chunk: Int, of usual: Int, losesStore: Bool) async {
        let schedules = environment["ELECTBENCH_SCHEDULES"].flatMap { Int($0) } ?? usual
        for index in stride(from: chunk, to: schedules, by: chunks) {
            let seed = UInt64(index + 1)
            var world = World(seed: seed, losesStore: losesStore)
            world.run()
            // Other tests of the process shall not wait for thousands of schedules.
            await Task.yield()
            if let violation = world.violation {
                Issue.record("\(story(of: seed, losesStore, violation))")
                return
            }
        }
    }

    @Test("one seed is repeated", .enabled(if: environment["ELECTBENCH_SEED"] != nil))
    func seedIsRepeated() throws {
        let seed = try #require(Self.environment["ELECTBENCH_SEED"].flatMap { UInt64($0) })
        let losesStore = Self.environment["ELECTBENCH_LOSES_STORE"] != nil
        var world = World(seed: seed, losesStore: losesStore, isTraced: true)
        world.run()
        print(world.lines.joined(separator: "\n"))
        #expect(world.violation == nil)
    }

    private static func story(of seed: UInt64, _ losesStore: Bool, _ violation: String) -> String {
        var world = World(seed: seed, losesStore: losesStore, isTraced: true)
        world.run()
        let tail = world.lines.suffix(40).joined(separator: "\n")
        return
            "\(losesStore ? "ELECTBENCH_LOSES_STORE=1 " : "")ELECTBENCH_SEED=\(seed): \(violation)\n\(world.mix)\n\(tail)"
    }
}
