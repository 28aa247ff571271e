/// One cost of an election as a sum of terms.
package struct CostModel: Hashable, Sendable {
    package var quantity: CostQuantity
    /// One a term of the quantity, in its unit; 0 where the measurements know of no such part.
    package var coefficients: [Double]

    package func predict(_ load: Load) -> Double {
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
    /// Of each coefficient, by the jackknife over cells.
    package let standardErrors: [Double]
    /// 1 − residual sum of squares ÷ total sum of squares, unweighted; nil where all cells cost the same.
    package let r2: Double?
    /// Each cell left out in turn.
    package let leftOut: [Check]
    /// The cells with the most instances and the most roles, all left out at once; none where that leaves too few.
    package let heldOut: [Check]
    private let replicates: [CostModel]

    /// Two cells more than terms at least: else the fit is the cells themselves.
    private static let spare = 2

    /// Nil where there are too few cells, or none of them tells anything.
    ///
    /// - Parameter points: those that measured nothing or zero are left out, for errors are relative.
    package init?(_ quantity: CostQuantity, _ points: [Point]) {
        let points = points.filter { $0.value > 0 && $0.value.isFinite }
        guard points.count > Self.spare, let model = Self.fit(quantity, points) else { return nil }
        self.model = model
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
            Self.jackknife(replicates.map { $0.coefficients[index] })
        }
        heldOut = Self.holdOut(quantity, points)
    }

    package var leftOutMedian: Double? { leftOut.map(\.error).sorted().sortedNearestRank(perMille: 500) }
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

    /// Weighted by 1 ÷ value, so that small cells count as much as large ones.
    private static func fit(_ quantity: CostQuantity, _ points: [Point]) -> CostModel? {
        let rows = points.map { point in quantity.terms.map { $0.value(point.load) / point.value } }
        let ones = points.map { _ in 1.0 }
        return LeastSquares.nonNegative(rows, ones, most: max(1, points.count - spare))
            .map { CostModel(quantity: quantity, coefficients: $0) }
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
