#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Student's distribution: how far a mean of few values may lie from the truth.
enum StudentT {
    /// The value that a part `probability` of the distribution lies below.
    ///
    /// - Parameters:
    ///   - probability: above 0, below 1.
    ///   - degrees: of freedom, above 0; need not be whole.
    static func quantile(_ probability: Double, degrees: Double) -> Double {
        precondition(probability > 0 && probability < 1 && degrees > 0, "no quantile at \(probability), \(degrees)")
        if probability < 0.5 { return -quantile(1 - probability, degrees: degrees) }
        var (low, high) = (0.0, 1.0)
        while cumulative(high, degrees: degrees) < probability { (low, high) = (high, high * 2) }
        // Halved until nothing lies between the two.
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return middle }
            if cumulative(middle, degrees: degrees) < probability { low = middle } else { high = middle }
        }
    }

    /// The part of the distribution below `t`, by the incomplete beta function (Abramowitz and Stegun 26.7.1).
    static func cumulative(_ t: Double, degrees: Double) -> Double {
        let tail = incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
        return t < 0 ? tail : 1 - tail
    }

    /// The part of the normal distribution below `z`.
    static func normal(_ z: Double) -> Double { erfc(-z / 2.squareRoot()) / 2 }

    /// The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22) and Lentz's method.
    private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        // The fraction converges fast below the mean; above it, its mirror image does.
        if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
        let front = exp(a * log(x) + b * log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a
        let tiny = 1e-300
        func bounded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var (numerator, denominator) = (1.0, 1 / bounded(1 - (a + b) * x / (a + 1)))
        var fraction = denominator
        for step in 1...1000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            for term in [even, odd] {
                denominator = 1 / bounded(1 + term * denominator)
                numerator = bounded(1 + term / numerator)
                fraction *= numerator * denominator
            }
            if abs(numerator * denominator - 1) < 1e-15 { break }
        }
        return front * fraction
    }

    private static func logGamma(_ value: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(value, &sign)
    }
}
