import ElectionCore

/// Who led each role when, what was done meanwhile, and what came of it. Instants are microseconds since `run_started`.
package struct TimelineData: Sendable {
    package struct Stretch: Hashable, Sendable {
        package var start: Int64
        package var end: Int64
    }

    package struct Segment: Hashable, Sendable {
        /// An index of ``TimelineData/instances``.
        package var instance: Int
        package var incarnation: Int64
        package var term: UInt64
        package var belief: Stretch
    }

    package struct Lane: Sendable {
        package var role: String
        package var segments: [Segment]
        /// Nobody led.
        package var gaps: [Stretch]
        package var violations: [Stretch]
    }

    package struct Event: Sendable {
        package enum Kind: String, CaseIterable, Sendable {
            case fault, outage, failover
            case falseFailover = "false failover"
            case violation
        }

        package var kind: Kind
        package var stretch: Stretch
        package var role: String?
        package var text: String
    }

    static let mostLanes = 200
    static let mostSegments = 20_000
    static let mostFaults = 5000
    package static let mostEvents = 1000

    /// The measured part's length.
    package let length: Int64
    package let instances: [String]
    /// By role.
    package let lanes: [Lane]
    package let roles: Int
    /// Spans to draw over the lanes, by time.
    package let faults: [Event]
    package let faultsLeftOut: Int
    package let outages: [Stretch]
    /// A list, by time. Of a run with very many the first of each kind stand in it, and then the weightier kinds'.
    package let events: [Event]
    package let eventsLeftOut: Int

    package init(_ analysis: Analysis) {
        let window = analysis.window
        func offset(_ instant: Timestamp) -> Int64 { Numbers.rounded((instant - window.start).nanoseconds, to: 1000) }
        func stretch(_ span: Span) -> Stretch { Stretch(start: offset(span.start), end: offset(span.end)) }
        length = offset(window.end)
        let instances = analysis.distribution.loads.map(\.instance)
        self.instances = instances
        let indices = Dictionary(uniqueKeysWithValues: instances.enumerated().map { ($1, $0) })
        let broken = Dictionary(grouping: analysis.violations, by: \.role)
        let chosen = Self.choose(analysis, broken: Set(broken.keys))
        roles = analysis.availability.count
        lanes = chosen.map { role in
            let terms = analysis.terms[role: role].filter { $0.belief.intersection(window.span) != nil }
            return Lane(
                role: role,
                segments: terms.prefix(Self.mostSegments).map { term in
                    Segment(
                        instance: indices[term.holder.instance] ?? 0,
                        incarnation: term.holder.number,
                        term: term.number,
                        belief: stretch(term.belief)
                    )
                },
                gaps: window.span.pieces(uncoveredBy: terms.map(\.belief)).map(stretch),
                violations: broken[role, default: []].map { stretch($0.span) }
            )
        }
        let all = Event.all(analysis, stretch)
        let allFaults = all.filter { $0.kind == .fault }
        faults = Array(allFaults.prefix(Self.mostFaults))
        faultsLeftOut = allFaults.count - faults.count
        outages = all.filter { $0.kind == .outage }.map(\.stretch)
        events = Event.choose(all, most: Self.mostEvents)
        eventsLeftOut = all.count - events.count
    }

    /// All roles where they are few; else first those with a violation, then those that were longest without a leader.
    private static func choose(_ analysis: Analysis, broken: Set<String>) -> [String] {
        guard analysis.window.hasBegun else { return [] }
        let ranked = analysis.availability.sorted { left, right in
            (broken.contains(left.role) ? 0 : 1, right.leaderless, left.role)
                < (broken.contains(right.role) ? 0 : 1, left.leaderless, right.role)
        }
        var chosen: [String] = []
        var segments = 0
        for row in ranked.prefix(mostLanes) {
            segments += analysis.terms[role: row.role].count
            if segments > mostSegments, !chosen.isEmpty { break }
            chosen.append(row.role)
        }
        return chosen.sorted()
    }
}

extension Span {
    /// The pieces of this span that none of `others` covers, by time.
    package func pieces(uncoveredBy others: [Span]) -> [Span] {
        var pieces: [Span] = []
        var reached = start
        for covered in others.compactMap(intersection).sorted(by: { $0.start < $1.start }) {
            if covered.start > reached { pieces.append(Span(reached, covered.start)) }
            reached = max(reached, covered.end)
        }
        if reached < end { pieces.append(Span(reached, end)) }
        return pieces
    }
}
