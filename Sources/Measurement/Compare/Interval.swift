import ElectionCore

/// Where the true shift lies, with a certain confidence.
package struct Interval: Hashable, Sendable, Codable {
    package var lower: Double
    package var upper: Double

    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    package var halfWidth: Double { (upper - lower) / 2 }
}

extension Interval {
    /// How often each side is drawn anew: enough for the ends of an interval for one of dozens of measures.
    static let draws = 10_000
    /// Any number would do; one that stays lets the same two runs give the same interval.
    private static let seed: UInt64 = 20_070_601

    /// Of the difference of a percentile, by the cluster bootstrap: events are drawn with replacement, not values (Davison and
    /// Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8; Field and Welsh, "Bootstrapping clustered data",
    /// J. R. Statist. Soc. B 69, 2007). Its ends are percentiles of the redrawn differences, moved out for the small number of
    /// events (Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 69, 2015: the expanded
    /// percentile interval).
    ///
    /// - Parameters:
    ///   - base: of at least two events, as is `new`.
    ///   - level: such as 0.95.
    static func bootstrap(
        _ percentile: Percentile,
        base: ClusteredSample,
        new: ClusteredSample,
        level: Double,
        draws: Int = draws
    ) -> Interval {
        var random = SplitMix64(seed: seed)
        var weights = (base: [Int](repeating: 0, count: base.events), new: [Int](repeating: 0, count: new.events))
        var differences = (0..<draws).map { _ in
            new.redrawn(percentile, &weights.new, using: &random)
                - base.redrawn(percentile, &weights.base, using: &random)
        }
        differences.sort()
        let events = Double(min(base.events, new.events))
        let reach = StudentT.quantile((1 + level) / 2, degrees: events - 1) * (events / (events - 1)).squareRoot()
        let tail = Int((StudentT.normal(-reach) * Double(draws)).rounded(.down))
        return Interval(lower: differences[tail], upper: differences[draws - 1 - tail])
    }

    /// Of the difference of the means of runs, where each run has one figure: Welch, "The generalization of 'Student's'
    /// problem", Biometrika 34, 1947.
    ///
    /// - Parameter base: of at least two runs, as is `new`.
    static func welch(base: [Double], new: [Double], level: Double) -> Interval {
        let (before, after) = (Moments(base), Moments(new))
        let variance = before.ofMean + after.ofMean
        let difference = after.mean - before.mean
        guard variance > 0 else { return Interval(lower: difference, upper: difference) }
        let degrees =
            variance * variance
            / (before.ofMean * before.ofMean / Double(base.count - 1) + after.ofMean * after.ofMean
                / Double(new.count - 1))
        let reach = StudentT.quantile((1 + level) / 2, degrees: degrees) * variance.squareRoot()
        return Interval(lower: difference - reach, upper: difference + reach)
    }
}

/// The mean of some values, and the variance of that mean.
struct Moments {
    let mean: Double
    let ofMean: Double

    init(_ values: [Double]) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        self.mean = mean
        ofMean = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1) / count
    }
}
