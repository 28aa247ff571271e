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
        let byName = Dictionary(grouping: analysis.resources.samples, by: \.source.instance)
        // Sorted: a sum of floating-point numbers depends on its order.
        let processes = byName.keys.sorted().map { (kind: SourceKind($0), samples: byName[$0] ?? []) }
        lines = SourceKind.allCases.flatMap { kind -> [Line] in
            let ofKind = processes.filter { $0.kind == kind }.map { Self.pairs($0.samples, kind) }
            return Figure.allCases.compactMap { figure in
                var values = [Double?](repeating: nil, count: buckets.count)
                for pairs in ofKind {
                    let own = figure == .processor ? buckets.processor(pairs) : buckets.levels(pairs, figure)
                    for (index, value) in own.enumerated() {
                        if let value { values[index] = (values[index] ?? 0) + value }
                    }
                }
                return values.contains { $0 != nil } ? Line(kind: kind, figure: figure, values: values) : nil
            }
        }
    }

    /// A sample, and the next one of the same life, nil where none follows in time.
    fileprivate typealias Pair = (sample: ProcessSample, next: ProcessSample?)

    /// A server's lives have one number: after a silence of three samples it is taken for a new one.
    private static func pairs(_ samples: [ProcessSample], _ kind: SourceKind) -> [Pair] {
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

    /// Samples come once a second: so long the last one of a life is taken to last.
    fileprivate func levels(_ pairs: [ResourceSeries.Pair], _ figure: ResourceSeries.Figure) -> [Double?] {
        var weighted = [Double?](repeating: nil, count: count)
        var known: (source: Incarnation, value: Int)?
        for (sample, next) in pairs {
            if let value = figure.value(sample) { known = (sample.source, value) }
            guard let known, known.source == sample.source else { continue }
            for part in parts(of: Span(sample.at, next?.at ?? sample.at + .seconds(1))) {
                let share = part.length / self[part.index].length
                weighted[part.index] = (weighted[part.index] ?? 0) + Double(known.value) * share
            }
        }
        return weighted
    }
}

extension ResourceSeries.Figure {
    fileprivate func value(_ sample: ProcessSample) -> Int? {
        switch self {
        case .processor: sample.cpuMs
        case .memory: sample.privateKb
        case .threads: sample.threads
        case .tasks: sample.tasks
        }
    }
}
