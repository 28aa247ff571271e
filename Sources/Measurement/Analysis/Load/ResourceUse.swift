import ElectionCore

/// What the processes cost, and whether it grows.
package struct ResourceUse: Hashable, Sendable {
    package enum Figure: String, Hashable, Sendable, CaseIterable {
        case tasks, threads, descriptors
        case privateKb = "private_kb"

        func value(_ sample: ProcessSample) -> Int? {
            switch self {
            case .tasks: sample.tasks
            case .threads: sample.threads
            case .descriptors: sample.descriptors
            case .privateKb: sample.privateKb
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
    package var samples: [ProcessSample]
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

    package init(_ history: History, window: Window) {
        samples = history[kind: .sample].map(ProcessSample.init)
        let measured = samples.filter { window.contains($0.at) }
        let bySource = Dictionary(grouping: measured, by: \.source)

        let lives = bySource.values.filter { $0[0].kind == .instances && $0.count >= Self.leastSamples }
        lasting = lives.count
        let early = lives.flatMap { $0.prefix($0.count / 4) }
        let late = lives.flatMap { $0.suffix($0.count / 4) }
        growth = [:]
        for figure in Figure.allCases {
            growth[figure] = Growth(
                early: early.compactMap(figure.value).sorted().sortedNearestRank(perMille: 500),
                late: late.compactMap(figure.value).sorted().sortedNearestRank(perMille: 500)
            )
        }

        (processorPercent, processes) = Self.processor(bySource)
        traffic = ServerRates(bySource)
        quiet = QuietUse(history, samples: samples, window: window)
    }

    static func processor(
        _ bySource: [Incarnation: [ProcessSample]]
    ) -> (percent: [SourceKind: Double], processes: [SourceKind: Int]) {
        struct Use {
            var milliseconds = 0
            var covered = Duration.zero
        }
        var uses: [String: Use] = [:]
        for (source, samples) in bySource {
            for (earlier, later) in zip(samples, samples.dropFirst()) {
                guard let before = earlier.cpuMs, let after = later.cpuMs else { continue }
                uses[source.instance, default: Use()].milliseconds += after - before
                uses[source.instance, default: Use()].covered += later.at - earlier.at
            }
        }
        var percent: [SourceKind: Double] = [:]
        var processes: [SourceKind: Int] = [:]
        // Sorted: a sum of floating-point numbers depends on its order.
        for (name, use) in uses.sorted(by: { $0.key < $1.key }) where use.covered > .zero {
            percent[SourceKind(name), default: 0] += 100 * (Duration.milliseconds(use.milliseconds) / use.covered)
            processes[SourceKind(name), default: 0] += 1
        }
        return (percent, processes)
    }
}
