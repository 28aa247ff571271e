package import ElectionCore

extension SplitMix64 {
    /// An exponentially distributed number of nanoseconds with the mean given: the time between two events that fall at random.
    ///
    /// John von Neumann's method ("Various techniques used in connection with random digits", 1951) compares uniform numbers
    /// and needs no logarithm, whose last bit differs between machines. Of a run U1 ≥ U2 ≥ … that ends before it rises, an odd
    /// length comes with probability e^-U1: then U1 is the fraction; else one more whole mean has passed.
    package mutating func exponentialNanoseconds(mean: UInt64) -> UInt64 {
        var wholes: UInt64 = 0
        while true {
            let first = next()
            var last = first
            var isOdd = true
            while true {
                let following = next()
                if following > last { break }
                last = following
                isOdd.toggle()
            }
            if isOdd { return mean * wholes + mean.multipliedFullWidth(by: first).high }
            wholes += 1
        }
    }
}
