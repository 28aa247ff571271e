import ElectionCore

/// What the processes cost, and whether it grows.
package struct ResourceUse: Sendable {
    package enum Figure: String, Hashable, Sendable, CaseIterable {
        case tasks, threads, descriptors
        case privateKb = "private_kb"

        func value(_ sample: HistoryRow) -> Int? {
            switch self {
            case .tasks: sample[numbers: .tasks].map { $0.reduce(0) { $0 + Int($1.value) } }
            case .threads: sample[integer: .threads].map { Int($0) }
            case .descriptors: sample[integer: .descriptors].map { Int($0) }
            case .privateKb: sample[integer: .privateKb].map { Int($0) }
            }
        }
    }

    /// Medians over the first and the last quarter of each incarnation's samples: what grows with a life's length leaks.
    package struct Growth: Hashable, Sendable {
        package var early: Int?
        package var late: Int?

        package init(early: Int?, late: Int?) {
            self.early = early
            self.late = late
        }
    }

    /// A life with fewer samples, one a second, tells nothing of growth.
    static let leastSamples = 8

    /// Every sample of the history, by time.
    package var samples: ProcessSamples
    /// An instance's figures early and late in its life, within the measured part.
    package var growth: [Figure: Growth]
    /// Incarnations whose samples ``growth`` rests on.
    package var lasting: Int
    /// Percent of one core, all processes of a kind together: each process's, over the time its samples cover, added up.
    package var processorPercent: [SourceKind: Double]
    /// How many processes ``processorPercent`` adds up.
    package var processes: [SourceKind: Int]

    /// Whose use is worth a line: links only in a run that has them.
    package var kinds: [SourceKind] { SourceKind.allCases.filter { $0 != .links || processes[$0] != nil } }

    package init(_ history: History, window: Window) {
        samples = ProcessSamples(history)
        let measured = history.addresses(.sample, in: window.span)
        let counts = Self.counts(history, measured)
        lasting = counts.count
        var early = GrowthSample()
        var late = GrowthSample()
        var seen: [Holder: Int] = [:]
        var processor = ProcessorUse()
        history.scan(measured) { row in
            let author = row.author
            processor.add(row, author)
            guard let count = counts[author] else { return }
            let index = seen[author, default: 0]
            seen[author] = index + 1
            if index < count / 4 { early.add(row) }
            if index >= count - count / 4 { late.add(row) }
        }
        growth = [:]
        for figure in Figure.allCases {
            growth[figure] = Growth(early: early.median(figure), late: late.median(figure))
        }
        (processorPercent, processes) = processor.byKind(history)
    }

    /// How many samples each life of an instance has, of those that last.
    private static func counts(_ history: History, _ measured: ArraySlice<UInt32>) -> [Holder: Int] {
        var counts: [Holder: Int] = [:]
        history.scan(measured) { row in counts[row.author, default: 0] += 1 }
        return counts.filter { holder, count in
            count >= leastSamples && SourceKind(history.text(holder.instance)) == .instances
        }
    }
}

/// The figures of one part of all lives.
private struct GrowthSample {
    private var values: [ResourceUse.Figure: [Int]] = [:]

    mutating func add(_ row: HistoryRow) {
        for figure in ResourceUse.Figure.allCases {
            if let value = figure.value(row) { values[figure, default: []].append(value) }
        }
    }

    func median(_ figure: ResourceUse.Figure) -> Int? {
        values[figure, default: []].sorted().sortedNearestRank(perMille: 500)
    }
}

/// Processor time between each sample of a process and its next.
private struct ProcessorUse {
    private struct Use {
        var milliseconds: Int64 = 0
        var covered = Duration.zero
    }

    private var last: [Holder: (at: Timestamp, cpuMs: Int64?)] = [:]
    private var uses: [Symbol: Use] = [:]

    mutating func add(_ row: HistoryRow, _ author: Holder) {
        let earlier = last.updateValue((row.time, row[integer: .cpuMs]), forKey: author)
        guard let earlier, let before = earlier.cpuMs, let after = row[integer: .cpuMs] else { return }
        uses[author.instance, default: Use()].milliseconds += after - before
        uses[author.instance, default: Use()].covered += row.time - earlier.at
    }

    func byKind(_ history: History) -> (percent: [SourceKind: Double], processes: [SourceKind: Int]) {
        var percent: [SourceKind: Double] = [:]
        var processes: [SourceKind: Int] = [:]
        let named = uses.map { (name: history.text($0.key), use: $0.value) }
        // Sorted: a sum of floating-point numbers depends on its order.
        for (name, use) in named.sorted(by: { $0.name < $1.name }) where use.covered > .zero {
            percent[SourceKind(name), default: 0] += 100 * (Duration.milliseconds(use.milliseconds) / use.covered)
            processes[SourceKind(name), default: 0] += 1
        }
        return (percent, processes)
    }
}
