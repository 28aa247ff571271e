import ElectionCore

/// What the processes of each kind used over the measured part, all of a kind together.
package struct ResourceSeries: Sendable {
    package enum Figure: String, CaseIterable, Sendable {
        /// Percent of one core: each process's over the time its samples cover in a bucket, added up.
        case processor
        /// Private memory in kilobytes, weighted by time: a process's value lasts until its next sample that has one.
        case memory
        case threads, tasks
    }

    package struct Line: Sendable {
        package var kind: SourceKind
        package var figure: Figure
        /// By bucket; nil where there is no sample.
        package var values: [Double?]
    }

    package let buckets: TimeBuckets
    /// By kind and figure; those without a single value are left out.
    package let lines: [Line]

    /// - Returns: nil where nothing was measured.
    package init?(_ analysis: Analysis) {
        guard let buckets = TimeBuckets(analysis.window.span) else { return nil }
        self.buckets = buckets
        let history = analysis.history
        var byName: [Symbol: [UInt32]] = [:]
        history.scan(.sample) { row in byName[row.source, default: []].append(row.address) }
        // Sorted: a sum of floating-point numbers depends on its order.
        let processes = byName.map { (name: history.text($0.key), samples: $0.value) }.sorted { $0.name < $1.name }
        lines = SourceKind.allCases.flatMap { kind -> [Line] in
            let ofKind = processes.filter { SourceKind($0.name) == kind }
            var sums: [Figure: [Double?]] = [:]
            for process in ofKind {
                let pairs = Self.pairs(Self.samples(at: process.samples, of: history), kind)
                for figure in Figure.allCases {
                    let own = figure == .processor ? buckets.processor(pairs) : buckets.levels(pairs, figure)
                    var values = sums[figure] ?? .init(repeating: nil, count: buckets.count)
                    for (index, value) in own.enumerated() {
                        if let value { values[index] = (values[index] ?? 0) + value }
                    }
                    sums[figure] = values
                }
            }
            return Figure.allCases.compactMap { figure in
                let values = sums[figure] ?? []
                return values.contains { $0 != nil } ? Line(kind: kind, figure: figure, values: values) : nil
            }
        }
    }

    /// A sample, and the next one of the same life, nil where none follows in time.
    fileprivate typealias Pair = (sample: Sample, next: Sample?)

    /// What is drawn of a ``ProcessSample``: a long run has millions.
    fileprivate struct Sample {
        var at: Timestamp
        var source: Holder
        var cpuMs: Int64?
        var privateKb: Int64?
        var threads: Int64?
        var tasks: Int64?
    }

    private static func samples(at addresses: [UInt32], of history: History) -> [Sample] {
        var samples: [Sample] = []
        samples.reserveCapacity(addresses.count)
        history.scan(addresses[...]) { row in
            samples.append(
                Sample(
                    at: row.time,
                    source: row.author,
                    cpuMs: row[integer: .cpuMs],
                    privateKb: row[integer: .privateKb],
                    threads: row[integer: .threads],
                    tasks: row[numbers: .tasks].map { $0.reduce(0) { $0 + $1.value } }
                )
            )
        }
        return samples
    }

    /// A process that is not asked for three seconds tells nothing of the time between.
    private static func pairs(_ samples: [Sample], _ kind: SourceKind) -> [Pair] {
        samples.indices.map { index in
            let sample = samples[index]
            guard index + 1 < samples.count, samples[index + 1].source == sample.source else { return (sample, nil) }
            let next = samples[index + 1]
            let isOneLife = kind == .instances || next.at - sample.at <= .seconds(3)
            return (sample, isOneLife ? next : nil)
        }
    }

    package func line(_ kind: SourceKind, _ figure: Figure) -> Line? {
        lines.first { $0.kind == kind && $0.figure == figure }
    }
}

extension TimeBuckets {
    fileprivate func processor(_ pairs: [ResourceSeries.Pair]) -> [Double?] {
        var used = [Double](repeating: 0, count: count)
        var covered = [Duration](repeating: .zero, count: count)
        for (sample, next) in pairs {
            guard let next, let before = sample.cpuMs, let after = next.cpuMs, next.at > sample.at else { continue }
            let share = Double(after - before) / ((next.at - sample.at) / .milliseconds(1))
            for part in parts(of: Span(sample.at, next.at)) {
                used[part.index] += share * (part.length / .milliseconds(1))
                covered[part.index] += part.length
            }
        }
        return used.indices.map { covered[$0] > .zero ? 100 * used[$0] / (covered[$0] / .milliseconds(1)) : nil }
    }

    /// The last sample of a life is taken to last as long as the one before it did, and a second where there is none.
    fileprivate func levels(_ pairs: [ResourceSeries.Pair], _ figure: ResourceSeries.Figure) -> [Double?] {
        var weighted = [Double?](repeating: nil, count: count)
        var known: (source: Holder, value: Int64)?
        var spacing = Duration.seconds(1)
        for (sample, next) in pairs {
            if known?.source != sample.source { spacing = .seconds(1) }
            if let value = figure.value(sample) { known = (sample.source, value) }
            guard let known, known.source == sample.source else { continue }
            spacing = next.map { $0.at - sample.at } ?? spacing
            for part in parts(of: Span(sample.at, sample.at + spacing)) {
                let share = part.length / self[part.index].length
                weighted[part.index] = (weighted[part.index] ?? 0) + Double(known.value) * share
            }
        }
        return weighted
    }
}

extension ResourceSeries.Figure {
    fileprivate func value(_ sample: ResourceSeries.Sample) -> Int64? {
        switch self {
        case .processor: sample.cpuMs
        case .memory: sample.privateKb
        case .threads: sample.threads
        case .tasks: sample.tasks
        }
    }
}
