/// Makes a world that breaks a promise smaller, as long as a smaller one breaks the same promise.
package struct Shrinking {
    private let draw: WorldDraw
    private let promise: BrokenPromise.Promise
    /// How many worlds may be run.
    private var left: Int
    package private(set) var reduction: Reduction
    package private(set) var violation: BrokenPromise

    /// - Parameter violation: what the draw breaks, reduced by `reduction`.
    package init(
        _ draw: WorldDraw,
        reducedBy reduction: Reduction = Reduction(),
        breaking violation: BrokenPromise,
        atMost runs: Int = 2000
    ) {
        self.draw = draw
        self.violation = violation
        self.reduction = reduction
        promise = violation.promise
        left = runs
    }

    /// Leaves out what it can, biggest first, over and over until nothing more can be.
    package mutating func run() {
        var isSmaller = true
        while isSmaller, left > 0 {
            isSmaller = false
            for trait in Reduction.Trait.allCases where !reduction.without.contains(trait) {
                if attempt({ $0.without.append(trait) }) { isSmaller = true }
            }
            if dropFaults() { isSmaller = true }
            while let count = fewer(reduction.instances ?? draw.plan.hosts.count, than: 1),
                attempt({ $0.instances = count })
            { isSmaller = true }
            while let count = fewer(reduction.roles ?? draw.plan.roles.count, than: 0), attempt({ $0.roles = count }) {
                isSmaller = true
            }
        }
    }

    private func fewer(_ count: Int, than least: Int) -> Int? { count - 1 > least ? count - 1 : nil }

    /// Halves, then quarters, and so on down to single faults. (Zeller, Hildebrandt: Simplifying and isolating failure-inducing
    /// input, IEEE TSE 28(2), 2002.)
    private mutating func dropFaults() -> Bool {
        var isSmaller = false
        var kept = reduction.faults ?? Array(draw.plan.faults.indices.map { $0 + 1 })
        var size = max(1, kept.count / 2)
        while size >= 1, !kept.isEmpty, left > 0 {
            var start = 0
            while start < kept.count {
                var fewer = kept
                fewer.removeSubrange(start..<min(kept.count, start + size))
                if attempt({ $0.faults = fewer }) {
                    kept = fewer
                    isSmaller = true
                } else {
                    start += size
                }
            }
            size /= 2
        }
        return isSmaller
    }

    private mutating func attempt(_ change: (inout Reduction) -> Void) -> Bool {
        guard left > 0 else { return false }
        left -= 1
        var smaller = reduction
        change(&smaller)
        guard let found = draw.reduced(by: smaller).run().violation, found.promise == promise else { return false }
        reduction = smaller
        violation = found
        return true
    }
}
