/// A stretch of a run with its own mix of faults.
package struct FaultPhase: Hashable, Sendable {
    package let name: String
    package let duration: Duration
    /// Which kinds fall at random, and how often against each other; empty for none.
    package let weights: [FaultKind: Int]
    /// Between two random faults.
    package let meanInterval: Duration
    /// How long a victim that was taken down stays down; each fault's is drawn from it, all alike.
    package let downtime: ClosedRange<Duration>
    /// The same for victims that are only disturbed.
    package let faultDuration: ClosedRange<Duration>
    /// What a delayed link adds; half of what is drawn comes on top as jitter.
    package let latency: ClosedRange<Duration>
    /// What a slow link carries, in bytes a second; drawn so that each doubling is as likely as the next.
    package let bandwidth: ClosedRange<Int>
    /// What comes at instants of its own.
    package let steps: [FaultStep]

    /// - Parameters:
    ///   - weights: not negative.
    ///   - meanInterval: above zero, where there are weights.
    ///   - bandwidth: above zero.
    package init(
        name: String,
        duration: Duration,
        weights: [FaultKind: Int] = [:],
        meanInterval: Duration = .seconds(2),
        downtime: ClosedRange<Duration> = .seconds(1)...(.seconds(3)),
        faultDuration: ClosedRange<Duration> = .seconds(1)...(.seconds(3)),
        latency: ClosedRange<Duration> = .milliseconds(20)...(.milliseconds(200)),
        bandwidth: ClosedRange<Int> = 1_000...100_000,
        steps: [FaultStep] = []
    ) {
        precondition(duration >= .zero, "duration \(duration)")
        precondition(weights.values.allSatisfy { $0 >= 0 }, "weights \(weights)")
        precondition(weights.isEmpty || meanInterval > .zero, "mean interval \(meanInterval)")
        precondition(min(downtime.lowerBound, faultDuration.lowerBound, latency.lowerBound) >= .zero, "\(name)")
        precondition(bandwidth.lowerBound > 0, "bandwidth \(bandwidth)")
        self.name = name
        self.duration = duration
        self.weights = weights
        self.meanInterval = meanInterval
        self.downtime = downtime
        self.faultDuration = faultDuration
        self.latency = latency
        self.bandwidth = bandwidth
        self.steps = steps
    }
}
