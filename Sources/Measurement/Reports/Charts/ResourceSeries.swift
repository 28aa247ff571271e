import ElectionCore

/// What the processes of each kind used over the measured part, all of a kind together.
package struct ResourceSeries: Sendable {
    package enum Figure: String, CaseIterable, Sendable {
        /// Percent of one core: each process's over the time its samples cover in a bucket, added up.
        case processor
        /// Kilobytes: the mean of each process's samples in a bucket, added up; as the others below.
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
        let bySource = Dictionary(grouping: analysis.resources.samples, by: \.source)
        // Sorted: a sum of floating-point numbers depends on its order.
        let sources = bySource.keys.sorted().map { (SourceKind($0.instance), bySource[$0] ?? []) }
        lines = SourceKind.allCases.flatMap { kind -> [Line] in
            let samples = sources.filter { $0.0 == kind }.map(\.1)
            return Figure.allCases.compactMap { figure in
                var values = [Double?](repeating: nil, count: buckets.count)
                for process in samples {
                    let own = figure == .processor ? buckets.processor(process) : buckets.means(process, figure)
                    for (index, value) in own.enumerated() {
                        if let value { values[index] = (values[index] ?? 0) + value }
                    }
                }
                return values.contains { $0 != nil } ? Line(kind: kind, figure: figure, values: values) : nil
            }
        }
    }

    package func line(_ kind: SourceKind, _ figure: Figure) -> Line? {
        lines.first { $0.kind == kind && $0.figure == figure }
    }
}

extension TimeBuckets {
    fileprivate func processor(_ samples: [ProcessSample]) -> [Double?] {
        var used = [Double](repeating: 0, count: count)
        var covered = [Duration](repeating: .zero, count: count)
        for (earlier, later) in zip(samples, samples.dropFirst()) {
            guard let before = earlier.cpuMs, let after = later.cpuMs, later.at > earlier.at else { continue }
            let share = Double(after - before) / ((later.at - earlier.at) / .milliseconds(1))
            for part in parts(of: Span(earlier.at, later.at)) {
                used[part.index] += share * (part.length / .milliseconds(1))
                covered[part.index] += part.length
            }
        }
        return used.indices.map { covered[$0] > .zero ? 100 * used[$0] / (covered[$0] / .milliseconds(1)) : nil }
    }

    fileprivate func means(_ samples: [ProcessSample], _ figure: ResourceSeries.Figure) -> [Double?] {
        var sums = [Int](repeating: 0, count: count)
        var numbers = [Int](repeating: 0, count: count)
        for sample in samples {
            guard let index = index(of: sample.at), let value = figure.value(sample) else { continue }
            sums[index] += value
            numbers[index] += 1
        }
        return sums.indices.map { numbers[$0] > 0 ? Double(sums[$0]) / Double(numbers[$0]) : nil }
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
