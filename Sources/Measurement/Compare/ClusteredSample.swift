import ElectionCore

/// The values of one measure on one side, by what they came of. The values of one event, such as the roles that one fault took,
/// are not independent; those of different events of a run are taken to be.
struct ClusteredSample: Hashable, Sendable {
    /// In order.
    private let values: [Double]
    /// Of each value, whose it is.
    private let owners: [Int]
    /// How many values each event has.
    private let sizes: [Int]
    /// The events of each run.
    private let runs: [Range<Int>]

    /// - Parameter runs: of each run that has any, its events, each with at least one value.
    init(_ runs: [[[Double]]]) {
        var pairs: [(value: Double, owner: Int)] = []
        var sizes: [Int] = []
        var ranges: [Range<Int>] = []
        for events in runs where !events.isEmpty {
            let first = sizes.count
            for event in events {
                pairs += event.map { ($0, sizes.count) }
                sizes.append(event.count)
            }
            ranges.append(first..<sizes.count)
        }
        pairs.sort { ($0.value, $0.owner) < ($1.value, $1.owner) }
        values = pairs.map(\.value)
        owners = pairs.map(\.owner)
        self.sizes = sizes
        self.runs = ranges
    }

    var count: Int { values.count }
    var events: Int { sizes.count }

    /// By nearest rank, as everywhere; nil where the sample is too small for it.
    func percentile(_ percentile: Percentile) -> Double? { values.sortedPercentile(percentile) }

    /// The percentile of a sample that this one might have been: as many runs drawn with replacement, of each as many of its
    /// events, each with all its values.
    ///
    /// - Parameter weights: room for a number an event, so that thousands of draws share it.
    func redrawn(_ percentile: Percentile, _ weights: inout [Int], using random: inout SplitMix64) -> Double {
        for event in weights.indices { weights[event] = 0 }
        var total = 0
        for _ in runs {
            let events = runs.count == 1 ? runs[0] : runs[Int(random.number(below: UInt64(runs.count)))]
            for _ in events {
                let event = events.lowerBound + Int(random.number(below: UInt64(events.count)))
                weights[event] += 1
                total += sizes[event]
            }
        }
        let rank = nearestRank(percentile.rawValue, in: total)
        var seen = 0
        for index in values.indices {
            seen += weights[owners[index]]
            if seen >= rank { return values[index] }
        }
        preconditionFailure("no value at rank \(rank) of \(total)")
    }
}
