import ElectionCore

/// Who carried the load in the measured part of the run, by belief.
package struct Distribution: Hashable, Sendable {
    /// One instance over all of its incarnations.
    package struct Load: Hashable, Sendable {
        package var instance: String
        /// Those that were alive in the measured part.
        package var incarnations: Int
        package var uptime: Duration
        /// Time-weighted over the measured part; the time in which the instance was down counts as none.
        package var rolesLedMean: Double
        package var rolesLedMax: Int
        package var rolesLedEnd: Int
        /// Of all the time that anybody led a role.
        package var share: Double
    }

    /// By instance.
    package var loads: [Load]
    package var overTime: Fairness?
    package var atEnd: Fairness?
    /// For as many roles as were led at the end, which is what it can be compared with.
    package var chance: BandOfChance?
    /// Jain's index of all roles, led as evenly as whole roles can be at any one instant; nil without roles or instances.
    package var best: Double?

    package init(_ terms: Terms, lives: Lives, roles: Int, window: Window) {
        let holders = Dictionary(grouping: Set(lives.births.keys).union(terms.byHolder.keys), by: \.instance)
        let measured = window.span.length
        var ledTime: [String: Duration] = [:]
        loads = holders.keys.sorted().map { instance in
            let incarnations = holders[instance] ?? []
            let spans = incarnations.flatMap { terms.byHolder[$0] ?? [] }.map(\.belief)
            let led = spans.compactMap(window.span.intersection)
            let life = incarnations.compactMap { lives.life($0, until: window.historyEnd).intersection(window.span) }
            let time = led.reduce(.zero) { $0 + $1.length }
            ledTime[instance] = time
            return Load(
                instance: instance,
                incarnations: life.count,
                uptime: life.reduce(.zero) { $0 + $1.length },
                rolesLedMean: measured > .zero ? time / measured : 0,
                rolesLedMax: Self.mostAtOnce(led),
                rolesLedEnd: spans.count { $0.start < window.end && $0.end >= window.end },
                share: 0
            )
        }
        let total = ledTime.values.reduce(.zero, +)
        for index in loads.indices where total > .zero {
            loads[index].share = (ledTime[loads[index].instance] ?? .zero) / total
        }
        overTime = Fairness(loads.map(\.rolesLedMean))
        atEnd = Fairness(loads.map { Double($0.rolesLedEnd) })
        chance = BandOfChance(roles: loads.reduce(0) { $0 + $1.rolesLedEnd }, instances: loads.count)
        best = Fairness(Self.even(roles, among: loads.count))?.jain
    }

    /// As many roles for each instance as for any other, or one more.
    private static func even(_ roles: Int, among instances: Int) -> [Double] {
        (0..<instances).map { Double(roles / instances + ($0 < roles % instances ? 1 : 0)) }
    }

    private static func mostAtOnce(_ spans: [Span]) -> Int {
        // At one instant an end comes before a start: spans that touch don't count as two.
        let changes = spans.flatMap { [($0.start, 1), ($0.end, -1)] }.sorted {
            ($0.0.nanoseconds, $0.1) < ($1.0.nanoseconds, $1.1)
        }
        var current = 0
        var most = 0
        for (_, change) in changes {
            current += change
            most = max(most, current)
        }
        return most
    }
}

extension Lives {
    /// Empty where no birth is known.
    func life(_ process: Incarnation, until historyEnd: Timestamp) -> Span {
        let birth = births[process] ?? historyEnd
        return Span(birth, deaths[process] ?? historyEnd)
    }
}
