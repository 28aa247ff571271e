extension Threshold {
    private enum Course { case rises, falls, free }

    /// How the figure goes while a run goes on.
    private var course: Course {
        switch (measure.kind, aggregation) {
        case (.count, .count), (.count, .value), (.occurrences, _): .rises
        case (.latencies, .max), (.latencies, .count): .rises
        case (.sample, _) where measure.valuesRise: .rises
        case (.sample, .max), (.sample, .count):
            if case .events = measure.source { .rises } else { .free }
        case (.sample, .min):
            if case .events = measure.source { .falls } else { .free }
        case (.count, _), (.latencies, _), (.gauge, _), (.sample, _): .free
        }
    }

    /// Whether it may be met at the end of a run though it is crossed now, at `measured`.
    ///
    /// A figure that only rises, such as a count or a maximum, never comes back under an upper limit, and may well reach a lower one; of
    /// one that falls it is the other way round. Any other figure may come back: like k6, this takes what it shows for what it will be.
    /// What only the end of a run settles is left to it.
    package func mayRecover(from measured: Double) -> Bool {
        if measure.settlesAtEnd { return true }
        switch (course, comparison) {
        case (.free, _), (.rises, .below), (.rises, .atMost), (.falls, .above), (.falls, .atLeast): return false
        case (.rises, .above), (.rises, .atLeast), (.falls, .below), (.falls, .atMost): return true
        case (.rises, .equal), (.rises, .identical): return measured < limit
        case (.falls, .equal), (.falls, .identical): return measured > limit
        case (.rises, .unequal), (.falls, .unequal): return true
        }
    }
}

extension RunReport {
    /// What a run that goes on fails for: the threshold's text, or ``Judgement/unsafeReason``; and what was measured.
    package struct Failing: Hashable, Sendable {
        package var reason: String
        package var finding: String
    }

    /// What, as it stands, the run can't be a success for any more; a broken promise first.
    package var failing: [Failing] {
        let unsafe = judgement.unsafe.prefix(1).map { Failing(reason: Judgement.unsafeReason, finding: $0) }
        let crossed = summary.thresholds.compactMap { result -> Failing? in
            guard result.state == .crossed, let threshold = result.threshold, let measured = result.value,
                !threshold.mayRecover(from: measured)
            else { return nil }
            return Failing(reason: result.text, finding: result.finding)
        }
        return unsafe + crossed
    }
}
