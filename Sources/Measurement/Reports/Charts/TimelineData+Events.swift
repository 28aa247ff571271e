import ElectionCore

extension TimelineData.Event {
    private static let mostAtOnce = 200

    /// A few hundred of each kind, then as many more, so that none crowds out all others; by time.
    static func choose(_ events: [Self], most: Int) -> [Self] {
        var ranks: [Kind: Int] = [:]
        let ranked = events.sorted(by: isEarlier).map { event -> (event: Self, round: Int) in
            defer { ranks[event.kind, default: 0] += 1 }
            return (event, ranks[event.kind, default: 0] / mostAtOnce)
        }
        let chosen = ranked.indices
            .sorted { left, right in
                (ranked[left].round, ranked[left].event.kind.weight, left)
                    < (ranked[right].round, ranked[right].event.kind.weight, right)
            }
            .prefix(most)
        return chosen.sorted().map { ranked[$0].event }
    }

    private static func isEarlier(_ left: Self, _ right: Self) -> Bool {
        (left.stretch.start, left.kind.weight, left.role ?? "")
            < (right.stretch.start, right.kind.weight, right.role ?? "")
    }

    static func all(_ analysis: Analysis, _ stretch: (Span) -> TimelineData.Stretch) -> [Self] {
        faults(analysis, stretch) + failovers(analysis, stretch)
            + analysis.outages.map { outage in
                Self(
                    kind: .outage,
                    stretch: stretch(outage.store.span),
                    text: "the store was out for \(Cell.ms(outage.store.span.length)) ms"
                )
            }
            + analysis.falseFailovers.map { loss in
                Self(
                    kind: .falseFailover,
                    stretch: stretch(Span(loss.at, loss.at)),
                    role: loss.role,
                    text: "\(loss.holder) lost term \(loss.term) without a fault: \(loss.reason)"
                )
            }
            + analysis.violations.map { violation in
                Self(
                    kind: .violation,
                    stretch: stretch(violation.span),
                    role: violation.role,
                    text: "\(violation.rule.rawValue): \(violation.headline)"
                )
            }
    }

    private static func faults(_ analysis: Analysis, _ stretch: (Span) -> TimelineData.Stretch) -> [Self] {
        analysis.faults.filter { !$0.isSkipped }.map { fault in
            let toll = analysis.tolls[fault.id, default: FaultToll()]
            let detail = fault.detail.map { ", \($0)" } ?? ""
            let names = fault.hit.map(\.name).joined(separator: ", ")
            return Self(
                kind: .fault,
                stretch: stretch(Span(fault.at, fault.ended ?? analysis.window.historyEnd)),
                text: "\(fault.id) \(fault.kind) on \(names)\(detail): \(Numbers.count(toll.taken, "role")) taken"
            )
        }
    }

    private static func failovers(_ analysis: Analysis, _ stretch: (Span) -> TimelineData.Stretch) -> [Self] {
        analysis.failovers.map { failover in
            let old = "\(failover.old.holder) (term \(failover.old.number))"
            let text: String
            if let new = failover.new, let stages = failover.stages {
                text = "\(Cell.ms(stages.total)) ms from \(old) to \(new.holder) (term \(new.number))"
            } else {
                text = "never led again after \(old)"
            }
            return Self(
                kind: .failover,
                stretch: stretch(Span(failover.at, failover.new?.promoted ?? analysis.window.end)),
                role: failover.old.role,
                text: "fault \(failover.fault.id) \(failover.fault.kind): \(text)"
            )
        }
    }
}

extension TimelineData.Event.Kind {
    /// Of two kinds the one with less is told first.
    fileprivate var weight: Int {
        switch self {
        case .violation: 0
        case .falseFailover: 1
        case .outage: 2
        case .fault: 3
        case .failover: 4
        }
    }
}
