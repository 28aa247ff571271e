import ElectionCore
import Testing

@testable import Measurement

@Suite struct CapacityPlanTests {
    private static let truth: [CostQuantity: [Double]] = [
        .processorInstances: [0.5, 0.05, 0.002, 0.01], .processorServers: [1, 0.01, 0.02, 0.001, 0.01],
        .memoryInstances: [3000, 20, 2], .memoryServers: [14_000, 200, 10, 0.5, 1], .operations: [1, 0.1],
        .messagesIn: [10, 1, 2, 0.5], .messagesOut: [10, 1, 1, 1, 0.5],
    ]

    private func costs(late: [Load] = [], loads: [Load] = Grid.loads) throws -> CapacityCosts {
        let fits = try Self.truth.map { try #require(CostFit($0.key, Grid.points($0.key, $0.value, loads))) }
        return CapacityCosts(fits: fits, points: loads, late: late)
    }

    private let machine = CapacityPlan.Machine(cores: 2, memoryKb: 8_000_000)

    private func isClose(_ value: Double?, _ wanted: Double) -> Bool {
        value.map { abs($0 - wanted) < 1e-6 * wanted } ?? false
    }

    @Test func `a size within the grid costs what the model says`() throws {
        let plan = try #require(CapacityPlan(costs(), Grid.load(20, 50), on: machine))
        // 20 instances, 50 renewals and 1000 deliveries a second, 50 roles.
        #expect(isClose(plan.prediction(.processorInstances)?.value, 10 + 2.5 + 2 + 0.5))
        #expect(isClose(plan.prediction(.processorServers)?.value, 1 + 0.2 + 1 + 1 + 0.5))
        #expect(isClose(plan.prediction(.memoryInstances)?.value, 60_000 + 1000 + 2000))
        #expect(plan.fits)
        #expect(!plan.isExtrapolated)
        #expect(plan.first.kind == .processor)
        #expect(isClose(plan.first.share, 18.7 / 200))
        let text = plan.text(.plain)
        #expect(text.contains("Within the measured grid."))
        #expect(text.contains("Verdict: fits on this machine"))
        #expect(text.contains("3 s is safe"))
        #expect(text.contains("No cell of the sweep lay beyond the knee"))
        #expect(!text.contains("extrapolation"))
    }

    @Test func `beyond the grid it says by how much, in the verdict too`() throws {
        let plan = try #require(CapacityPlan(costs(), Grid.load(200, 2000, 5), on: machine))
        #expect(plan.isExtrapolated)
        #expect(
            plan.extrapolation
                == "4.00 × the instances, 10.0 × the roles, 6.00 × the renewals a second, 24.0 × the deliveries a second of "
                + "the largest fine cells"
        )
        let text = plan.text(.plain)
        #expect(!plan.fits)
        #expect(text.contains("does not fit on this machine: processor breaks first"))
        #expect(text.components(of: "xtrapolation: 4.00 × the instances") == 2)
        #expect(text.contains("5 s is not safe"))
    }

    @Test func `a ttl outside of those measured is an extrapolation of its own`() throws {
        let plan = try #require(CapacityPlan(costs(), Grid.load(5, 10, 30), on: machine))
        #expect(plan.extrapolation == "a ttl outside of the measured 3 s to 10 s")
        let one = try costs(loads: Grid.loads.filter { $0.ttl == .seconds(3) })
        #expect(
            try #require(CapacityPlan(one, Grid.load(5, 10, 30), on: machine)).extrapolation.hasSuffix("measured 3 s")
        )
    }

    @Test func `the least ttl is the first whose processor, memory and renewals fit`() throws {
        // With a ttl of 1 s there are 4,500 renewals and 225,000 deliveries a second, with 2 s half of them.
        let load = Grid.load(50, 1500)
        #expect(
            try #require(CapacityPlan(costs(), load, on: .init(cores: 8, memoryKb: 8_000_000))).leastTTL == .seconds(2)
        )
        #expect(
            try #require(CapacityPlan(costs(), load, on: .init(cores: 80, memoryKb: 8_000_000))).leastTTL
                == .milliseconds(500)
        )
        let none = try #require(CapacityPlan(costs(), load, on: .init(cores: 80, memoryKb: 1000)))
        #expect(none.leastTTL == nil)
        #expect(none.first.kind == .memory)
        #expect(none.text(.plain).contains("none up to 300 s fits"))
    }

    @Test func `what asks for more than the first cell beyond the knee has late renewals first`() throws {
        let knee = Grid.load(50, 200)
        let plan = try #require(CapacityPlan(costs(late: [Grid.load(50, 400), knee]), Grid.load(50, 300), on: machine))
        #expect(plan.first.kind == .renewals)
        #expect(plan.first.share > 1)
        #expect(plan.text(.plain).contains("renewals in time breaks first"))
    }

    @Test func `JSON has the same figures`() throws {
        let plan = try #require(CapacityPlan(costs(), Grid.load(200, 2000, 5), on: machine))
        let text = String(decoding: plan.json, as: UTF8.self)
        #expect(text.contains("\"breaks_first\" : \"processor\""))
        #expect(text.contains("\"extrapolated\" : true"))
        #expect(text.contains("\"ttl_ms\" : 5000"))
        #expect(text.contains("\"memory_kb\" : 8000000"))
        #expect(text.contains("\"deliveries_a_second\""))
    }

    @Test func `without a model of the processor there is no plan`() {
        #expect(
            CapacityPlan(CapacityCosts(fits: [], points: Grid.loads, late: []), Grid.load(5, 5), on: machine) == nil
        )
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
