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
    /// Of the own servers, over the measured part.
    package var traffic: ServerRates
    /// Nil in a run without a long enough quiet part.
    package var quiet: QuietUse?

    /// Whose use is worth a line: links only in a run that has them.
    package var kinds: [SourceKind] { SourceKind.allCases.filter { $0 != .links || processes[$0] != nil } }

    init(_ history: History, _ settled: SettledOperations, window: Window) {
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
        traffic = ServerRates(servers: measured, of: history)
        quiet = QuietUse(history, settled, window: window)
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
        values[figure, default: []].sorted().sortedNearestRank(500)
    }
}
