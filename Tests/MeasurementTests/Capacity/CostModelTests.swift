import ElectionCore
import Foundation
import Testing

@testable import Measurement

/// A grid of loads, and what they cost by given coefficients.
enum Grid {
    static func load(_ instances: Int, _ roles: Int, _ ttl: Int64 = 3) -> Load {
        Load(instances: instances, roles: roles, ttl: .seconds(ttl), heartbeat: .nanoseconds(ttl * 1_000_000_000 / 3))
    }

    static let loads: [Load] = [3, 10].flatMap { ttl in
        [5, 10, 20, 50].flatMap { instances in [10, 50, 200].map { load(instances, $0, ttl) } }
    }

    static func label(_ load: Load) -> String { "i\(load.instances)-r\(load.roles)-\(Numbers.plain(load.ttl))" }

    /// - Parameter factor: by what a value is off.
    static func points(
        _ quantity: CostQuantity,
        _ coefficients: [Double],
        _ loads: [Load] = loads,
        factor: (Load) -> Double = { _ in 1 }
    ) -> [CostFit.Point] {
        let model = CostModel(quantity: quantity, coefficients: coefficients)
        return loads.map { CostFit.Point(label: label($0), load: $0, value: model.predict($0) * factor($0)) }
    }
}

@Suite struct CostModelTests {
    @Test func `a load's terms are what they say`() {
        let load = Grid.load(20, 50)
        #expect(load.renewalsPerSecond == 50)
        #expect(load.deliveriesPerSecond == 1000)
        #expect(load.pairs == 1000)
        #expect(CostTerm.allCases.map { $0.value(load) } == [1, 20, 50, 1000, 50, 1000])
        #expect(abs(Grid.load(20, 50, 10).renewalsPerSecond - 15) < 1e-6)
        // One session an instance, however many roles rest on it.
        let sessions = Load(instances: 20, roles: 50, ttl: .seconds(3), heartbeat: .seconds(1), lease: "instance")
        #expect(CostTerm.allCases.map { $0.value(sessions) } == [1, 20, 50, 1000, 20, 400])
    }

    @Test(arguments: CostQuantity.allCases)
    func `known coefficients are found again, with no error`(quantity: CostQuantity) throws {
        let truth = quantity.terms.indices.map { 0.25 + Double($0) }
        let fit = try #require(CostFit(quantity, Grid.points(quantity, truth)))
        for (found, wanted) in zip(fit.model.coefficients, truth) { #expect(abs(found - wanted) < 1e-6 * wanted) }
        #expect(fit.standardErrors.allSatisfy { $0 < 1e-6 })
        #expect(try #require(fit.r2) > 0.999_999)
        #expect(fit.leftOut.count == Grid.loads.count)
        #expect(try #require(fit.leftOutMax) < 1e-6)
        #expect(fit.heldOut.map(\.label) == ["i50-r200-3s", "i50-r200-10s"])
        #expect(try #require(fit.heldOutMax) < 1e-6)
        let far = fit.predict(Grid.load(200, 2000, 5))
        let expected = CostModel(quantity: quantity, coefficients: truth).predict(Grid.load(200, 2000, 5))
        #expect(abs(far.value - expected) < 1e-6 * expected)
        #expect(far.low <= far.value && far.value <= far.high)
    }

    @Test(arguments: zip([CostQuantity.processorInstances, .processorServers], [0.6, 0.85]))
    func `an economy of scale is found, and unit costs add up to the cost`(
        quantity: CostQuantity,
        exponent: Double
    ) throws {
        var truth = CostModel(quantity: quantity, coefficients: quantity.terms.indices.map { 0.25 + Double($0) })
        truth.exponent = exponent
        let points = Grid.loads.map {
            CostFit.Point(label: Grid.label($0), load: $0, value: truth.predict($0))
        }
        let fit = try #require(CostFit(quantity, points))
        #expect(fit.model.exponent == exponent)
        #expect(fit.exponentError < 1e-6)
        #expect(try #require(fit.leftOutMax) < 1e-6)
        #expect(fit.largest == Grid.load(50, 200))
        let costs = fit.model.unitCosts(at: fit.largest)
        let whole = zip(quantity.terms, costs).reduce(0) { $0 + $1.0.value(fit.largest) * $1.1 }
        #expect(abs(whole - truth.predict(fit.largest)) < 1e-6 * whole)
        let double = pow(2, exponent) * fit.model.predict(Grid.load(20, 50))
        var twice = fit.model
        twice.coefficients = twice.coefficients.map { $0 * 2 }
        #expect(abs(twice.predict(Grid.load(20, 50)) - double) < 1e-9 * double)
    }

    @Test func `as many cells as the terms need are no ground for an exponent, nor is what counts messages`() throws {
        var truth = CostModel(quantity: .processorInstances, coefficients: [1, 1, 1, 1])
        truth.exponent = 0.7
        let points = Grid.loads.map { CostFit.Point(label: Grid.label($0), load: $0, value: truth.predict($0)) }
        #expect(try #require(CostFit(.processorInstances, Array(points.prefix(6)))).model.exponent == 1)
        #expect(try #require(CostFit(.processorInstances, Array(points.prefix(7)))).model.exponent == 0.7)
        #expect(try #require(CostFit(.messagesOut, points)).model.exponent == 1)
    }

    @Test func `noise of five percent is found in the errors, and small cells count as much as large ones`() throws {
        var draws = Draws(state: 3)
        let noise = Dictionary(
            uniqueKeysWithValues: Grid.loads.map { ($0, Double.random(in: 0.95...1.05, using: &draws)) }
        )
        let truth = [0.3, 0.02, 0.05, 0.004]
        let points = Grid.points(.processorInstances, truth) { noise[$0] ?? 1 }
        let fit = try #require(CostFit(.processorInstances, points))
        #expect(try #require(fit.leftOutMax) < 0.15)
        #expect(try #require(fit.leftOutMedian) > 0.001)
        for point in points { #expect(abs(fit.model.predict(point.load) - point.value) < 0.1 * point.value) }
        let value = fit.predict(Grid.load(50, 200))
        let wanted = CostModel(quantity: .processorInstances, coefficients: truth).predict(Grid.load(50, 200))
        #expect(value.low < wanted && wanted < value.high)
    }

    @Test func `the error on a left-out cell is of a model that has not seen it`() throws {
        let odd = Grid.load(20, 50)
        let points = Grid.points(.operations, [1, 2]) { $0 == odd ? 2 : 1 }
        let fit = try #require(CostFit(.operations, points))
        let worst = try #require(fit.leftOut.max { $0.error < $1.error })
        // Without the odd cell the model is exact, and half of what was measured there.
        #expect(worst.label == Grid.label(odd))
        #expect(abs(worst.error - 0.5) < 1e-6)
    }

    @Test func `too few cells have no model, and few have few terms`() throws {
        let some = Grid.points(.processorServers, [1, 1, 1, 1, 1])
        #expect(CostFit(.processorServers, Array(some.prefix(2))) == nil)
        let four = try #require(CostFit(.processorServers, Array(some.prefix(4))))
        #expect(four.model.coefficients.count { $0 > 0 } <= 2)
        #expect(CostFit(.processorServers, some.map { .init(label: $0.label, load: $0.load, value: 0) }) == nil)
    }

    @Test func `a corner whose absence leaves too few is not held out`() throws {
        let loads = [Grid.load(2, 4), Grid.load(2, 8), Grid.load(4, 4), Grid.load(4, 8)]
        let fit = try #require(CostFit(.operations, Grid.points(.operations, [1, 2], loads)))
        #expect(fit.heldOut.map(\.label) == ["i4-r8-3s"])
        let three = try #require(CostFit(.operations, Grid.points(.operations, [1, 2], Array(loads.prefix(3)))))
        #expect(three.heldOut.isEmpty)
    }
}
