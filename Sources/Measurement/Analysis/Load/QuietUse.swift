import ElectionCore

/// What an election costs while nothing happens to it: every role is led and no fault has fallen yet.
///
/// It is measured over the last three quarters of phase `warm_up`: what instances do just after they started is no part of what
/// they cost in the long run, and neither are the restarts that faults bring.
package struct QuietUse: Hashable, Sendable {
    /// A shorter one tells too little: there is one sample of a process a second.
    static let leastLength = Duration.seconds(3)
    /// What leaves a part of that length.
    package static let leastWarmUp = leastLength * 4 / 3

    package var span: Span
    /// Percent of one core, all processes of a kind together.
    package var processorPercent: [SourceKind: Double]
    /// How many processes ``processorPercent`` adds up.
    package var processes: [SourceKind: Int]
    /// All processes of a kind together: the sum of each one's median. Empty where one of them was not sampled.
    package var residentKb: [SourceKind: Int]
    package var privateKb: [SourceKind: Int]
    /// An instance's median.
    package var tasks: Int?
    package var threads: Int?
    /// Of all instances together.
    package var operationsPerSecond: Double
    package var traffic: ServerRates

    /// Nil where the run had no such part, or a shorter one than ``leastLength``.
    init?(_ history: History, _ settled: SettledOperations, window: Window) {
        guard let warmUp = history[kind: .phase].first(where: { $0.name == "warm_up" })?.time, window.hasBegun else {
            return nil
        }
        let span = Span(warmUp + (window.start - warmUp) / 4, window.start)
        guard span.length >= Self.leastLength else { return nil }
        self.span = span
        let sampled = history.addresses(.sample, in: span)
        var processor = ProcessorUse()
        var bySource: [Incarnation: [ProcessSample]] = [:]
        history.scan(sampled) { row in
            processor.add(row, row.author)
            let sample = ProcessSample(row, history)
            bySource[sample.source, default: []].append(sample)
        }
        (processorPercent, processes) = processor.byKind(history)
        residentKb = Self.sums(bySource, \.residentKb)
        privateKb = Self.sums(bySource, \.privateKb)
        let ofInstances = bySource.values.joined().filter { $0.kind == .instances }
        tasks = ofInstances.compactMap(\.tasks).sorted().sortedNearestRank(500)
        threads = ofInstances.compactMap(\.threads).sorted().sortedNearestRank(500)
        var operations = 0
        settled.scan(history) { if $0.time >= span.start, $0.time <= span.end { operations += 1 } }
        operationsPerSecond = Double(operations) / (span.length / .seconds(1))
        traffic = ServerRates(servers: sampled, of: history)
    }

    private static func sums(
        _ bySource: [Incarnation: [ProcessSample]],
        _ figure: (ProcessSample) -> Int?
    ) -> [SourceKind: Int] {
        var sums: [SourceKind: Int] = [:]
        var missing: Set<SourceKind> = []
        for (_, samples) in bySource {
            let kind = samples[0].kind
            if let median = samples.compactMap(figure).sorted().sortedNearestRank(500) {
                sums[kind, default: 0] += median
            } else {
                missing.insert(kind)
            }
        }
        return sums.filter { !missing.contains($0.key) }
    }
}

/// How much the own servers carried in a second, all together.
package struct ServerRates: Hashable, Sendable {
    package enum Direction: String, Hashable, Sendable, CaseIterable {
        case incoming = "in"
        case outgoing = "out"
    }

    /// Empty where the servers were not asked.
    package var messages: [Direction: Double] = [:]
    package var bytes: [Direction: Double] = [:]

    /// - Parameter samples: where samples of all processes lie, by time. A server's counters begin anew with each of its lives.
    init(servers samples: ArraySlice<UInt32>, of history: History) {
        var bySource: [Incarnation: [ProcessSample]] = [:]
        history.scan(samples) { row in
            guard SourceKind(history.text(row.author.instance)) == .servers else { return }
            let sample = ProcessSample(row, history)
            bySource[sample.source, default: []].append(sample)
        }
        func rate(_ counter: (ProcessSample) -> Int?) -> Double? {
            struct Count {
                var number = 0
                var covered = Duration.zero
            }
            var counts: [String: Count] = [:]
            for (source, samples) in bySource {
                let known = samples.compactMap { sample in counter(sample).map { (at: sample.at, value: $0) } }
                guard let first = known.first, let last = known.last, last.at > first.at else { continue }
                counts[source.instance, default: Count()].number += last.value - first.value
                counts[source.instance, default: Count()].covered += last.at - first.at
            }
            if counts.isEmpty { return nil }
            // Sorted: a sum of floating-point numbers depends on its order.
            return counts.sorted { $0.key < $1.key }
                .reduce(0) { $0 + Double($1.value.number) / ($1.value.covered / .seconds(1)) }
        }
        messages[.incoming] = rate(\.messagesIn)
        messages[.outgoing] = rate(\.messagesOut)
        bytes[.incoming] = rate(\.bytesIn)
        bytes[.outgoing] = rate(\.bytesOut)
    }
}
