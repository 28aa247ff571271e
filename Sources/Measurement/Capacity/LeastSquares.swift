/// Least squares with coefficients that are not negative: no instance gives processor time back.
///
/// C. L. Lawson and R. J. Hanson, *Solving Least Squares Problems* (1974), chapter 23: at the optimum the coefficients above
/// zero are the unconstrained solution of their own columns. With the few columns that a cost has, all subsets are tried
/// instead of their walk through some.
enum LeastSquares {
    /// - Parameters:
    ///   - rows: a row an observation, each of as many columns.
    ///   - targets: one a row.
    ///   - most: how many coefficients may be above zero.
    /// - Returns: a coefficient a column; nil without rows or where no column tells anything.
    static func nonNegative(_ rows: [[Double]], _ targets: [Double], most: Int = .max) -> [Double]? {
        guard let width = rows.first?.count, width > 0, rows.count == targets.count else { return nil }
        precondition(width <= 12, "2^\(width) subsets are too many to try")
        let subsets = (1..<(1 << width)).map { mask in (0..<width).filter { mask & (1 << $0) != 0 } }
            .filter { $0.count <= min(most, rows.count) }
            .sorted { ($0.count, $0.lexicographic) < ($1.count, $1.lexicographic) }
        var best: (coefficients: [Double], residual: Double)?
        for subset in subsets {
            let part = rows.map { row in subset.map { row[$0] } }
            guard let solution = solve(part, targets), solution.allSatisfy({ $0 >= 0 }) else { continue }
            let residual = zip(part, targets).reduce(0) { sum, pair in
                let miss = pair.1 - zip(pair.0, solution).reduce(0) { $0 + $1.0 * $1.1 }
                return sum + miss * miss
            }
            // One column more has to make a difference that is not rounding.
            if let best, residual >= best.residual * (1 - 1e-9) { continue }
            var coefficients = [Double](repeating: 0, count: width)
            for (index, value) in zip(subset, solution) { coefficients[index] = value }
            best = (coefficients, residual)
        }
        return best?.coefficients
    }

    /// Unconstrained, by modified Gram–Schmidt (Å. Björck, *Numerical Methods for Least Squares Problems*, 1996, section 2.4).
    ///
    /// - Returns: nil where the columns depend on each other.
    static func solve(_ rows: [[Double]], _ targets: [Double]) -> [Double]? {
        let width = rows.first?.count ?? 0
        guard width > 0, rows.count >= width else { return nil }
        var columns = (0..<width).map { index in rows.map { $0[index] } }
        var right = targets
        var triangle = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
        var projections = [Double](repeating: 0, count: width)
        let lengths = columns.map { dot($0, $0).squareRoot() }
        for index in 0..<width {
            let length = dot(columns[index], columns[index]).squareRoot()
            guard length > lengths[index] * 1e-7, length.isFinite else { return nil }
            triangle[index][index] = length
            columns[index] = columns[index].map { $0 / length }
            for other in (index + 1)..<max(width, index + 1) {
                let share = dot(columns[index], columns[other])
                triangle[index][other] = share
                columns[other] = zip(columns[other], columns[index]).map { $0 - share * $1 }
            }
            projections[index] = dot(columns[index], right)
            right = zip(right, columns[index]).map { $0 - projections[index] * $1 }
        }
        var solution = [Double](repeating: 0, count: width)
        for index in (0..<width).reversed() {
            let known = ((index + 1)..<max(width, index + 1)).reduce(0) { $0 + triangle[index][$1] * solution[$1] }
            solution[index] = (projections[index] - known) / triangle[index][index]
        }
        return solution
    }

    private static func dot(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

extension [Int] {
    /// An order among subsets of one size: the one with the earlier columns first.
    fileprivate var lexicographic: Int { reduce(0) { $0 * 16 + $1 } }
}
