import Testing

@testable import Measurement

/// Numbers that look drawn and are the same in every run (Steele and others' SplitMix64).
struct Draws: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct LeastSquaresTests {
    private func isClose(_ left: [Double]?, _ right: [Double], within tolerance: Double = 1e-9) -> Bool {
        guard let left, left.count == right.count else { return false }
        return zip(left, right).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
    }

    @Test func `a line through three points, by hand`() {
        // y = 1, 2, 4 at x = 0, 1, 2: slope 3/2, intercept 5/6.
        let rows = [[1.0, 0], [1, 1], [1, 2]]
        #expect(isClose(LeastSquares.solve(rows, [1, 2, 4]), [5.0 / 6, 1.5]))
        #expect(isClose(LeastSquares.nonNegative(rows, [1, 2, 4]), [5.0 / 6, 1.5]))
    }

    @Test func `what would be negative is 0, and the rest is fitted without it`() {
        // Unconstrained: intercept −2/3, slope 3/2; without the intercept Σxy ÷ Σx² = 6/5.
        let rows = [[1.0, 0], [1, 1], [1, 2]]
        #expect(isClose(LeastSquares.solve(rows, [-0.5, 0.5, 2.5]), [-2.0 / 3, 1.5]))
        #expect(isClose(LeastSquares.nonNegative(rows, [-0.5, 0.5, 2.5]), [0, 1.1]))
    }

    @Test func `columns that depend on each other share nothing: the earlier one has it all`() {
        let rows = [[1.0, 2], [2, 4], [3, 6]]
        #expect(LeastSquares.solve(rows, [3, 6, 9]) == nil)
        #expect(isClose(LeastSquares.nonNegative(rows, [3, 6, 9]), [3, 0]))
    }

    @Test func `where all would be negative, or nothing is there, nothing is fitted`() {
        #expect(LeastSquares.nonNegative([[1.0], [2]], [-1, -2]) == nil)
        #expect(LeastSquares.nonNegative([], []) == nil)
        #expect(LeastSquares.nonNegative([[0.0], [0]], [1, 2]) == nil)
    }

    @Test func `no more coefficients than allowed are above 0`() throws {
        let rows = [[1.0, 0], [1, 1], [1, 2]]
        let one = try #require(LeastSquares.nonNegative(rows, [1, 2, 4], most: 1))
        #expect(one.count { $0 > 0 } == 1)
        #expect(isClose(one, [0, 2]))
    }

    @Test func `known coefficients are found again, whichever of them are 0`() {
        var draws = Draws(state: 7)
        for round in 0..<200 {
            let truth = (0..<5).map { _ in Bool.random(using: &draws) ? Double.random(in: 0.1...9, using: &draws) : 0 }
            guard truth.contains(where: { $0 > 0 }) else { continue }
            let rows = (0..<12).map { _ in (0..<5).map { _ in Double.random(in: 0...10, using: &draws) } }
            let targets = rows.map { row in zip(row, truth).reduce(0) { $0 + $1.0 * $1.1 } }
            let found = LeastSquares.nonNegative(rows, targets)
            #expect(isClose(found, truth, within: 1e-6), "round \(round): \(found ?? []) for \(truth)")
        }
    }

    /// Karush, Kuhn and Tucker's conditions: nothing is negative; the gradient is 0 along what is above 0, and not below 0 along
    /// what is 0.
    @Test func `the solution is the best one, also of data that fit nothing`() throws {
        var draws = Draws(state: 11)
        for _ in 0..<200 {
            let rows = (0..<9).map { _ in (0..<4).map { _ in Double.random(in: -3...3, using: &draws) } }
            let targets = rows.map { _ in Double.random(in: -5...5, using: &draws) }
            guard let found = LeastSquares.nonNegative(rows, targets) else { continue }
            let misses = zip(rows, targets).map { row, target in
                zip(row, found).reduce(0) { $0 + $1.0 * $1.1 } - target
            }
            for (column, value) in found.enumerated() {
                let gradient = zip(rows, misses).reduce(0) { $0 + $1.0[column] * $1.1 }
                #expect(value >= 0)
                if value > 0 { #expect(abs(gradient) < 1e-8) } else { #expect(gradient > -1e-8) }
            }
        }
    }
}
