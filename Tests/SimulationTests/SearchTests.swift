import Chaos
import ElectionCore
import Foundation
import Simulation
import Testing

/// Thousands of drawn worlds. `ELECTBENCH_WORLDS` sets how many.
@Suite("In any drawn world", .timeLimit(.minutes(10)))
struct SearchTests {
    private static let count = ProcessInfo.processInfo.environment["ELECTBENCH_WORLDS"].flatMap { UInt64($0) } ?? 3000

    @Test(arguments: [false, true])
    func `every promise holds`(losesStore: Bool) {
        let search = Search(seeds: 1...Self.count, size: WorldDraw.Size(losesStore: losesStore))
        search.run(threads: 2)
        #expect(search.finding == nil)
        #expect(search.progress.worlds == Self.count)
    }

    @Test func `every promise holds over a minute of faults`() {
        let size = WorldDraw.Size(instances: 5, roles: 3, duration: .seconds(60))
        let search = Search(seeds: 1...(Self.count / 30), size: size)
        search.run(threads: 2)
        #expect(search.finding == nil)
    }

    /// What a search has found in the protocol, or in the simulation of what is around it, each with the size of its worlds.
    static let found: [(seed: UInt64, size: WorldDraw.Size)] = [
        // A claim was confirmed by who had given the role away before without knowing it: it was of whoever led next.
        (1995, WorldDraw.Size(instances: 5, roles: 3, duration: .seconds(60))),
        // A session that was over, and whose end was told late, let a role be tried for over and over, as fast as the store answered.
        (15181, WorldDraw.Size()),
        // What a link had held back for one life of an instance came to the next one.
        (16393, WorldDraw.Size(instances: 5, roles: 3, duration: .seconds(60))),
        // A read that was sent before a release was accepted, and answered after it, had the role released and told of once more.
        (26292, WorldDraw.Size(instances: 5, roles: 3, duration: .seconds(60))),
        // A leader that was giving its role away lost its connection, and kept its record: of the others' next one it heard by a claim
        // alone, took that for a claim of its own role, and confirmed it.
        (54907, WorldDraw.Size(instances: 5, roles: 3, duration: .seconds(60))),
        // After a partition the withdrawal of a member's earlier life was taken for one of the present life, which was given no roles.
        (55076, WorldDraw.Size(instances: 5, roles: 3, duration: .seconds(60))),
        // A read that was sent in doubt, and overtaken by a later record, was believed: a role's claim was forgotten.
        (1230, WorldDraw.Size(losesStore: false)),
        // An instance that gave back what had come to it late confirmed a claim of the role of whoever had led meanwhile.
        (2602, WorldDraw.Size(instances: 5, roles: 3, duration: .seconds(60))),
        // A read that was overtaken by the first record of a bucket made anew found no key: the claim of that role was forgotten.
        (21016, WorldDraw.Size(instances: 5, roles: 3, duration: .seconds(60))),
        // The withdrawal of a member's earlier life came after the first word of its present one, which was given no roles.
        (21821, WorldDraw.Size()),
        // Who gave a role back while it waited for its rank waited for ever, when it might lead again.
        (48668, WorldDraw.Size()),
        // A replica that lagged behind had a key for missing, then showed an own record that was long released: that was told again.
        (13939, WorldDraw.Size(instances: 5, roles: 3, duration: .seconds(60))),
    ]

    @Test(arguments: found.indices)
    func `what a search has found is mended`(index: Int) {
        #expect(WorldDraw(seed: Self.found[index].seed, size: Self.found[index].size).run().violation == nil)
    }

    @Test func `a seed is one history, whatever ran before it`() {
        let first = (1...20).map { WorldDraw(seed: $0, size: .init()).run(isTraced: true).trace }
        let again = (1...20).reversed().map { WorldDraw(seed: $0, size: .init()).run(isTraced: true).trace }
        #expect(first == again.reversed())
        #expect(Set(first).count == first.count)
        #expect(first.allSatisfy { $0.count > 10 })
    }

    /// Each set and dictionary has an order of its own, in each of the runs.
    @Test func `a seed is one history, in whatever order a set or a dictionary is`() {
        let size = WorldDraw.Size(instances: 5, roles: 3, duration: .seconds(60))
        let traces = (1...6).map { _ in WorldDraw(seed: 285, size: size).run(isTraced: true).trace }
        #expect(Set(traces).count == 1)
    }

    @Test func `a search ends at the lowest seed that breaks a promise, on any number of threads`() throws {
        let findings = [1, 2, 5].map { threads in
            let search = Search(seeds: 1...200) { Self.unsafeDraw(seed: $0) }
            search.run(threads: threads)
            return search.finding?.seed
        }
        let lowest = try #require(findings[0])
        #expect(findings == [lowest, lowest, lowest])
        for seed in 1..<lowest { #expect(Self.unsafeDraw(seed: seed).run().violation == nil) }
    }

    @Test func `what breaks a promise is made smaller, and still breaks it`() throws {
        let search = Search(seeds: 1...200) { Self.unsafeDraw(seed: $0) }
        search.run(threads: 2)
        let finding = try #require(search.finding)
        let draw = Self.unsafeDraw(seed: finding.seed)
        var shrinking = Shrinking(draw, breaking: finding.violation)
        shrinking.run()
        let text = shrinking.reduction.description
        let reduction = try #require(Reduction(text))
        #expect(reduction == shrinking.reduction)
        let smallest = draw.reduced(by: reduction)
        #expect(smallest.plan.hosts.count == 2)
        #expect(smallest.plan.roles.count == 1)
        #expect(smallest.plan.faults.count == 1)
        #expect(smallest.run().violation?.promise == .twoLeaders)
    }

    /// A world with what the detector `connection` is known not to survive: the server takes a connection for closed of which
    /// the instance knows nothing.
    private static func unsafeDraw(seed: UInt64) -> WorldDraw {
        var draw = WorldDraw(seed: seed, size: .init(instances: 4, roles: 3, losesStore: false))
        for index in draw.plan.hosts.indices {
            draw.plan.hosts[index].settings.detector = .connection
            draw.plan.hosts[index].hearsLosses = true
        }
        draw.plan.conditions.deaf = 0
        draw.plan.faults.append(
            WorldFault(
                at: draw.chaos / 2,
                .impair(.droppedAtServer, draw.plan.longestTTL),
                .drawn(seed, leads: true)
            )
        )
        return draw
    }

    @Test(arguments: ["faults=x", "instances=0", "without=gravity", "roles", "shape=round"])
    func `what is no reduction is refused`(text: String) { #expect(Reduction(text) == nil) }
}
