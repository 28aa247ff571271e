#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One cost of an election: a sum of terms, raised to a power.
package struct CostModel: Hashable, Sendable {
    package var quantity: CostQuantity
    /// One a term of the quantity; 0 where the measurements know of no such part.
    package var coefficients: [Double]
    /// Of the sum; below 1 the load costs less for each part, the more there is of it. An economy of scale: a busy
    /// process takes several messages each time that it wakes up.
    package var exponent = 1.0

    package func predict(_ load: Load) -> Double { pow(sum(load), exponent) }

    /// What one of each term costs at a load, all parts alike: times their numbers, they add up to the cost. In the quantity's
    /// unit.
    package func unitCosts(at load: Load) -> [Double] {
        let sum = sum(load)
        return coefficients.map { sum > 0 ? $0 * pow(sum, exponent - 1) : 0 }
    }

    private func sum(_ load: Load) -> Double {
        zip(quantity.terms, coefficients).reduce(0) { $0 + $1.0.value(load) * $1.1 }
    }
}

/// A model with what its measurements say of how good it is.
package struct CostFit: Hashable, Sendable {
    package struct Point: Hashable, Sendable {
        package var label: String
        package var load: Load
        package var value: Double

        package init(label: String, load: Load, value: Double) {
            self.label = label
            self.load = load
            self.value = value
        }
    }

    /// What a model that had not seen a cell says of it.
    package struct Check: Hashable, Sendable {
        package var label: String
        package var measured: Double
        package var predicted: Double
        /// |predicted − measured| ÷ measured.
        package var error: Double { abs(predicted - measured) / measured }
    }

    package let model: CostModel
    package let points: [Point]
    /// The one with the most deliveries.
    package let largest: Load
    /// Of each unit cost at the largest load, by the jackknife over cells.
    package let standardErrors: [Double]
    /// Of the exponent, likewise.
    package let exponentError: Double
    /// 1 − residual sum of squares ÷ total sum of squares, unweighted; nil where all cells cost the same.
    package let r2: Double?
    /// Each cell left out in turn.
    package let leftOut: [Check]
    /// The cells with the most instances and the most roles, all left out at once; none where that leaves too few.
    package let heldOut: [Check]
    private let replicates: [CostModel]

    /// Two cells more than what is fitted at least: else the fit is the cells themselves.
    private static let spare = 2

    /// Nil where there are too few cells, or none of them tells anything.
    ///
    /// - Parameter points: those that measured nothing or zero are left out, for errors are relative.
    package init?(_ quantity: CostQuantity, _ points: [Point]) {
        let points = points.filter { $0.value > 0 && $0.value.isFinite }
        guard points.count > Self.spare, let model = Self.fit(quantity, points),
            let largest = points.max(by: { $0.load.deliveriesPerSecond < $1.load.deliveriesPerSecond })?.load
        else { return nil }
        self.model = model
        self.largest = largest
        self.points = points
        let mean = points.reduce(0) { $0 + $1.value } / Double(points.count)
        let total = points.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
        let rest = points.reduce(0) { sum, point in
            let miss = point.value - model.predict(point.load)
            return sum + miss * miss
        }
        r2 = total > 0 ? 1 - rest / total : nil
        var replicates: [CostModel] = []
        var leftOut: [Check] = []
        for (index, point) in points.enumerated() {
            var others = points
            others.remove(at: index)
            guard let replicate = Self.fit(quantity, others) else { continue }
            replicates.append(replicate)
            leftOut.append(Self.check(replicate, point))
        }
        self.replicates = replicates
        self.leftOut = leftOut
        standardErrors = quantity.terms.indices.map { index in
            Self.jackknife(replicates.map { $0.unitCosts(at: largest)[index] })
        }
        exponentError = Self.jackknife(replicates.map(\.exponent))
        heldOut = Self.holdOut(quantity, points)
    }

    package var leftOutMedian: Double? { leftOut.map(\.error).sorted().sortedNearestRank(500) }
    package var leftOutMax: Double? { leftOut.map(\.error).max() }
    package var heldOutMax: Double? { heldOut.map(\.error).max() }

    /// A prediction, and twice its error to both sides, not below 0: the jackknife's and, since no model is exact, the root
    /// mean square of the relative errors on left-out cells.
    package func predict(_ load: Load) -> (value: Double, low: Double, high: Double) {
        let value = model.predict(load)
        let spread = Self.jackknife(replicates.map { $0.predict(load) })
        let squares = leftOut.reduce(0) { $0 + $1.error * $1.error } / Double(max(1, leftOut.count))
        let reach = 2 * (spread * spread + squares * value * value).squareRoot()
        return (value, max(0, value - reach), value + reach)
    }

    /// The exponent that errs least, of those in percent from 50 to 100: by steps of ten, then of one about the best of these.
    private static func fit(_ quantity: CostQuantity, _ points: [Point]) -> CostModel? {
        guard quantity.isProcessor, points.count > quantity.terms.count + spare else {
            return fit(quantity, points, exponents: [100])
        }
        let coarse = fit(quantity, points, exponents: stride(from: 100, through: 50, by: -10))
        guard let center = coarse.map({ Int(($0.exponent * 100).rounded()) }) else { return nil }
        return fit(quantity, points, exponents: (max(50, center - 9)...min(100, center + 9)).reversed())
    }

    /// The least squares of relative errors, so that small cells count as much as large ones. For an exponent e the sum itself
    /// is fitted to value^(1/e), whose relative errors are the value's ÷ e.
    private static func fit(_ quantity: CostQuantity, _ points: [Point], exponents: some Sequence<Int>) -> CostModel? {
        let ones = points.map { _ in 1.0 }
        let most = max(1, points.count - spare)
        var best: (model: CostModel, residual: Double)?
        for percent in exponents {
            let exponent = Double(percent) / 100
            let rows = points.map { point in
                let sum = pow(point.value, 1 / exponent)
                return quantity.terms.map { $0.value(point.load) / sum }
            }
            guard let coefficients = LeastSquares.nonNegative(rows, ones, most: most) else { continue }
            let model = CostModel(quantity: quantity, coefficients: coefficients, exponent: exponent)
            let residual = points.reduce(0) { sum, point in
                let error = model.predict(point.load) / point.value - 1
                return sum + error * error
            }
            // A lesser exponent has to make a difference that is not rounding.
            if let best, residual >= best.residual * (1 - 1e-9) { continue }
            best = (model, residual)
        }
        return best?.model
    }

    private static func check(_ model: CostModel, _ point: Point) -> Check {
        Check(label: point.label, measured: point.value, predicted: model.predict(point.load))
    }

    private static func holdOut(_ quantity: CostQuantity, _ points: [Point]) -> [Check] {
        let instances = points.map(\.load.instances).max()
        let roles = points.map(\.load.roles).max()
        func isCorner(_ point: Point) -> Bool { point.load.instances == instances && point.load.roles == roles }
        let rest = points.filter { !isCorner($0) }
        guard rest.count > spare, let model = fit(quantity, rest) else { return [] }
        return points.filter(isCorner).map { check(model, $0) }
    }

    /// B. Efron and R. J. Tibshirani, *An Introduction to the Bootstrap* (1993), equation 11.5: √((n − 1)/n · Σ(xᵢ − x̄)²) over
    /// the estimates of which each lacks one observation.
    private static func jackknife(_ estimates: [Double]) -> Double {
        guard estimates.count > 1 else { return 0 }
        let n = Double(estimates.count)
        let mean = estimates.reduce(0, +) / n
        return ((n - 1) / n * estimates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }).squareRoot()
    }
}
