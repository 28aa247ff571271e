import ElectionCore

/// Measures thresholds on the figures of a run.
struct ThresholdEvaluation {
    private let analysis: Analysis
    private let statistics: [String: [Statistic]]

    init(_ analysis: Analysis, _ statistics: [Statistic]) {
        self.analysis = analysis
        self.statistics = Dictionary(grouping: statistics, by: \.measure)
    }

    /// One for each, in their order.
    func results(of texts: [String]) -> [ThresholdResult] {
        texts.map { text in
            do throws(ThresholdProblem) {
                return result(of: try Threshold(text))
            } catch {
                return ThresholdResult(
                    text: text,
                    threshold: nil,
                    state: .inconclusive,
                    measured: nil,
                    n: nil,
                    note: "it cannot be read: \(error)"
                )
            }
        }
    }

    private func result(of threshold: Threshold) -> ThresholdResult {
        let figure = figure(of: threshold)
        var state = ThresholdResult.State.inconclusive
        if let measured = figure.measured.flatMap(Double.init) {
            state = threshold.comparison.holds(measured, threshold.limit) ? .passed : .crossed
        }
        var note = figure.note
        // What was crossed then ended the run, whatever came in while it stopped.
        if let abort = analysis.abort, abort.reason == threshold.text {
            state = .crossed
            note = [note, abort.message ?? "it ended the run"].filter { !$0.isEmpty }.joined(separator: "; ")
        }
        return ThresholdResult(
            text: threshold.text,
            threshold: threshold,
            state: state,
            measured: figure.measured,
            n: figure.n,
            note: note
        )
    }

    private struct Figure {
        var measured: String?
        var n: Int?
        var note = ""
    }

    private func figure(of threshold: Threshold) -> Figure {
        guard analysis.window.hasBegun else { return Figure(note: "the measured part of the run never began") }
        let rows = rows(of: threshold)
        switch (threshold.measure.kind, threshold.aggregation) {
        case (.count, _): return count(rows, threshold)
        case (.gauge, _), (_, .value), (_, .rate): return single(rows, threshold)
        case (.sample, _), (.occurrences, _): return sampled(rows, threshold)
        case (.latencies, _): return latency(rows, threshold)
        }
    }

    /// Without a tag of the scope: all rows together, or the row that is all of them.
    private func rows(of threshold: Threshold) -> [Statistic] {
        let rows = statistics[threshold.measure.name] ?? []
        guard let scope = threshold.measure.scope else { return rows }
        if let value = threshold.tags[scope] { return rows.filter { $0.scope == Measure.scope(scope, value) } }
        return threshold.measure.hasTotal ? rows.filter(\.scope.isEmpty) : rows
    }

    private func count(_ rows: [Statistic], _ threshold: Threshold) -> Figure {
        if threshold.measure.needsLedger, analysis.ledger.entries == 0 { return Figure(note: "the run has no ledger") }
        guard !rows.isEmpty || threshold.measure.absentIsZero else { return nothing(threshold) }
        let total = rows.compactMap { Int($0.value) }.reduce(0, +)
        guard threshold.aggregation == .rate else { return Figure(measured: String(total)) }
        let seconds = analysis.window.span.length / .seconds(1)
        guard seconds > 0 else { return nothing(threshold) }
        return Figure(measured: Numbers.fixed(Double(total) / seconds, digits: 9))
    }

    private func single(_ rows: [Statistic], _ threshold: Threshold) -> Figure {
        let cells = rows.map { threshold.aggregation == .max ? $0.max : $0.value }.filter { !$0.isEmpty }
        return cells.count == 1 ? Figure(measured: cells[0]) : nothing(threshold)
    }

    private func sampled(_ rows: [Statistic], _ threshold: Threshold) -> Figure {
        let measure = threshold.measure
        let role = threshold.tags[.role]
        let values = rows.flatMap(\.sample).filter { role == nil || $0.origin.role == role }.map(\.value).sorted()
        func text(_ value: Double?, digits: Int) -> String? { value.map { Numbers.fixed($0, digits: digits) } }
        if threshold.aggregation == .count, !values.isEmpty || measure.kind == .occurrences {
            return Figure(measured: String(values.count))
        }
        guard !values.isEmpty else {
            return measure.kind == .occurrences
                ? Figure(measured: text(0, digits: measure.digits), n: 0) : nothing(threshold)
        }
        guard values.count >= threshold.aggregation.leastSamples else { return tooFew(values.count, threshold) }
        let measured: String? =
            switch threshold.aggregation {
            case .avg: text(values.reduce(0, +) / Double(values.count), digits: measure.digits)
            case .min: text(values.first, digits: measure.sampleDigits)
            case .max: text(values.last, digits: measure.sampleDigits)
            case .med, .percentile:
                text(
                    threshold.aggregation.part.flatMap {
                        values.sortedNearestRank($0, of: Threshold.Aggregation.whole)
                    },
                    digits: measure.sampleDigits
                )
            case .count, .rate, .value: nil
            }
        return Figure(measured: measured, n: values.count)
    }

    private func latency(_ rows: [Statistic], _ threshold: Threshold) -> Figure {
        let histogram = LatencyHistogram.sum(rows.compactMap(\.latencies))
        guard histogram.count > 0 else { return nothing(threshold) }
        if threshold.aggregation == .count { return Figure(measured: String(histogram.count)) }
        guard histogram.count >= threshold.aggregation.leastSamples else { return tooFew(histogram.count, threshold) }
        let percent = threshold.aggregation.part.map { Double($0) / Double(Threshold.Aggregation.whole / 100) } ?? 100
        let measured = histogram.microseconds(atPercentile: percent)
        return Figure(
            measured: measured.map { Numbers.fixed($0, digits: threshold.measure.digits) },
            n: histogram.count
        )
    }

    // MARK: Where the sample doesn't do

    private func nothing(_ threshold: Threshold) -> Figure {
        switch (threshold.measure.kind, threshold.measure.source) {
        case (.sample, .events(let what)), (.latencies, .events(let what)):
            Figure(
                n: 0,
                note:
                    "no \(what)\(whose(threshold)) in \(seconds) s: how long a run would have to be can't be told of none"
            )
        case (.sample, .fixed), (.latencies, .fixed), (.occurrences, _), (.count, _), (.gauge, _):
            Figure(note: "the run has no such figure")
        }
    }

    /// At the rate seen so far.
    private func tooFew(_ count: Int, _ threshold: Threshold) -> Figure {
        let least = threshold.aggregation.leastSamples
        switch threshold.measure.source {
        case .fixed(let what):
            return Figure(
                n: count,
                note: "needs \(least) \(what), has \(count): a longer run has no more of them"
            )
        case .events(let what):
            let needed = (analysis.window.span.length / .seconds(1) * Double(least) / Double(count)).rounded(.up)
            let duration = "\(Numbers.fixed(needed, digits: 0))s"
            let advice =
                analysis.run.settings.phases == nil
                ? "--duration \(duration) would do" : "phases of \(duration) together would do"
            return Figure(
                n: count,
                note: "needs \(least) \(what)\(whose(threshold)), has \(count) in \(seconds) s: \(advice)"
            )
        }
    }

    private var seconds: String { Numbers.fixed(analysis.window.span.length / .seconds(1), digits: 0) }

    /// ` by kill of role-07`.
    private func whose(_ threshold: Threshold) -> String {
        threshold.measure.tags.compactMap { tag in
            threshold.tags[tag].map { value in
                switch tag {
                case .fault: " by \(value)"
                case .role: " of \(value)"
                case .cause, .operation, .over, .life, .after, .process, .percentile, .direction:
                    " with \(tag.rawValue)=\(value)"
                }
            }
        }.joined()
    }
}
